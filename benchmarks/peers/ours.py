"""This package as it comes; `server` is named, as the server here has no `/info`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from benchmarks.peers.asked import MESSAGES, MODEL, TOKEN
from hf_integrations import AsyncHfInferenceClient, HfInferenceClient


def chat(url: str) -> Callable[[], object]:
    """One call, plain."""
    client = HfInferenceClient(base_url=url, token=TOKEN, server="openai")
    return lambda: client.chat.complete(MESSAGES, model=MODEL)


def achat(url: str) -> Callable[[], Awaitable[object]]:
    """One call in asyncio."""
    client = AsyncHfInferenceClient(base_url=url, token=TOKEN, server="openai")
    return lambda: client.chat.complete(MESSAGES, model=MODEL)


def stream(url: str) -> Callable[[], Iterator[object]]:
    """A stream, plain."""
    client = HfInferenceClient(base_url=url, token=TOKEN, server="openai")
    return lambda: client.chat.stream(MESSAGES, model=MODEL)


def astream(url: str) -> Callable[[], AsyncIterator[object]]:
    """A stream in asyncio."""
    client = AsyncHfInferenceClient(base_url=url, token=TOKEN, server="openai")
    return lambda: client.chat.stream(MESSAGES, model=MODEL)


def embed(url: str) -> Callable[[list[str]], object]:
    """Vectors of texts, plain."""
    client = HfInferenceClient(base_url=url, token=TOKEN, server="openai")
    return lambda texts: client.embeddings.create(texts, model=MODEL).vectors
