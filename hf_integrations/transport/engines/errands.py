"""An engine that also runs errands: fetching from strangers, and work that must block nobody.

Both are requests, so that a flow asks for them with `Send` like for everything else. Their URLs
have schemes of their own: an engine that does not know errands refuses them, and can never send
to a stranger unguarded.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from hf_integrations.flow import (
    AsyncBody,
    AsyncEngine,
    Engine,
    Flow,
    Request,
    Response,
    SyncBody,
    Timeout,
    send,
)
from hf_integrations.transport.engines.kept import Pool
from hf_integrations.transport.engines.settings import EngineSettings

if TYPE_CHECKING:
    from hf_integrations.transport.engines.guarded import AsyncGuarded, Guarded

T = TypeVar("T")

GUARDED = "guarded+"


class Fetch(Request, frozen=True, kw_only=True):
    """A request to an address that a stranger may have chosen; its URL begins with `guarded+`.

    It carries the headers it is given and nothing else: no token, no cookie, no certificate, and
    no body either.
    Redirects are not followed, but returned. The body is empty unless the status is 2xx.

    Attributes:
        max_bytes: the largest body; the reading stops there.
        allow_private: connect also to addresses that are not public.
    """

    max_bytes: int
    allow_private: bool = False


class Work(Request, frozen=True, kw_only=True):
    """Not for the network at all: something slow to be done where no event loop waits for it."""

    do: Callable[[], Any]


class Done(Response, frozen=True, kw_only=True):
    """What came of `Work`."""

    result: Any = None


class Recalled(Request, frozen=True, kw_only=True):
    """A request that need not be sent, as its answer is remembered; engines that record see it."""

    answer: Response

    @classmethod
    def of(cls, request: Request, answer: Response) -> Recalled:
        """A request with its answer."""
        facts = {name: getattr(request, name) for name in Request.__struct_fields__}
        return cls(**facts, answer=answer)


def aside(do: Callable[[], T]) -> Flow[T]:
    """Ask to have slow work of our own done: at once, or in a thread beside an event loop."""
    done = yield from send(Work("DO", "work:", Timeout(0.0), do=do))
    assert isinstance(done, Done)  # noqa: S101 - other engines refuse the URL
    result: T = done.result
    return result


class ErrandEngine:
    """A plain engine that sends by another."""

    def __init__(self, engine: Engine, settings: EngineSettings) -> None:
        self._engine = engine
        self._settings = settings
        self.close = engine.close
        self.pool: Callable[[], Pool] = getattr(engine, "pool", Pool)

    def send(self, request: Request) -> Response:
        """One whole exchange, or an errand."""
        if type(request) is Request:  # as nearly all are
            return self._engine.send(request)
        match request:
            case Fetch():
                return self._guarded.send(request)
            case Work():
                return Done(200, result=request.do())
            case Recalled():
                return request.answer
            case _:
                return self._engine.send(request)

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response when its status is not 2xx; no errand streams."""
        return self._engine.open(request)

    @cached_property
    def _guarded(self) -> Guarded:
        from hf_integrations.transport.engines.guarded import Guarded

        return Guarded(self._settings)


class AsyncErrandEngine:
    """An engine in asyncio that sends by another."""

    def __init__(self, engine: AsyncEngine, settings: EngineSettings) -> None:
        self._engine = engine
        self._settings = settings
        self.close = engine.close
        self.abandon = engine.abandon
        self.pool: Callable[[], Pool] = getattr(engine, "pool", Pool)

    def send(self, request: Request) -> Coroutine[Any, Any, Response]:
        """One whole exchange, or an errand."""
        if type(request) is Request:
            return self._engine.send(request)
        match request:
            case Fetch():
                return self._guarded.send(request)
            case Work():
                return _done(request)
            case Recalled():
                return _known(request)
            case _:
                return self._engine.send(request)

    async def open(self, request: Request) -> AsyncBody | Response:
        """An open body, or the whole response when its status is not 2xx; no errand streams."""
        return await self._engine.open(request)

    @cached_property
    def _guarded(self) -> AsyncGuarded:
        from hf_integrations.transport.engines.guarded import AsyncGuarded

        return AsyncGuarded(self._settings)


async def _known(request: Recalled) -> Response:
    return request.answer


async def _done(work: Work) -> Response:
    """Do it in a thread."""
    import asyncio

    return Done(200, result=await asyncio.to_thread(work.do))
