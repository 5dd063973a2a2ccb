"""Failover: a call that one target does not serve is asked of the next.

It wraps the flows of all services that can be asked of several providers. Rounds of tool calls
stay with whom they began: the ids of calls belong to who made them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from hf_integrations.config import ROUTER_URL, HfInferenceConfig
from hf_integrations.config.failover import Alternative
from hf_integrations.errors import (
    CircuitOpenError,
    ColdStartTimeoutError,
    ConfigurationError,
    EndpointFailedError,
    EndpointUnhealthyError,
    HfError,
    NetworkError,
    ServerError,
)
from hf_integrations.flow import Flow, OpenResponse
from hf_integrations.models.shapes import Answer
from hf_integrations.routing.providers import PROVIDERS
from hf_integrations.routing.targets import is_router
from hf_integrations.routing.tokens import is_own_key
from hf_integrations.services.context import Context
from hf_integrations.transport.telemetry import Failover, tell

if TYPE_CHECKING:
    from hf_integrations.services.binding import Opening

T = TypeVar("T")

TRIGGERS = (
    ServerError,
    NetworkError,  # timeouts are
    CircuitOpenError,
    ColdStartTimeoutError,
    EndpointFailedError,
    EndpointUnhealthyError,
)


class Leg(Struct, frozen=True):
    """One target of a chain: the context and the arguments to ask it with."""

    name: str
    context: Context
    kwargs: dict[str, Any]


def can_fail_over(flow: Callable[..., Any]) -> bool:
    """Whether a flow can be asked of several providers."""
    code = flow.__code__
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return "provider" in named and "model" in named


def over(
    flow: Callable[..., Flow[T]], context: Context, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Flow[T]:
    """Ask one after the other, until one answers or the last has failed."""
    pinned = _pin(context, args, kwargs)
    tried: dict[str, str] = {}
    legs = _legs(context, kwargs, pinned)
    for place, leg in enumerate(legs):
        try:
            result = yield from flow(leg.context, *args, **leg.kwargs)
        except TRIGGERS as error:
            last = _failed(context, error, legs[place:], tried)
            continue
        context.memory.chains.answered(context.config.failover, leg.name)
        _pin_calls(context, result, leg.name)
        return attributed(result, leg.name)
    raise last


def opening_over(
    function: Callable[..., Opening[Any, Any]], context: Context, args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Opening[Any, Any]:  # fmt: skip
    """The same for a stream, until it is open; what cannot be right is said at once."""
    legs = _legs(context, kwargs, _pin(context, args, kwargs))
    first = function(legs[0].context, *args, **legs[0].kwargs)
    reader = first.reader

    def flow() -> Flow[OpenResponse]:
        tried: dict[str, str] = {}
        for place, leg in enumerate(legs):
            one = first
            if leg is not legs[0]:
                one = function(leg.context, *args, **leg.kwargs)
            try:
                body = yield from one.flow
            except TRIGGERS as error:
                last = _failed(context, error, legs[place:], tried)
                continue
            reader.become(one.reader, leg.name)
            context.memory.chains.answered(context.config.failover, leg.name)
            reader.seen = lambda item, name=leg.name: _pin_calls(context, item, name)
            return body
        raise last

    return replace(first, flow=flow())


def attributed(result: T, name: str) -> T:
    """The result, with who gave it as `served_by` where it has room for that."""
    if isinstance(result, Answer):
        result.__dict__["_served_by"] = name
    elif isinstance(result, Struct) and "served_by" in result.__struct_fields__:
        return replace(result, served_by=name)
    else:
        with suppress(AttributeError, TypeError):
            result.served_by = name  # type: ignore[attr-defined]
    return result


def _failed(
    context: Context, error: HfError, legs: Sequence[Leg], tried: dict[str, str]
) -> HfError:
    """Note that the first did not serve it, and tell that the second is asked now."""
    kind = type(error).__name__
    tried[legs[0].name] = kind
    error.tried = dict(tried)
    for following in legs[1:2]:
        event = Failover(name=legs[0].name, following=following.name, error=kind)
        tell(context.patience.listeners, event)
    return error


def _legs(context: Context, kwargs: dict[str, Any], pinned: str | None) -> list[Leg]:
    """Whom to ask, in order; who is known to be ill comes last."""
    legs = chain_of(context, kwargs)
    if pinned is not None:
        return [leg for leg in legs if leg.name == pinned] or legs
    chains = context.memory.chains
    start = _start(context, legs)
    legs = legs[start:] + legs[:start]
    return sorted(legs, key=lambda leg: leg.name in chains.ill)


def chain_of(context: Context, kwargs: dict[str, Any]) -> list[Leg]:
    """Whom a call is for, and who else may serve it."""
    own = Leg(_own_name(context, kwargs), context, kwargs)
    _check_keys(context.config, own)
    return [own, *(_leg(context, kwargs, one) for one in context.config.failover)]


def _check_keys(config: HfInferenceConfig, own: Leg) -> None:
    """A key is sent to nobody but whom it is for: one provider, or a server of one's own."""
    by_itself = is_by_itself(config, own.kwargs)
    at_url = "://" in str(own.kwargs.get("model"))
    to_one = at_url or (own.name in PROVIDERS and is_router(config.base_url or ROUTER_URL))
    for one in config.failover:
        elsewhere = (to_one and one.name != own.name) or (by_itself and one.base_url is None)
        if elsewhere and one.token is None and is_own_key(config):
            kind = "base_url" if one.base_url else "provider"
            raise ConfigurationError(
                f"failover: {one.name} has no token of its own, and the client's is a key of "
                f"{own.name}'s.",
                hint=f"Write {{'{kind}': …, 'token': …}}.",
            )


