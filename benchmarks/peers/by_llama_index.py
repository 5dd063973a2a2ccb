"""Any language model of LlamaIndex, asked as a program of LlamaIndex asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from llama_index.core.llms import ChatMessage

from benchmarks.peers.asked import PROMPT

Make = Callable[[str], Any]
MESSAGES = [ChatMessage(role="user", content=PROMPT)]


def chat(make: Make, url: str) -> Callable[[], object]:
    """One call, plain."""
    model = make(url)
    return lambda: model.chat(MESSAGES)


def achat(make: Make, url: str) -> Callable[[], Awaitable[object]]:
    """One call in asyncio."""
    model = make(url)
    return lambda: model.achat(MESSAGES)


def stream(make: Make, url: str) -> Callable[[], Iterator[object]]:
    """A stream, plain."""
    model = make(url)
    return lambda: model.stream_chat(MESSAGES)


def astream(make: Make, url: str) -> Callable[[], AsyncIterator[object]]:
    """A stream in asyncio."""
    model = make(url)

    async def items() -> AsyncIterator[object]:
        async for item in await model.astream_chat(MESSAGES):
            yield item

    return items
