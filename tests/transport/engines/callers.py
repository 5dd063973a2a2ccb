"""Both colours of engine behind one plain face, so that a promise is tested once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from hf_integrations.flow import (
    AsyncBody,
    AsyncEngine,
    Engine,
    Request,
    Response,
    SyncBody,
)
from hf_integrations.transport.engines import (
    EngineKind,
    EngineSettings,
    make_async_engine,
    make_engine,
)


class Caller(Protocol):
    """An engine, called plainly."""

    def send(self, request: Request) -> Response:
        """One whole exchange."""

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response."""

    def stream(self, request: Request) -> SyncBody:
        """Open, and the answer must be a stream."""

    def close(self) -> None:
        """Close the engine."""

    def end(self) -> None:
        """What the user's program does last."""


class PlainCaller:
    """A plain engine as it is."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.send = engine.send
        self.open = engine.open
        self.close = engine.close

    def stream(self, request: Request) -> SyncBody:
        """Open, and the answer must be a stream."""
        body = self.open(request)
        assert not isinstance(body, Response)
        return body

    def end(self) -> None:
        """What the user's program does last."""
        self.close()


class LoopCaller:
    """An asyncio engine in a loop of its own that runs while a call lasts."""

    def __init__(
        self,
        make: Callable[[], AsyncEngine],
        new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        self.runner = asyncio.Runner(loop_factory=new_loop)

        async def made() -> AsyncEngine:
            return make()

        try:
            self.engine = self.runner.run(made())
        except BaseException:
            self.runner.close()
            raise

    def send(self, request: Request) -> Response:
        """One whole exchange."""
        return self.runner.run(self.engine.send(request))

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response."""
        body = self.runner.run(self.engine.open(request))
        return body if isinstance(body, Response) else LoopBody(self.runner, body)

    def stream(self, request: Request) -> SyncBody:
        """Open, and the answer must be a stream."""
        body = self.open(request)
        assert not isinstance(body, Response)
        return body

    def close(self) -> None:
        """Close the engine."""
        self.runner.run(self.engine.close())

    def end(self) -> None:
        """What the user's program does last; the loop must have nothing left to complain of."""
        self.close()
        left = self.runner.run(_others())
        self.runner.close()
        assert not left, f"tasks left behind: {left}"


class LoopBody:
    """An open body of an asyncio engine, read plainly."""

    def __init__(self, runner: asyncio.Runner, body: AsyncBody) -> None:
        self.body = body
        self.status = body.status
        self.headers = body.headers
        self._runner = runner

    def __iter__(self) -> Iterator[bytes]:
        chunks = aiter(self.body)

        async def following() -> bytes | None:
            return await anext(chunks, None)

        while (chunk := self._runner.run(following())) is not None:
            yield chunk

    def close(self) -> None:
        """Close the body."""
        self._runner.run(self.body.close())


async def _others() -> list[str]:
    return [str(task) for task in asyncio.all_tasks() if task is not asyncio.current_task()]


@dataclass(frozen=True)
class Kind:
    """One engine in one colour."""

    name: EngineKind
    plain: bool

    def caller(self, settings: EngineSettings) -> Caller:
        """The engine, made as a user's client makes it."""
        if self.plain:
            return PlainCaller(make_engine(settings))
        return LoopCaller(lambda: make_async_engine(settings))

    def __str__(self) -> str:
        return f"{'sync' if self.plain else 'async'}-{self.name}"


KINDS = [
    Kind("stdlib", plain=True),
    Kind("pyreqwest", plain=True),
    Kind("httpx", plain=True),
    Kind("stdlib", plain=False),
    Kind("aiohttp", plain=False),
    Kind("httpx", plain=False),
]
