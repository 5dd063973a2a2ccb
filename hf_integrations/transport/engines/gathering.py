"""The parts of a body put together, as long as they are not too much.

For engines on libraries that set no limit themselves.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable

from hf_integrations.flow import OpenResponse, Request, Response
from hf_integrations.transport.engines import faults


def gathered(request: Request, head: OpenResponse | Response, parts: Iterable[bytes]) -> bytes:
    """All parts of an answer, of which the head is known.

    Raises:
        AnswerTooLargeError: they are more than the request allows.
    """
    whole = _Whole(request, head)
    for part in parts:
        whole.add(part)
    return b"".join(whole.parts)


async def agathered(
    request: Request, head: OpenResponse | Response, parts: AsyncIterable[bytes]
) -> bytes:
    """The same in asyncio."""
    whole = _Whole(request, head)
    async for part in parts:
        whole.add(part)
    return b"".join(whole.parts)


class _Whole:
    """The parts so far."""

    __slots__ = ("_request", "_room", "_status", "parts")

    def __init__(self, request: Request, head: OpenResponse | Response) -> None:
        self._request, self._status = request, head.status
        self._room = request.most
        self.parts: list[bytes] = []
        length = head.headers.get("content-length", "")
        if self._room is not None and length.isdecimal() and int(length) > self._room:
            raise faults.too_large(request, head.status)

    def add(self, part: bytes) -> None:
        """Take one more."""
        if self._room is not None:
            self._room -= len(part)
            if self._room < 0:
                raise faults.too_large(self._request, self._status)
        self.parts.append(part)
