"""langchain-openai."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from langchain_openai import ChatOpenAI, OpenAIEmbeddings

from benchmarks.peers import by_langchain
from benchmarks.peers.asked import MODEL, TOKEN


def make(url: str) -> Any:
    """A chat model."""
    return ChatOpenAI(model=MODEL, base_url=f"{url}/v1", api_key=TOKEN)


chat = partial(by_langchain.chat, make)
achat = partial(by_langchain.achat, make)
stream = partial(by_langchain.stream, make)
astream = partial(by_langchain.astream, make)


def embed(url: str) -> Callable[[list[str]], object]:
    """Vectors of texts, plain; texts travel as they are, as servers of open models want them."""
    return OpenAIEmbeddings(
        model=MODEL, base_url=f"{url}/v1", api_key=TOKEN, check_embedding_ctx_length=False
    ).embed_documents
