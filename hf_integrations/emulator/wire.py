"""Bytes in, bytes out: JSON bodies, JSON answers, event streams, headers of timing."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hf_integrations.emulator.problems import Refusal

Refuse = Callable[[str], Refusal]

DONE = b"data: [DONE]\n\n"


async def read_json(request: Request, refuse: Refuse) -> dict[str, Any]:
    """Return the body as a JSON object, or refuse it in the words of the service."""
    body = await read_value(request, refuse)
    if not isinstance(body, dict):
        raise refuse("The body must be a JSON object")
    return body


async def read_value(request: Request, refuse: Refuse) -> Any:
    """Return the body as a JSON value, or refuse it in the words of the service."""
    try:
        return msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refuse("The body is not valid JSON") from error


def packed(data: bytes) -> str:
    """Return bytes as base64 text."""
    return b64encode(data).decode()


def unpacked(text: str) -> bytes:
    """Return the bytes of base64 text of our own."""
    return b64decode(text)


async def ident(request: Request) -> str:
    """Return an id that is the same for the same body, in every process."""
    return sha256(await request.body()).hexdigest()[:24]


def answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with `value` as JSON; text is sent as plain text and None as no body."""
    if value is None:
        return Response(status_code=status, headers=headers)
    if isinstance(value, str):
        return Response(value, status, headers, media_type="text/plain")
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")


def event(value: Any) -> bytes:
    """Return one server-sent event."""
    return b"data: " + msgspec.json.encode(value) + b"\n\n"


def stream(events: Iterable[bytes], *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with server-sent events, each sent at once."""
    return StreamingResponse(_each(events), headers=headers, media_type="text/event-stream")


async def _each(events: Iterable[bytes]) -> AsyncIterator[bytes]:
    for one in events:
        yield one
        await asyncio.sleep(0)  # so that a long stream holds nobody up


class Timing:
    """The time a request took, for the headers `x-compute-time` and its kin."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def milliseconds(self) -> str:
        """Return the milliseconds since the start, whole."""
        return str(round(1_000 * (time.perf_counter() - self._start)))

    def seconds(self) -> str:
        """Return the seconds since the start."""
        return f"{time.perf_counter() - self._start:.6f}"
