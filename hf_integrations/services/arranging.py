"""What stands around the flow of a call, where settings ask for it: a budget, and failover."""

from __future__ import annotations

from collections.abc import Callable
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
    if context.config.budget is not None:
        from hf_integrations.services.spending import check_budget

        yield from check_budget(context)
    if context.config.failover:
        return (yield from over(flow, context, args, kwargs))
    return (yield from flow(context, *args, **kwargs))


def opened(
    function: Callable[..., Opening[Any, Any]], context: Context, args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Opening[Any, Any]:  # fmt: skip
    """The same for a stream."""
    if context.config.failover:
        opening = opening_over(function, context, args, kwargs)
    else:
        opening = function(context, *args, **kwargs)
    if context.config.budget is None:
        return opening

    def flow() -> Flow[OpenResponse]:
        from hf_integrations.services.spending import check_budget

        yield from check_budget(context)
        return (yield from opening.flow)

    return replace(opening, flow=flow())
