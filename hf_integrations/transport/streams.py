"""A streamed answer as its user holds it, in both colours."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Generic, Self, TypeVar, cast

from hf_integrations.errors import DecodeError, HfError, StreamInterruptedError
from hf_integrations.flow import (
    AsyncBody,
    AsyncEngine,
    Engine,
    Flow,
    OpenResponse,
    Response,
    SyncBody,
    adrive,
    drive,
)
from hf_integrations.models.exchanges import Exchange
from hf_integrations.models.shapes import request_id
from hf_integrations.models.timings import Timings
from hf_integrations.transport.failures import no_stream
from hf_integrations.transport.flowing import Flowing
from hf_integrations.transport.reading import Item, Reader
from hf_integrations.transport.recording import AsyncRecorder, Recorder

C = TypeVar("C", bound=Item)
W = TypeVar("W")


class _Streamed(Generic[C, W]):
    """What both colours share: how it is opened, its reader, and how it ended."""

    def __init__(self, opening: Flow[OpenResponse], reader: Reader[C, W]) -> None:
        self._opening = opening
        self._reader = reader
        self._exchanges: list[Exchange] = []
        self._headers: dict[str, str] | None = None
        self._failure: HfError | None = None
        self._over = False

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        return self._reader.text

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the response, once it is open; their names are in lower case."""
        return dict(self._headers or {})

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support."""
        return request_id(self._headers or {})

    @property
    def timings(self) -> Timings:
        """What the server says of the time it took, in seconds; few say anything in a stream."""
        return Timings.of(self._headers or {})

    @property
    def exchange(self) -> Exchange | None:
        """The request and how it went, with what was tried before; None until it is open."""
        return self._exchanges[-1] if self._exchanges else None

    def _whole(self) -> W:
        found = self.exchange
        status = found.status if found else None
        return self._reader.assembly.whole(Response(status or 200, self.headers))

    @property
    def served_by(self) -> str | None:
        """Who answers, where several were there to be asked (the setting `failover`)."""
        return self._reader.served_by

    def _take(self, part: bytes | None) -> bool:
        """Read one part of the body, None at its end; whether there will be more."""
        if part is None:
            self._finish()
        else:
            self._reader.feed(part)
        return part is not None

    def _read_on(self) -> bool:
        """Make ready what had to wait; whether that went well."""
        try:
            self._reader.more()
        except HfError as error:
            self._failed(error)
            return False
        return True

    def _watch(self, body: object) -> None:
        """Have the items counted, where a report is made of the body."""
        if isinstance(body, Flowing):
            self._reader.report = body.report

    def _tell(self, body: object) -> None:
        """Say how it ended, where a report is made of it, or the call is watched."""
        reader, failure = self._reader, self._failure
        trace, reader.trace = reader.trace, None
        if trace is not None:
            trace.ended(failure, reader.assembly.whole)
        if not isinstance(body, Flowing) or body.report is None:
            return
        refused = failure is not None and failure.status is not None
        usage = reader.usage
        if usage is None and not refused and not sys.is_finalizing():
            usage = reader.estimated()
        error = type(failure).__name__ if failure is not None else ""
        body.told(error=error, usage=usage, estimated=reader.usage is None and usage is not None)

    def _finish(self) -> None:
        reader = self._reader
        reader.finish()
        if reader.start is not None and reader.request is not None:
            raise no_stream(reader.request, self.headers, reader.start)

    def _failed(self, error: HfError) -> None:
        """Keep an error until the items before it have been handed out."""
        self._reader.waiting = []
        if self._headers is not None:
            told = error.status is not None  # by the server, in place of an answer
            if not told and not isinstance(error, StreamInterruptedError | DecodeError):
                if self._over or self._reader.done:
                    return  # it was closed meanwhile, or all had been said
                error, cause = self._reader.interrupted(error), error
                error.__cause__ = cause
            error.request_id = request_id(self._headers)
        self._failure = error

    def _last(self, end: Exception) -> Exception:
        """What to raise when no item is left: the failure, the first time, then the end."""
        failure, self._failure = self._failure, None
        return failure or end


class Stream(_Streamed[C, W]):
    """A streamed answer: iterate it; as a context manager, it may be left early.

    The request is sent on entering, or when the first item is asked for. Leaving it before its
    end closes the connection.

    Raises:
        StreamInterruptedError: while iterating, when the stream breaks off; `partial` holds the
            text so far.
        HfError: the server told an error in place of the first item.
    """

    def __init__(
        self, opening: Flow[OpenResponse], reader: Reader[C, W], engine: Callable[[], Engine]
    ) -> None:
        super().__init__(opening, reader)
        self._engine = engine
        self._body: SyncBody | None = None
        self._parts: Iterator[bytes] = iter(())

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[C]:
        return self

    def __next__(self) -> C:
        reader = self._reader  # whose items are another's once somebody else has answered
        while not reader.ready:
            if reader.waiting:
                if not self._read_on():
                    self.close()
            elif self._over:
                raise self._last(StopIteration())
            else:
                self._read()
        return reader.ready.popleft()

    def __del__(self) -> None:
        self.close()

    def response(self) -> W:
        """The whole answer, as if it had not been streamed; reads what is left of the stream.

        Of a stream that was left early, what had come.

        Raises:
            StreamInterruptedError: it breaks off.
        """
        for _ in self:
            pass
        return self._whole()

    def close(self) -> None:
        """Stop reading; a second call does nothing."""
        self._over = True
        if (body := self._body) is not None:
            self._body = None
            self._tell(body)
            body.close()

    def _open(self) -> None:
        if self._headers is not None or self._over:
            return
        try:
            body = cast(SyncBody, drive(self._opening, Recorder(self._engine(), self._exchanges)))
        except BaseException:
            self._over = True  # a flow that has failed cannot be driven again
            raise
        self._body, self._headers, self._parts = body, body.headers, iter(body)
        self._watch(body)
        if self._over:  # by another thread, meanwhile
            self.close()

    def _read(self) -> None:
        more = False
        try:
            self._open()
            more = not self._over and self._take(next(self._parts, None))
        except HfError as error:
            self._failed(error)
        finally:
            if not more:
                self.close()


class AsyncStream(_Streamed[C, W]):
    """A streamed answer in asyncio: `async with` it, then `async for` its items.

    The request is sent on entering, or when the first item is asked for. Leaving it before its
    end closes the connection.

    Raises:
        StreamInterruptedError: while iterating, when the stream breaks off; `partial` holds the
            text so far.
        HfError: the server told an error in place of the first item.
    """

    def __init__(
        self, opening: Flow[OpenResponse], reader: Reader[C, W], engine: Callable[[], AsyncEngine]
    ) -> None:
        super().__init__(opening, reader)
        self._engine = engine
        self._body: AsyncBody | None = None
        self._parts: AsyncIterator[bytes] | None = None

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    def __aiter__(self) -> AsyncIterator[C]:
        return self

    async def __anext__(self) -> C:
        reader = self._reader  # whose items are another's once somebody else has answered
        while not reader.ready:
            if reader.waiting:
                if not self._read_on():
                    await self.close()
            elif self._over:
                raise self._last(StopAsyncIteration())
            else:
                await self._read()
        return reader.ready.popleft()

    def __del__(self) -> None:
        if (body := self._body) is not None:
            self._tell(body)
            body.abandon()

    async def response(self) -> W:
        """The whole answer, as if it had not been streamed; reads what is left of the stream.

        Of a stream that was left early, what had come.

        Raises:
            StreamInterruptedError: it breaks off.
        """
        async for _ in self:
            pass
        return self._whole()

    async def close(self) -> None:
        """Stop reading; a second call does nothing."""
        self._over = True
        if (body := self._body) is not None:
            self._body = None
            self._tell(body)
            await body.close()

    async def _open(self) -> None:
        if self._headers is not None or self._over:
            return
        try:
            body = cast(
                AsyncBody,
                await adrive(self._opening, AsyncRecorder(self._engine(), self._exchanges)),
            )
        except BaseException:
            self._over = True  # a flow that has failed cannot be driven again
            raise
        self._body, self._headers, self._parts = body, body.headers, aiter(body)
        self._watch(body)
        if self._over:  # by another task, meanwhile
            await self.close()

    async def _read(self) -> None:
        more = False
        try:
            await self._open()
            if self._parts is not None and not self._over:
                more = self._take(await anext(self._parts, None))
        except HfError as error:
            self._failed(error)
        finally:
            if not more:
                await self.close()
