"""Background health checks: who of a failover chain does not answer is asked last.

Nothing runs unless it is asked for, and it ends with `close()`, with its block, or with the client.
"""

from __future__ import annotations

from typing import Any

from hf_integrations.config import LARGEST
from hf_integrations.errors import ValidationError
from hf_integrations.flow import Flow
from hf_integrations.services.context import Context
from hf_integrations.services.failover import Leg, chain_of
from hf_integrations.services.health import health_check


def check_interval(seconds: object) -> None:
    """Raise a ValidationError for what is no time between two looks: none would be a storm."""
    number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not number or not 0 < seconds <= LARGEST:  # type: ignore[operator]
        raise ValidationError("seconds must be a number of them between two looks, more than 0.")


def look(context: Context) -> Flow[frozenset[str]]:
    """Look at each of a chain, and remember who does not answer; their names."""
    ill = set[str]()
    for leg in chain_of(context, {}):
        if not (yield from _well(leg)):
            ill.add(leg.name)
    context.memory.chains.ill = frozenset(ill)
    return context.memory.chains.ill


def _well(leg: Leg) -> Flow[bool]:
    """Whether its server answers; a provider is as well as the router says it is."""
    provider: Any = leg.kwargs.get("provider") or leg.context.config.default_provider
    status = yield from health_check(leg.context)
    if not status["api"].ok or provider == "auto":
        return status["api"].ok
    return (yield from _is_live(leg.context, str(provider)))


def _is_live(context: Context, provider: str) -> Flow[bool]:
    from hf_integrations.services.hub import profiles

    offers = [
        offer
        for one in (yield from profiles(context))
        for offer in one.providers
        if offer.provider == provider
    ]
    return not offers or any(offer.is_live for offer in offers)
