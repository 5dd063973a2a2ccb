"""huggingface_hub's own clients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from huggingface_hub import AsyncInferenceClient, InferenceClient

from benchmarks.peers.asked import MESSAGES, MODEL, TOKEN


def chat(url: str) -> Callable[[], object]:
    """One call, plain."""
    client = InferenceClient(base_url=f"{url}/v1", api_key=TOKEN)
    return lambda: client.chat_completion(MESSAGES, model=MODEL)


def achat(url: str) -> Callable[[], Awaitable[object]]:
    """One call in asyncio."""
    client = AsyncInferenceClient(base_url=f"{url}/v1", api_key=TOKEN)
    return lambda: client.chat_completion(MESSAGES, model=MODEL)


def stream(url: str) -> Callable[[], Iterator[object]]:
    """A stream, plain."""
    client = InferenceClient(base_url=f"{url}/v1", api_key=TOKEN)
    return lambda: iter(client.chat_completion(MESSAGES, model=MODEL, stream=True))


def astream(url: str) -> Callable[[], AsyncIterator[object]]:
    """A stream in asyncio."""
    client = AsyncInferenceClient(base_url=f"{url}/v1", api_key=TOKEN)

    async def items() -> AsyncIterator[object]:
        async for item in await client.chat_completion(MESSAGES, model=MODEL, stream=True):
            yield item

    return items


def embed(url: str) -> Callable[[list[str]], object]:
    """Vectors of texts, plain."""
    client: Any = InferenceClient(model=f"{url}/features", token=TOKEN)
    return lambda texts: client.feature_extraction(texts)
