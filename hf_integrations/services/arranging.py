"""What stands around the flow of a call, where settings ask for it: a budget, and failover."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from hf_integrations.flow import Flow, OpenResponse
from hf_integrations.services.context import Context
from hf_integrations.services.failover import opening_over, over

if TYPE_CHECKING:
    from hf_integrations.services.binding import Opening

T = TypeVar("T")


def arranged(
    flow: Callable[..., Flow[T]], context: Context, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Flow[T]:
    """The flow of a call, within its budget and asked of whoever may serve it."""
    if context.config.budget is None:
        return (yield from _served(flow, context, args, kwargs))
    from hf_integrations.services.spending import reserved

    dollars = yield from reserved(context, args, kwargs)
    try:
        return (yield from _served(flow, context, args, kwargs))
    finally:
        context.memory.tally.release(dollars)


def _served(
    flow: Callable[..., Flow[T]], context: Context, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Flow[T]:
    if context.config.failover:
        return over(flow, context, args, kwargs)
    return flow(context, *args, **kwargs)


def opened(
    function: Callable[..., Opening[Any, Any]], context: Context, args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Opening[Any, Any]:  # fmt: skip
    """The same for a stream, which is on its way until it is closed."""
    if context.config.failover:
        opening = opening_over(function, context, args, kwargs)
    else:
        opening = function(context, *args, **kwargs)
    if context.config.budget is None:
        return opening

    def flow() -> Flow[OpenResponse]:
        from hf_integrations.services.spending import reserved
        from hf_integrations.transport.flowing import Flowing

        release = context.memory.tally.release
        dollars = yield from reserved(context, args, kwargs)
        try:
            body = yield from opening.flow
        except BaseException:
            release(dollars)
            raise
        return Flowing.before(body, partial(release, dollars))

    return replace(opening, flow=flow())
