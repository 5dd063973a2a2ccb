"""The least a client can do: a socket by hand, and the JSON of the answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from urllib.parse import urlsplit

import orjson

from benchmarks.bare import AsyncBareClient, BareClient
from benchmarks.peers.asked import CHAT_PATH, body

WHOLE, STREAMED = body(), body(stream=True)


def _path(url: str) -> str:
    return urlsplit(url).path + CHAT_PATH


def chat(url: str) -> Callable[[], object]:
    """One call, plain."""
    client, path = BareClient(url), _path(url)
    return lambda: json.loads(client.call(path, WHOLE))


def achat(url: str) -> Callable[[], Awaitable[object]]:
    """One call in asyncio."""
    client, path = AsyncBareClient(url), _path(url)

    async def call() -> object:
        return json.loads(await client.call(path, WHOLE))

    return call


def stream(url: str) -> Callable[[], Iterator[object]]:
    """A stream, plain."""
    client, path = BareClient(url), _path(url)

    def items() -> Iterator[object]:
        events = _Events()
        for data in client.stream(path, STREAMED):
            yield from events.feed(data)

    return items


def astream(url: str) -> Callable[[], AsyncIterator[object]]:
    """A stream in asyncio."""
    client, path = AsyncBareClient(url), _path(url)

    async def items() -> AsyncIterator[object]:
        events = _Events()
        async for data in client.stream(path, STREAMED):
            for item in events.feed(data):
                yield item

    return items


class _Events:
    """Takes events apart that a client can trust to be simple."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[object]:
        """The events that are complete."""
        *events, self._rest = (self._rest + data).split(b"\n\n")
        return [orjson.loads(event[6:]) for event in events if event != b"data: [DONE]"]
