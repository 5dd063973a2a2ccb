"""Waiting for an endpoint: until it says that it runs, has a URL, and its health route is well."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from hf_integrations.config import LARGEST
from hf_integrations.errors import (
    AuthenticationError,
    ColdStartTimeoutError,
    EndpointFailedError,
    EndpointPausedError,
    EndpointUnhealthyError,
    HfError,
    NetworkError,
    PermissionDeniedError,
    ValidationError,
)
from hf_integrations.flow import Flow, send, sleep
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
from hf_integrations.routing.management import health_request
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.asking import Endpoint, fetched, identified
from hf_integrations.transport.failures import failure_of

FIRST, GROWTH, LONGEST = 1.0, 1.5, 10.0  # seconds between two questions, while nothing changes


class EndpointProgress(Struct, frozen=True, kw_only=True):
    """How far an endpoint is.

    Attributes:
        endpoint: `namespace/name`.
        status: its state; one that is not known here is a plain text.
        message: what the API says of it.
        healthy: whether its health route answered 200; None when it was not asked.
        waited: seconds so far.
        timeout: seconds after which the wait ends.
        ready_replicas: how many answer, of `target_replicas`.
    """

    endpoint: str
    status: EndpointStatus | str
    message: str
    healthy: bool | None
    waited: float
    timeout: float
    ready_replicas: int
    target_replicas: int


OnProgress = Callable[[EndpointProgress], None]


def wait_for_running(
    context: Context, name: str, *, namespace: str | None = None, timeout: float | None = None,
    on_progress: OnProgress | None = None,
) -> Flow[EndpointInfo]:  # fmt: skip
    """Wait until an endpoint answers.

    One that was scaled to zero is woken by asking it; a paused one is not resumed.

    Args:
        name: its name, or `namespace/name`.
        timeout: seconds; the setting `cold_start_timeout` if you say nothing.
        on_progress: called after every look, and before the wait for the next.

    Raises:
        EndpointPausedError: it is paused, so that waiting is no use.
        EndpointFailedError: it did not come up, or its update failed; the reason is attached.
        EndpointUnhealthyError: it said that it runs, and its health route was not well in time.
        ColdStartTimeoutError: it was not running in time.
    """
    check_progress(on_progress)
    limit = limit_of(context, timeout)
    endpoint = yield from identified(context, name, namespace)
    return (yield from until_running(context, endpoint, limit, on_progress))


def check_progress(on_progress: object) -> None:
    """Raise a ValidationError for what cannot be called."""
    if on_progress is not None and not callable(on_progress):
        raise ValidationError(f"on_progress must be a function, not {type(on_progress).__name__}.")


def until_running(
    context: Context, endpoint: Endpoint, limit: float, on_progress: OnProgress | None = None
) -> Flow[EndpointInfo]:
    """Wait until an endpoint answers, `limit` seconds at most."""
    clock = context.patience.clock
    began, looks, before = clock(), 0, ""
    while True:
        info = yield from fetched(context, endpoint)
        check_hope(info)
        healthy = yield from is_well(context, info)
        waited = clock() - began
        if on_progress is not None:
            on_progress(_progress(info, healthy, waited, limit))
        if info.is_running and healthy:
            return info
        if waited >= limit:
            raise _late(info, limit)
        looks = looks + 1 if info.status == before else 0
        before = info.status
        yield from sleep(min(LONGEST, FIRST * GROWTH ** min(looks, 20), limit - waited))


def check_hope(info: EndpointInfo) -> None:
    """Raise for a state in which waiting is no use."""
    if info.status == EndpointStatus.PAUSED:
        raise paused(info)
    if info.status in (EndpointStatus.FAILED, EndpointStatus.UPDATE_FAILED):
        raise failed(info)


def is_well(context: Context, info: EndpointInfo) -> Flow[bool | None]:
    """Whether the health route answers 200; asking also wakes an endpoint that sleeps.

    None when there is nothing to ask yet.
    """
    asleep = info.status == EndpointStatus.SCALED_TO_ZERO
    if info.health_url is None or not (info.is_running or asleep):
        return None
    request = health_request(context.config, info.health_url)
    try:
        response = yield from send(request)
    except NetworkError:
        return False
    if response.status in (401, 403):
        raise _closed(info, failure_of(request, response))
    return response.status == 200


def paused(info: EndpointInfo) -> EndpointPausedError:
    """The error for an endpoint that is paused."""
    return EndpointPausedError(
        f"The endpoint {info.id} is paused.",
        hint=f"Resume it with client.endpoints.resume({info.id!r}), or let auto_resume_paused do "
        "it.",
        model=info.repository,
    )


def failed(info: EndpointInfo) -> EndpointFailedError:
    """The error for an endpoint that did not come up, or whose update did not."""
    update = info.status == EndpointStatus.UPDATE_FAILED
    still = " The version before it still answers." if update and info.ready_replicas else ""
    return EndpointFailedError(
        f"The endpoint {info.id} {'was not updated' if update else 'failed'}: {info.reason}{still}",
        hint=f"client.endpoints.logs({info.id!r}) shows what it wrote; correct it with update().",
        model=info.repository,
    )


def _late(info: EndpointInfo, limit: float) -> HfError:
    if info.is_running:
        return EndpointUnhealthyError(
            f"The endpoint {info.id} says that it runs, and {info.health_url} was not well for "
            f"{limit:g} s.",
            hint=f"client.endpoints.logs({info.id!r}) shows what it wrote; check its health route.",
            model=info.repository,
        )
    return ColdStartTimeoutError(
        f"The endpoint {info.id} was still {info.status} after {limit:g} s: {info.reason}.",
        hint="Pass a longer timeout=, or raise cold_start_timeout; large models take long.",
        model=info.repository,
    )


def _closed(info: EndpointInfo, error: HfError) -> HfError:
    kind = AuthenticationError if error.status == 401 else PermissionDeniedError
    return kind(
        f"The endpoint {info.id} ({info.type or 'not public'}) does not let this token in.",
        status=error.status, request_id=error.request_id, hint=error.hint,
    )  # fmt: skip


def _progress(
    info: EndpointInfo, healthy: bool | None, waited: float, limit: float
) -> EndpointProgress:
    return EndpointProgress(
        endpoint=info.id, status=info.status, message=info.message, healthy=healthy,
        waited=waited, timeout=limit, ready_replicas=info.ready_replicas,
        target_replicas=info.target_replicas,
    )  # fmt: skip


def limit_of(context: Context, timeout: object) -> float:
    """Seconds to wait: as said, else as the settings say."""
    if timeout is None:
        return context.config.cold_start_timeout
    number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
    if not number or not 0 <= timeout <= LARGEST:  # type: ignore[operator]
        raise ValidationError("timeout must be a number of seconds, 0 or more.")
    return float(timeout)  # type: ignore[arg-type]
