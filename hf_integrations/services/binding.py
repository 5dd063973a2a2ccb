"""A flow becomes a method: plain on the one client, awaitable on the other."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from msgspec import Struct

from hf_integrations.flow import AsyncEngine, Engine, Flow, OpenResponse, adrive, drive
from hf_integrations.models.exchanges import Exchange, RawResponse
from hf_integrations.services.arranging import arranged, opened
from hf_integrations.services.context import Context
from hf_integrations.services.failover import can_fail_over
from hf_integrations.services.tracing import named, traced, traced_opening, tracer
from hf_integrations.transport.connections import Connections
from hf_integrations.transport.reading import Item, Reader
from hf_integrations.transport.recording import AsyncRecorder, Recorder
from hf_integrations.transport.streams import AsyncStream, Stream

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C", bound=Item)
W = TypeVar("W")
R = TypeVar("R")


class Bound:
    """What every part of a client is bound to: settings and connections."""

    def __init__(self, context: Context, connections: Connections) -> None:
        self.context = context
        self._connections = connections


class Service(Bound):
    """A part of the plain client: what it offers, bound to its settings and connections."""

    def drive_flow(self, flow: Flow[T]) -> T:
        """Drive a flow over this client's connections."""
        return drive(flow, self._connections.engine())

    def open_stream(self, opening: Flow[OpenResponse], reader: Reader[C, W]) -> Stream[C, W]:
        """A stream that will be opened over this client's connections."""
        engine: Callable[[], Engine] = self._connections.engine
        return Stream(opening, reader, engine)


class AsyncService(Bound):
    """A part of the asyncio client."""

    async def drive_flow(self, flow: Flow[T]) -> T:
        """Drive a flow over this client's connections."""
        return await adrive(flow, self._connections.async_engine())

    def open_stream(self, opening: Flow[OpenResponse], reader: Reader[C, W]) -> AsyncStream[C, W]:
        """A stream that will be opened over this client's connections."""
        engine: Callable[[], AsyncEngine] = self._connections.async_engine
        return AsyncStream(opening, reader, engine)


class RawBound(Bound):
    """The raw kind of a part: under its settings, also when they change."""

    def __init__(self, service: Bound) -> None:
        self._service = service
        self._connections = service._connections

    @property
    def context(self) -> Context:  # type: ignore[override]  # the service's to change
        """Settings and memory of the service."""
        return self._service.context


class RawService(RawBound):
    """The same part, whose methods give what was exchanged along with what they return."""

    def drive_flow(self, flow: Flow[T]) -> RawResponse[T]:
        """Drive a flow, and remember its exchanges."""
        exchanges: list[Exchange] = []
        engine = Recorder(self._connections.engine(), exchanges)
        return RawResponse(drive(flow, engine), exchanges)

    def open_stream(self, opening: Flow[OpenResponse], reader: Reader[C, W]) -> Stream[C, W]:
        """A stream; its `exchange` says what a `RawResponse` does."""
        engine: Callable[[], Engine] = self._connections.engine
        return Stream(opening, reader, engine)


class AsyncRawService(RawBound):
    """The same part in asyncio, whose methods give what was exchanged."""

    async def drive_flow(self, flow: Flow[T]) -> RawResponse[T]:
        """Drive a flow, and remember its exchanges."""
        exchanges: list[Exchange] = []
        engine = AsyncRecorder(self._connections.async_engine(), exchanges)
        return RawResponse(await adrive(flow, engine), exchanges)

    def open_stream(self, opening: Flow[OpenResponse], reader: Reader[C, W]) -> AsyncStream[C, W]:
        """A stream; its `exchange` says what a `RawResponse` does."""
        engine: Callable[[], AsyncEngine] = self._connections.async_engine
        return AsyncStream(opening, reader, engine)


class raw(Generic[R]):
    """The raw kind of a service, as its `with_raw_response`."""

    def __init__(self, kind: Callable[[Bound], R]) -> None:
        self.kind = kind

    def __get__(self, service: Any, owner: Any = None) -> R:
        """It, bound as the service is; of the class, one of no use, for documentation."""
        if service is None:
            return self  # type: ignore[return-value]
        return self.kind(service)


class Opening(Struct, Generic[C, W], frozen=True):
    """How a stream is opened, and how it is read: what a streaming service function returns."""

    flow: Flow[OpenResponse]
    reader: Reader[C, W]


class method(Generic[P, T]):
    """A flow as a method: plain on a `Service`, awaitable on an `AsyncService`."""

    def __init__(self, flow: Callable[Concatenate[Context, P], Flow[T]]) -> None:
        several = can_fail_over(flow)
        self.name = flow.__name__

        @functools.wraps(flow)
        def call(service: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            context = service.context
            config = context.config
            if several and (config.failover or config.budget is not None):
                asked = arranged(flow, context, args, kwargs)
            else:
                asked = flow(context, *args, **kwargs)
            if config.telemetry != "off" and (found := tracer(config)) is not None:
                asked = traced(found, config, self.name, args, kwargs, asked)
            return service.drive_flow(asked)

        self.call = call

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = named(owner, name)

    @overload
    def __get__(self, service: None, owner: Any = None) -> Callable[..., Any]: ...
    @overload
    def __get__(self, service: Service, owner: Any = None) -> Callable[P, T]: ...
    @overload
    def __get__(
        self, service: AsyncService, owner: Any = None
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, service: RawService, owner: Any = None) -> Callable[P, RawResponse[T]]: ...
    @overload
    def __get__(
        self, service: AsyncRawService, owner: Any = None
    ) -> Callable[P, Coroutine[Any, Any, RawResponse[T]]]: ...
    def __get__(self, service: Any, owner: Any = None) -> Any:
        """The method, bound."""
        return self.call if service is None else types.MethodType(self.call, service)


class streaming(Generic[P, C, W]):
    """An opening as a method: it gives a `Stream`, or an `AsyncStream`."""

    def __init__(self, function: Callable[Concatenate[Context, P], Opening[C, W]]) -> None:
        self.name = function.__name__

        @functools.wraps(function)
        def call(service: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            context = service.context
            config = context.config
            opening = opened(function, context, args, kwargs)
            if config.telemetry != "off" and (found := tracer(config)) is not None:
                opening = traced_opening(found, config, self.name, args, kwargs, opening)
            return service.open_stream(opening.flow, opening.reader)

        self.call = call

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = named(owner, name)

    @overload
    def __get__(self, service: None, owner: Any = None) -> Callable[..., Any]: ...
    @overload
    def __get__(
        self, service: Service | RawService, owner: Any = None
    ) -> Callable[P, Stream[C, W]]: ...
    @overload
    def __get__(
        self, service: AsyncService | AsyncRawService, owner: Any = None
    ) -> Callable[P, AsyncStream[C, W]]: ...
    def __get__(self, service: Any, owner: Any = None) -> Any:
        """The method, bound."""
        return self.call if service is None else types.MethodType(self.call, service)