def is_by_itself(config: HfInferenceConfig, kwargs: Mapping[str, Any]) -> bool:
    """Whether a call is for a server of one's own, which knows no providers."""
    base = config.base_url
    if base is None or is_router(base) or config.endpoint is not None:
        return False
    return kwargs.get("provider") is None and config.default_provider == "auto"


def _start(context: Context, legs: Sequence[Leg]) -> int:
    """The place of who is asked first."""
    config, chains = context.config, context.memory.chains
    match config.failover_strategy:
        case "round_robin":
            return chains.turn(config.failover) % len(legs)
        case "random":
            return random.randrange(len(legs))  # noqa: S311 - spreading load needs no secrecy
        case "sticky":
            return _place(legs, chains.last(config.failover))
        case _:
            return 0


def _place(legs: Sequence[Leg], name: str | None) -> int:
    return next((place for place, leg in enumerate(legs) if leg.name == name), 0)


def _own_name(context: Context, kwargs: Mapping[str, Any]) -> str:
    config, model = context.config, str(kwargs.get("model") or "")
    if "://" in model:
        return model.partition("://")[2]
    if is_by_itself(config, kwargs):
        return str(config.base_url).partition("://")[2]
    return str(kwargs.get("provider") or model.partition(":")[2] or config.default_provider)


def _leg(context: Context, kwargs: dict[str, Any], other: Alternative) -> Leg:
    """The call, as it is asked of somebody else."""
    by_itself = is_by_itself(context.config, kwargs)
    model = other.model or kwargs.get("model")
    if isinstance(model, str) and not other.model:
        # At servers of one's own, what stands behind a colon belongs to the name.
        name = model if by_itself and other.provider is None else model.partition(":")[0]
        model = None if "://" in model else name
    changes: dict[str, Any] = {"failover": (), "endpoint": None}
    if other.base_url is not None or by_itself:
        # Headers may hold a gateway's password, which is no word for another host.
        changes |= {"base_url": other.base_url, "default_provider": "auto", "headers": {}}
    if other.token is not None:
        changes["token"] = other.token
    view = context.memory.chains.view(context, other, changes)
    return Leg(other.name, view, {**kwargs, "model": model, "provider": other.provider})


def _pin(context: Context, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    """Who asked for the tool calls that a conversation answers."""
    messages = kwargs.get("messages", args[0] if args else None)
    messages = getattr(messages, "messages", messages)
    if isinstance(messages, list):
        for message in reversed(messages):
            given = isinstance(message, Mapping)
            call = message.get("tool_call_id") if given else getattr(message, "tool_call_id", None)
            if call and (name := context.memory.chains.who_called(call)):
                return name
    return None


def _pin_calls(context: Context, result: Any, name: str) -> None:
    """Remember who asks for tool calls; a piece of a stream has them in its delta."""
    calls = getattr(result, "tool_calls", None)
    if not calls:
        choices = getattr(result, "choices", None) or ()
        deltas = [getattr(choice, "delta", None) for choice in choices]
        calls = [call for delta in deltas for call in getattr(delta, "tool_calls", None) or ()]
    for call in calls:
        if identity := getattr(call, "id", None):
            context.memory.chains.pin(identity, name)
