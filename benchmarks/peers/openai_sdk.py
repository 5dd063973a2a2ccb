"""openai's own clients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from openai import AsyncOpenAI, OpenAI

from benchmarks.peers.asked import MESSAGES, MODEL, TOKEN


def chat(url: str) -> Callable[[], object]:
    """One call, plain."""
    client = OpenAI(base_url=f"{url}/v1", api_key=TOKEN)
    return lambda: client.chat.completions.create(messages=MESSAGES, model=MODEL)


def achat(url: str) -> Callable[[], Awaitable[object]]:
    """One call in asyncio."""
    client = AsyncOpenAI(base_url=f"{url}/v1", api_key=TOKEN)
    return lambda: client.chat.completions.create(messages=MESSAGES, model=MODEL)


def stream(url: str) -> Callable[[], Iterator[object]]:
    """A stream, plain."""
    client: Any = OpenAI(base_url=f"{url}/v1", api_key=TOKEN)
    return lambda: iter(client.chat.completions.create(messages=MESSAGES, model=MODEL, stream=True))


def astream(url: str) -> Callable[[], AsyncIterator[object]]:
    """A stream in asyncio."""
    client: Any = AsyncOpenAI(base_url=f"{url}/v1", api_key=TOKEN)

    async def items() -> AsyncIterator[object]:
        opened = await client.chat.completions.create(messages=MESSAGES, model=MODEL, stream=True)
        async for item in opened:
            yield item

    return items


def embed(url: str) -> Callable[[list[str]], object]:
    """Vectors of texts, plain; it asks for base64 unless told otherwise."""
    client = OpenAI(base_url=f"{url}/v1", api_key=TOKEN)
    return lambda texts: client.embeddings.create(input=texts, model=MODEL)
