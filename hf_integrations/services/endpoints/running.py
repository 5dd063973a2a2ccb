"""An endpoint that runs as long as a block of code does, and no longer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from hf_integrations.errors import HfError, ValidationError
from hf_integrations.flow import Flow
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.asking import Endpoint, fetched, identified
from hf_integrations.services.endpoints.background import AsyncLater, Later
from hf_integrations.services.endpoints.costs import price_of
from hf_integrations.services.endpoints.lifecycle import UP, ordered
from hf_integrations.services.endpoints.waiting import OnProgress, limit_of, until_running

if TYPE_CHECKING:
    from hf_integrations.services.endpoints.service import AsyncEndpoints, Endpoints

ClientT = TypeVar("ClientT")

Afterwards: TypeAlias = Literal["pause", "scale_to_zero", "as_before"]
_ORDERS = {"pause": ("pause", {"paused"}), "scale_to_zero": ("scale-to-zero", {"scaledToZero"})}


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be done with an endpoint before and after."""

    name: str
    namespace: str | None
    afterwards: Afterwards
    timeout: float | None
    on_progress: OnProgress | None
    ttl: float | None

    def __post_init__(self) -> None:
        if self.afterwards not in (*_ORDERS, "as_before"):
            raise ValidationError("afterwards must be 'pause', 'scale_to_zero' or 'as_before'.")
        number: Any = self.ttl
        good = isinstance(number, (int, float)) and not isinstance(number, bool) and number > 0
        if number is not None and not good:
            raise ValidationError("ttl must be a number of seconds, more than 0.")


class RunningEndpoint(Generic[ClientT]):
    """An endpoint while it runs.

    Attributes:
        info: as it was when it began to run.
        client: a client whose calls go to it.
        expired: its `ttl` passed, and it was stopped inside the block.
    """

    def __init__(
        self, info: EndpointInfo, client: ClientT, price: float | None, before: str, began: float
    ) -> None:
        self.info, self.client, self.expired = info, client, False
        self.price_per_hour, self.before = price, before
        self._began = began
        self._ended: float | None = None

    @property
    def id(self) -> str:
        """`namespace/name`."""
        return self.info.id

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.info.url or ""

    @property
    def seconds(self) -> float:
        """How long it has been on for this block, its start included."""
        return (self._ended or time.monotonic()) - self._began

    @property
    def cost(self) -> float | None:
        """US dollars so far: price an hour × replicas × time; None without a price."""
        replicas = max(1, self.info.ready_replicas, self.info.min_replicas)
        if self.price_per_hour is None:
            return None
        return self.price_per_hour * replicas * self.seconds / 3_600

    def end(self) -> None:
        """Stop to count."""
        self._ended = self._ended or time.monotonic()

    def __repr__(self) -> str:
        cost = "unknown" if self.cost is None else f"{self.cost:.4f} USD"
        return f"RunningEndpoint({self.id!r}, {self.seconds:.0f} s, {cost})"


class _Block(Generic[ClientT]):
    """What both colours share: the flows before and after."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._endpoint: Endpoint | None = None
        self._before = ""
        self._began = 0.0
        self.running: RunningEndpoint[ClientT] | None = None

    def start(self, context: Context) -> Flow[tuple[EndpointInfo, float | None]]:
        """Resume and wait."""
        plan, self._began = self._plan, time.monotonic()
        limit = limit_of(context, plan.timeout)
        endpoint = yield from identified(context, plan.name, plan.namespace)
        info = yield from fetched(context, endpoint)
        price = yield from _price(context, info)
        self._before, self._endpoint = str(info.status), endpoint
        if info.status in ("paused", "failed", "scaledToZero"):
            yield from ordered(context, endpoint, "resume", UP)
        info = yield from until_running(context, endpoint, limit, plan.on_progress)
        return info, price

    def stop(self, context: Context) -> Flow[None]:
        """Do what is to be done afterwards; nothing if the endpoint was not found."""
        if self._endpoint is None:
            return
        wanted = self._plan.afterwards
        if wanted == "as_before":
            if self._before not in ("paused", "scaledToZero", "failed"):
                return
            wanted = "scale_to_zero" if self._before == "scaledToZero" else "pause"
        order, states = _ORDERS[wanted]
        yield from ordered(context, self._endpoint, order, states | {EndpointStatus.PAUSED})
        if self.running is not None:
            self.running.end()

    def expire(self, context: Context) -> Flow[None]:
        """Its time is over: stop it inside the block."""
        if self.running is not None:
            self.running.expired = True
        yield from self.stop(context)

    def began(self, found: tuple[EndpointInfo, float | None], client: ClientT) -> None:
        """It runs."""
        self.running = RunningEndpoint(found[0], client, found[1], self._before, self._began)


class Running(_Block[ClientT]):
    """`with client.endpoints.running(name) as endpoint:`."""

    def __init__(self, service: Endpoints[ClientT], plan: Plan) -> None:
        super().__init__(plan)
        self._service = service
        self._guard: Later | None = None

    def __enter__(self) -> RunningEndpoint[ClientT]:
        service = self._service
        try:
            found = service.drive_flow(self.start(service.context))
            self.began(found, service.client(found[0].id))
            if self._plan.ttl is not None:
                self._guard = Later(
                    self._plan.ttl, lambda: service.drive_flow(self.expire(service.context))
                )
        except BaseException:  # Ctrl-C while it starts must not leave it on
            self._stop_after(failed=True)
            raise
        assert self.running is not None  # noqa: S101 - it began
        return self.running

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        self._stop_after(failed=kind is not None)

    def _stop_after(self, *, failed: bool) -> None:
        if self._guard is not None:
            self._guard.cancel()
        try:
            self._service.drive_flow(self.stop(self._service.context))
        except HfError:
            if not failed:  # else the first failure says more
                raise


class AsyncRunning(_Block[ClientT]):
    """`async with client.endpoints.running(name) as endpoint:`."""

    def __init__(self, service: AsyncEndpoints[ClientT], plan: Plan) -> None:
        super().__init__(plan)
        self._service = service
        self._guard: AsyncLater | None = None

    async def __aenter__(self) -> RunningEndpoint[ClientT]:
        service = self._service
        try:
            found = await service.drive_flow(self.start(service.context))
            self.began(found, service.client(found[0].id))
            if self._plan.ttl is not None:
                self._guard = AsyncLater(
                    self._plan.ttl, lambda: service.drive_flow(self.expire(service.context))
                )
        except BaseException:  # also when the task is cancelled
            await self._stop_after(failed=True)
            raise
        assert self.running is not None  # noqa: S101 - it began
        return self.running

    async def __aexit__(self, kind: type[BaseException] | None, *more: object) -> None:
        await self._stop_after(failed=kind is not None)

    async def _stop_after(self, *, failed: bool) -> None:
        if self._guard is not None:
            await self._guard.cancel()
        try:
            await self._service.drive_flow(self.stop(self._service.context))
        except HfError:
            if not failed:
                raise


def _price(context: Context, info: EndpointInfo) -> Flow[float | None]:
    """The price, if it can be had; without one, all the rest works."""
    try:
        return (yield from price_of(context, info))
    except HfError:
        return None
