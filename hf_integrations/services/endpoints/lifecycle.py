"""Pause, resume, scale to zero: calm where it is so already, clear where it is otherwise."""

from __future__ import annotations

from hf_integrations.errors import EndpointFailedError, EndpointPausedError, ValidationError
from hf_integrations.flow import Flow
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints import asking
from hf_integrations.services.endpoints.asking import Endpoint, asked, fetched, identified

UP = frozenset(("running", "pending", "initializing", "updating", "updateFailed"))
_STOPPED = {
    EndpointStatus.PAUSED: EndpointPausedError, EndpointStatus.FAILED: EndpointFailedError,
}  # fmt: skip


def pause(context: Context, name: str, *, namespace: str | None = None) -> Flow[EndpointInfo]:
    """Stop an endpoint, and what it costs, until it is resumed; one that is paused stays so.

    Args:
        name: its name, or `namespace/name`.
        namespace: whose; the setting `default_namespace`, else the account of the token.
    """
    endpoint = yield from identified(context, name, namespace)
    return (yield from ordered(context, endpoint, "pause", {"paused"}))


def resume(context: Context, name: str, *, namespace: str | None = None) -> Flow[EndpointInfo]:
    """Start an endpoint again; one that runs or starts goes on. `wait_for_running` waits for it."""
    endpoint = yield from identified(context, name, namespace)
    return (yield from ordered(context, endpoint, "resume", UP))


def scale_to_zero(
    context: Context, name: str, *, namespace: str | None = None
) -> Flow[EndpointInfo]:
    """Put an endpoint to sleep: it costs nothing, and the next request wakes it.

    Raises:
        EndpointPausedError: it is paused, and costs nothing either.
    """
    endpoint = yield from identified(context, name, namespace)
    return (yield from ordered(context, endpoint, "scale-to-zero", {"scaledToZero"}))


def ordered(
    context: Context, endpoint: Endpoint, order: str, wanted: frozenset[str] | set[str]
) -> Flow[EndpointInfo]:
    """Give an order.

    A refusal is looked into: if the endpoint is as it was wanted, all is well; else the error says
    how it is.
    """
    context.memory.endpoints.forget(asking.key_of(context, endpoint))
    try:
        response = yield from asked(context, "POST", endpoint, order)
    except ValidationError as refusal:
        info = yield from fetched(context, endpoint)
        if info.status in wanted:
            return info
        raise _instead(info, order, refusal) from refusal
    return (yield from asking.told(context, endpoint, response))


def _instead(info: EndpointInfo, order: str, refusal: ValidationError) -> Exception:
    """The error for an order that was not taken: it says what the endpoint is doing now."""
    kind = _STOPPED.get(info.status, ValidationError)  # type: ignore[call-overload]
    error: Exception = kind(
        f"{order} was refused: {info.id} is {info.status} now ({info.reason}). {refusal.message}",
        status=refusal.status, request_id=refusal.request_id,
        hint="Its state may have changed meanwhile; look with get(), and order again.",
    )  # fmt: skip
    return error
