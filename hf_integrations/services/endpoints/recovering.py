"""A failure at an endpoint is looked into: its state says what the status of HTTP does not.

The proxy before an endpoint says 400 when it is paused, 502 or 503 when no replica answers, and
nothing of why. So the management API is asked, and the error names the state and the next step; or
the endpoint is waited for, and the request sent again.
"""

from __future__ import annotations

from hf_integrations.errors import (
    EndpointUnhealthyError,
    HfError,
    NetworkError,
    NotFoundError,
)
from hf_integrations.flow import Flow, Request
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
from hf_integrations.routing.management import management_root
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.asking import (
    Endpoint,
    fetched,
    listed,
    namespace_of,
)
from hf_integrations.services.endpoints.placing import started
from hf_integrations.services.endpoints.waiting import failed, is_well

_STOPPED = frozenset(("paused", "failed"))
_STARTING = frozenset(("scaledToZero", "pending", "initializing", "updating"))


def recovered(context: Context, request: Request, failure: HfError) -> Flow[HfError | None]:
    """What a failure means: None when the endpoint answers by now, else the error to go on with.

    Args:
        context: for the management API; it must not recover itself.
    """
    if isinstance(failure, (NetworkError, NotFoundError)):
        seen = context.memory.endpoints.key_of(request.url)
        if seen is not None:
            context.memory.endpoints.forget(seen)
        return failure
    endpoint = yield from _endpoint_of(context, request.url)
    if endpoint is None:
        return failure
    try:
        info = yield from fetched(context, endpoint)
    except HfError:
        return failure  # who may ask an endpoint need not be allowed to manage it
    try:
        return (yield from _met(context, endpoint, info, failure))
    except HfError as error:
        error.status = error.status or failure.status
        error.request_id = error.request_id or failure.request_id
        error.retry_after = error.retry_after or failure.retry_after
        raise error from failure


def _met(
    context: Context, endpoint: Endpoint, info: EndpointInfo, failure: HfError
) -> Flow[HfError | None]:
    """Do what the state asks for."""
    status, wrong = info.status, failure.status == 400
    if status in _STOPPED or (status in _STARTING and not wrong):
        yield from started(context, endpoint, info)
        return None
    if wrong:
        return failure  # it is up, and the request is wrong
    if status == EndpointStatus.UPDATE_FAILED:
        return failed(info)
    if status == EndpointStatus.RUNNING:
        return (yield from _running(context, info, failure))
    failure.hint = f"The endpoint {info.id} is {status}: {info.reason}."
    return failure


def _running(context: Context, info: EndpointInfo, failure: HfError) -> Flow[HfError]:
    """It says that it runs: if its health route is well, the failure is one that passes."""
    if (yield from is_well(context, info)):
        return failure
    return EndpointUnhealthyError(
        f"The endpoint {info.id} runs, and its health route is not well.",
        hint=f"client.endpoints.logs({info.id!r}) shows what it wrote.",
        status=failure.status, request_id=failure.request_id, model=info.repository,
        retry_after=failure.retry_after,
    )  # fmt: skip


def _endpoint_of(context: Context, url: str) -> Flow[Endpoint | None]:
    """The endpoint of a URL: one that was seen, else one of the namespace's that has it."""
    key = context.memory.endpoints.key_of(url)
    if key is None:
        try:
            yield from listed(context, (yield from namespace_of(context)))
        except HfError:
            return None
        key = context.memory.endpoints.key_of(url)
    if key is None or key[0] != management_root(context.config):
        return None
    namespace, _, name = key[2].partition("/")
    return Endpoint(namespace, name)
