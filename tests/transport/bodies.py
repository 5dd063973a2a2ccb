"""Engines that give a scripted body, in both colours, and one way to read both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, TypeAlias

from hf_integrations.flow import AsyncEngine, Engine, Request, Response
from hf_integrations.models.chat import ChatChunk, ChatResponse
from hf_integrations.models.shapes import decode, encode
from hf_integrations.transport.assembling import ChatAssembly
from hf_integrations.transport.exchange import opening
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.reading import Reader
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.streams import AsyncStream, Stream
from tests.playing import REQUEST

DONE = b"data: [DONE]\n\n"
PATIENCE = Patience(Retry(1, 0.0, 0.0, lambda: 0.0), Warmup(0.0))
Part: TypeAlias = bytes | BaseException


def event(text: str, reason: str | None = None) -> bytes:
    """One event of a stream."""
    choice = {"delta": {"content": text}, "finish_reason": reason}
    return b"data: " + encode({"choices": [choice]}) + b"\n\n"


class ScriptedBody:
    """Gives its parts one by one; counts how often it was closed and abandoned."""

    status = 200

    def __init__(self, parts: Sequence[Part]) -> None:
        self.headers = {"x-request-id": "abc"}
        self.parts = list(parts)
        self.given = self.closed = self.abandoned = 0

    def _next(self) -> bytes:
        part = self.parts[self.given]
        self.given += 1
        if isinstance(part, BaseException):
            raise part
        return part

    def __iter__(self) -> Iterator[bytes]:
        while self.given < len(self.parts):
            yield self._next()

    def close(self) -> None:
        """Count."""
        self.closed += 1


class AsyncScriptedBody(ScriptedBody):
    """The same in asyncio; gives way before each part."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.given < len(self.parts):
            await asyncio.sleep(0)
            yield self._next()

    async def close(self) -> None:  # type: ignore[override]
        """Count."""
        self.closed += 1

    def abandon(self) -> None:
        """Count."""
        self.abandoned += 1


class Scripted:
    """What both engines share: answers, one for each request."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def answer(self) -> Any:
        """The next answer, raised if it is an error."""
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


class ScriptedEngine(Scripted):
    """Plain."""

    def send(self, request: Request) -> Response:
        """The next answer."""
        response: Response = self.answer()
        return response

    def open(self, request: Request) -> Any:
        """The next answer."""
        return self.answer()

    def close(self) -> None:
        """Nothing to close."""


class AsyncScriptedEngine(Scripted):
    """In asyncio."""

    async def send(self, request: Request) -> Response:
        """The next answer."""
        response: Response = self.answer()
        return response

    async def open(self, request: Request) -> Any:
        """The next answer, not at once."""
        await asyncio.sleep(0)
        return self.answer()

    async def close(self) -> None:
        """Nothing to close."""

    def abandon(self) -> None:
        """Nothing to let go."""


def reader() -> Reader[ChatChunk, ChatResponse]:
    """A reader of chat chunks."""
    made = Reader(lambda data: decode(data, ChatChunk), REQUEST.about, ChatAssembly())
    made.request = REQUEST
    return made


def stream(engine: Engine) -> Stream[ChatChunk, ChatResponse]:
    """A plain stream over an engine."""
    return Stream(opening(REQUEST, PATIENCE), reader(), lambda: engine)


def astream(engine: AsyncEngine) -> AsyncStream[ChatChunk, ChatResponse]:
    """An asyncio stream over an engine."""
    return AsyncStream(opening(REQUEST, PATIENCE), reader(), lambda: engine)


class Plain:
    """A plain stream, read to its end or to its failure."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self.body = ScriptedBody(())
        answers = [self._body(answer) for answer in answers]
        self.engine = ScriptedEngine(answers)
        self.stream: Stream[ChatChunk, ChatResponse] = stream(self.engine)
        self.texts: list[str] = []
        self.failure: Exception | None = None

    def _body(self, answer: Any) -> Any:
        if isinstance(answer, list):
            answer = self.body = ScriptedBody(answer)
        return answer

    def read(self, most: int | None = None) -> None:
        """Take all items, or the first few; an error is kept."""
        try:
            for item in self.stream:
                self.texts.append(item.text)
                if len(self.texts) == most:
                    break
        except Exception as error:  # noqa: BLE001 - whatever comes is looked at
            self.failure = error

    def close(self) -> None:
        """Close the stream."""
        self.stream.close()


class Looped:
    """The same in asyncio, each step in one loop."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self.body = AsyncScriptedBody(())
        answers = [self._body(answer) for answer in answers]
        self.engine = AsyncScriptedEngine(answers)
        self.stream: AsyncStream[ChatChunk, ChatResponse] = astream(self.engine)
        self.texts: list[str] = []
        self.failure: Exception | None = None
        self._runner = asyncio.Runner()

    def _body(self, answer: Any) -> Any:
        if isinstance(answer, list):
            answer = self.body = AsyncScriptedBody(answer)
        return answer

    def read(self, most: int | None = None) -> None:
        """Take all items, or the first few; an error is kept."""

        async def main() -> None:
            try:
                async for item in self.stream:
                    self.texts.append(item.text)
                    if len(self.texts) == most:
                        break
            except Exception as error:  # noqa: BLE001 - whatever comes is looked at
                self.failure = error

        self._runner.run(main())

    def close(self) -> None:
        """Close the stream."""
        self._runner.run(self.stream.close())

    def end(self) -> None:
        """End the loop."""
        self._runner.close()
