"""Where a call will go: the Hub is asked who serves a model, once, and remembered."""

from __future__ import annotations

from msgspec.structs import replace

from hf_integrations.errors import (
    ConfigurationError,
    DecodeError,
    HfError,
    NotFoundError,
    ValidationError,
)
from hf_integrations.flow import Flow, Timeout
from hf_integrations.models.hub import HubModel, HubTask, provider_models
from hf_integrations.models.shapes import decode
from hf_integrations.routing.hub import hub_request, hub_root, is_offline, model_path
from hf_integrations.routing.providers import NATIVE
from hf_integrations.routing.requests import check_token
from hf_integrations.routing.resolver import UNKNOWN, Listing, chosen
from hf_integrations.routing.table import TASKS
from hf_integrations.routing.targets import MODEL_NAME, Target, resolve
from hf_integrations.routing.tasks import CHAT, Task
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.lookups import looked_up
from hf_integrations.transport.tracing import part

_SOON = 60.0  # seconds after which a Hub that did not answer is asked again
_BRIEF = 10.0  # seconds in which the Hub answers, where a call can do without
_FIELDS = ("inferenceProviderMapping", "pipeline_tag", "tags")


def placed(context: Context, target: Target, task: Task) -> Flow[Target]:
    """The target with its provider, and the name of the model there."""
    config = context.config
    check_token(config, target, target.root)  # before the Hub is asked in vain
    if not target.model:
        return (yield from _with_default_model(context, target, task))
    if not config.resolve_models or is_offline(config):
        return chosen(config, target, task, UNKNOWN)
    if not MODEL_NAME.fullmatch(target.model):
        return chosen(config, target, task, Listing(known=True, exists=False))
    listing = yield from looked_up(
        context.listings,
        (hub_root(config), config.credential, target.model),
        lambda: part("resolve", _listing(context, target, task)),
    )
    return chosen(config, target, task, listing)


def _listing(context: Context, target: Target, task: Task) -> Flow[tuple[Listing, float]]:
    """What the Hub says of a model, and for how many seconds that holds."""
    config = context.config
    request = hub_request(
        config,
        f"/api/models/{model_path(target.model)}",
        [("expand[]", name) for name in _FIELDS],
        model=target.model or "",
    )
    patience, optional = context.patience, _can_do_without(target, task)
    if optional:
        once = config.with_options(max_retries=0, auto_wait_for_model=False)
        patience = context.view(once).patience
        most = min(_BRIEF, request.timeout.connect)
        request = replace(request, timeout=Timeout(most, total=_BRIEF))
    try:
        response = yield from exchange(request, patience)
        found = decode(response.body, HubModel)
    except NotFoundError as error:
        missing = "repository not found" in error.message.lower()  # else it is no Hub at all
        return Listing(known=missing, exists=False), min(_SOON, config.model_cache_ttl)
    except DecodeError:
        return UNKNOWN, min(_SOON, config.model_cache_ttl)
    except HfError:
        if not optional:
            raise
        return UNKNOWN, min(_SOON, config.model_cache_ttl)
    entries = tuple(provider_models(found.id, found.mapping))
    listing = Listing(True, True, entries, found.pipeline_tag, frozenset(found.tags))
    return listing, config.model_cache_ttl


def _can_do_without(target: Target, task: Task) -> bool:
    """Whether a call can be right without the Hub's word: the router has it too, for a chat."""
    return task.name == CHAT.name or target.provider == NATIVE or target.own_key


def _with_default_model(context: Context, target: Target, task: Task) -> Flow[Target]:
    """The target with the model that the Hub shows for the task, asked of hf-inference.

    Source: huggingface_hub, `inference/_providers/hf_inference.py`, recommended models.
    """
    found = yield from default_models(context)
    shown = found.get("text-generation" if task.name == CHAT.name else task.name)
    name = next(iter(shown.widget_models), None) if shown else None
    if not name:
        raise ValidationError(
            f"model: the Hub shows none for {task.name}; pass model='organisation/name'.",
            task=task.name,
        )
    provider = NATIVE if target.row is None else target.provider
    settled = resolve(context.config, task, model=name, provider=provider)
    return (yield from placed(context, settled, task)) if not settled.is_settled else settled


def default_models(context: Context) -> Flow[dict[str, HubTask]]:
    """The tasks of the Hub with the models it shows, remembered as models are."""

    def ask() -> Flow[tuple[dict[str, HubTask], float]]:
        response = yield from exchange(hub_request(context.config, "/api/tasks"), context.patience)
        return decode(response.body, dict[str, HubTask]), context.config.model_cache_ttl

    def resolving() -> Flow[tuple[dict[str, HubTask], float]]:
        return part("resolve", ask())

    return (yield from looked_up(context.shown, hub_root(context.config), resolving))


def target(
    context: Context, task: str, *, model: str | None = None, provider: str | None = None
) -> Flow[Target]:
    """Where a call would go, with its URL, and the name of the model there; nothing is sent there.

    Args:
        task: as the Hub spells it, such as `text-to-image`.
        model: `organisation/name`, perhaps with `:provider`; or the URL of a server of your own.
        provider: who serves it; the setting `default_provider` if left out.

    Raises:
        ValidationError: the words cannot be right.
        ModelNotAvailableOnProviderError: the provider lacks the model; says who has it.
        UnsupportedTaskError: the provider or the model does not do the task; says what it does.
    """
    from hf_integrations.services.servers import settled

    row = TASKS.get(task)
    if row is None:
        raise ConfigurationError(f"There is no task {task!r}; docs/tasks.md lists them.")
    place = resolve(context.config, row, model=model, provider=provider)
    return (yield from settled(context, place, row))


class _Resolver:
    target = method(target)


class RawProviderResolver(_Resolver, RawService):
    """`client.resolver.with_raw_response`."""


class ProviderResolver(_Resolver, Service):
    """`client.resolver`: where a call would go."""

    with_raw_response = raw(RawProviderResolver)


class AsyncRawProviderResolver(_Resolver, AsyncRawService):
    """`client.resolver.with_raw_response`, awaited."""


class AsyncProviderResolver(_Resolver, AsyncService):
    """`client.resolver`, awaited."""

    with_raw_response = raw(AsyncRawProviderResolver)
