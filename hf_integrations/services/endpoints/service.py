"""`client.endpoints`, in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from hf_integrations.errors import HfError, ValidationError
from hf_integrations.flow import Flow, side_by_side
from hf_integrations.routing.management import management_root, split_name
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints import costs, lifecycle, managing, waiting
from hf_integrations.services.endpoints.asking import Endpoint, fetched, key_of
from hf_integrations.services.endpoints.background import AsyncLater, Later
from hf_integrations.services.endpoints.running import (
    Afterwards,
    AsyncRunning,
    Plan,
    Running,
)
from hf_integrations.services.endpoints.waiting import OnProgress, check_progress
from hf_integrations.transport.connections import Connections

ClientT = TypeVar("ClientT")

AT_ONCE = 8  # endpoints that are asked about side by side


def refreshed(context: Context) -> Flow[int]:
    """Ask anew about the endpoints that are looked up often; how many there were."""
    mine = (management_root(context.config), context.config.credential)
    hot = [key[2].partition("/") for key in context.memory.endpoints.hot() if key[:2] == mine]
    flows = [_refreshed(context, Endpoint(namespace, name)) for namespace, _, name in hot]
    return sum((yield from side_by_side(flows, limit=AT_ONCE)))


def _refreshed(context: Context, endpoint: Endpoint) -> Flow[bool]:
    """Ask anew about one; whether it answered. One that does not keeps no other from it."""
    try:
        yield from fetched(context, endpoint)
    except HfError:
        context.memory.endpoints.forget(key_of(context, endpoint))
        return False
    return True


class _Calls:
    list = method(managing.list_all)
    get = method(managing.get)
    find = method(managing.find)
    create = method(managing.create)
    update = method(managing.update)
    delete = method(managing.delete)
    pause = method(lifecycle.pause)
    resume = method(lifecycle.resume)
    scale_to_zero = method(lifecycle.scale_to_zero)
    wait_for_running = method(waiting.wait_for_running)
    logs = method(managing.logs)
    metrics = method(managing.metrics)
    hardware = method(managing.hardware)
    cost = method(costs.cost)
    costs = method(costs.costs)


class _Endpoints(_Calls, Generic[ClientT]):
    view: Callable[..., ClientT]

    def client(self, name: str, **settings: Any) -> ClientT:
        """A client whose calls go to an endpoint; it shares connections with this one.

        Nothing is asked before its first call.

        Args:
            name: `namespace/name`, or a name alone.
            **settings: others that shall differ.
        """
        split_name(name)
        return self.view(endpoint=name, **settings)


def _plan(
    name: str, namespace: str | None, afterwards: Afterwards, timeout: float | None,
    on_progress: OnProgress | None, ttl: float | None,
) -> Plan:  # fmt: skip
    split_name(name, namespace)
    check_progress(on_progress)
    return Plan(
        name=name, namespace=namespace, afterwards=afterwards, timeout=timeout,
        on_progress=on_progress, ttl=ttl,
    )  # fmt: skip


class RawEndpoints(_Calls, RawService):
    """`client.endpoints.with_raw_response`."""


class Endpoints(_Endpoints[ClientT], Service):
    """`client.endpoints`: dedicated endpoints."""

    with_raw_response = raw(RawEndpoints)

    def __init__(
        self, context: Context, connections: Connections, view: Callable[..., ClientT]
    ) -> None:
        super().__init__(context, connections)
        self.view = view

    def running(
        self, name: str, *, namespace: str | None = None, afterwards: Afterwards = "pause",
        timeout: float | None = None, on_progress: OnProgress | None = None,
        ttl: float | None = None,
    ) -> Running[ClientT]:  # fmt: skip
        """An endpoint that runs for a `with` block: resumed before, stopped after, whatever comes.

        Args:
            name: its name, or `namespace/name`.
            afterwards: `pause`, `scale_to_zero`, or `as_before`: one that ran goes on.
            timeout: seconds to wait until it answers; the setting `cold_start_timeout` if you
                say nothing.
            on_progress: called with an `EndpointProgress` while it starts.
            ttl: seconds after which it is stopped even if the block goes on.
        """
        return Running(self, _plan(name, namespace, afterwards, timeout, on_progress, ttl))

    def keep_fresh(self, every: float = 60.0) -> Later:
        """Ask anew, in a thread, about endpoints that calls look up often; `cancel()` ends it.

        Args:
            every: seconds between two rounds; less than `endpoint_cache_ttl`.
        """
        _check_every(self.context, every)
        return Later(every, lambda: self.drive_flow(refreshed(self.context)), again=True)


class AsyncRawEndpoints(_Calls, AsyncRawService):
    """`client.endpoints.with_raw_response`, awaited."""


class AsyncEndpoints(_Endpoints[ClientT], AsyncService):
    """`client.endpoints`, awaited."""

    with_raw_response = raw(AsyncRawEndpoints)

    def __init__(
        self, context: Context, connections: Connections, view: Callable[..., ClientT]
    ) -> None:
        super().__init__(context, connections)
        self.view = view

    def running(
        self, name: str, *, namespace: str | None = None, afterwards: Afterwards = "pause",
        timeout: float | None = None, on_progress: OnProgress | None = None,
        ttl: float | None = None,
    ) -> AsyncRunning[ClientT]:  # fmt: skip
        """As of `Endpoints`, for `async with`."""
        return AsyncRunning(self, _plan(name, namespace, afterwards, timeout, on_progress, ttl))

    def keep_fresh(self, every: float = 60.0) -> AsyncLater:
        """As of `Endpoints`, as a task of the running loop."""
        _check_every(self.context, every)
        return AsyncLater(every, lambda: self.drive_flow(refreshed(self.context)), again=True)


def _check_every(context: Context, every: object) -> None:
    number = isinstance(every, (int, float)) and not isinstance(every, bool)
    if not number or not 0 < every < context.config.endpoint_cache_ttl:  # type: ignore[operator]
        raise ValidationError(
            f"every must be seconds, more than 0 and less than endpoint_cache_ttl "
            f"({context.config.endpoint_cache_ttl:g})."
        )
