"""What several adapters say, as if it were one that says it: plain arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from hf_integrations.errors import HfError, NotFoundError, UnsupportedTaskError
from hf_integrations.platform.shapes import AdapterStatus, Capabilities
from hf_integrations.services.health import Check, HealthStatus


def capable(provider: str, model: str, found: Sequence[Capabilities | HfError]) -> Capabilities:
    """What whoever is able to can be asked; the least context, and a price if only one has it."""
    able = [one for one in found if isinstance(one, Capabilities)]
    if not able:
        raise _most_telling(
            [one for one in found if isinstance(one, HfError)]
            or [NotFoundError("No adapter serves this model.", model=model or None)]
        )
    return Capabilities(
        provider=provider,
        model=model,
        abilities=frozenset().union(*(one.abilities for one in able)),
        context_length=min((o.context_length for o in able if o.context_length), default=None),
        price=able[0].price if len(able) == 1 else None,
    )


def listed(own: Iterable[str], found: Sequence[list[str] | HfError]) -> list[str]:
    """All names, each once; an error only where nobody lists any."""
    errors = [one for one in found if isinstance(one, HfError)]
    if len(errors) == len(found):
        raise _most_telling(errors)
    names = [name for one in found if isinstance(one, list) for name in one]
    return list(dict.fromkeys([*own, *names]))


def checks(found: Mapping[str, HealthStatus]) -> HealthStatus:
    """One check for each adapter; what is not well there is its detail."""
    return HealthStatus(
        [
            Check(
                provider,
                health.healthy,
                health.seconds,
                "; ".join(f"{one.name}: {one.detail}" for one in health.checks if not one.ok),
            )
            for provider, health in found.items()
        ]
    )


def statuses(provider: str, found: Sequence[AdapterStatus]) -> AdapterStatus:
    """The sums; the median is that of the adapters' medians, each by the number of its calls."""
    errors: Counter[str] = Counter()
    for one in found:
        errors.update(one.errors)
    medians = sorted((one.seconds, one.calls) for one in found if one.seconds is not None)
    left, median = sum(calls for _, calls in medians) / 2, None
    for seconds, calls in medians:
        median, left = seconds, left - calls
        if left <= 0:
            break
    return AdapterStatus(
        provider=provider,
        available=any(one.available for one in found),
        calls=sum(one.calls for one in found),
        errors=dict(errors),
        seconds=median,
    )


def told(tried: Mapping[str, HfError]) -> HfError:
    """Of the errors of all that were asked the most telling, which says who was asked."""
    if not tried:
        return NotFoundError("No adapter serves this model.")
    error = _most_telling(list(tried.values()))
    error.tried = MappingProxyType({key: type(one).__name__ for key, one in tried.items()})
    return error


def _most_telling(errors: Sequence[HfError]) -> HfError:
    """One after which it is of use to ask again; else one that says more than "not here"."""
    return min(errors, key=lambda one: (not one.retryable, isinstance(one, UnsupportedTaskError)))
