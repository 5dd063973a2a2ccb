"""This package's chat model for LangChain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.peers import by_langchain
from benchmarks.peers.asked import MODEL, TOKEN
from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings


def make(url: str) -> Any:
    """A chat model."""
    return ChatHfInference(model=MODEL, base_url=url, token=TOKEN)


chat = partial(by_langchain.chat, make)
achat = partial(by_langchain.achat, make)
stream = partial(by_langchain.stream, make)
astream = partial(by_langchain.astream, make)


def embed(url: str) -> Callable[[list[str]], object]:
    """Vectors of texts, plain."""
    return HfInferenceEmbeddings(
        model=MODEL, base_url=url, token=TOKEN, server="openai"
    ).embed_documents
