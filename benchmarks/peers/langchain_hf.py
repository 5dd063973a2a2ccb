"""langchain-huggingface."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from huggingface_hub import InferenceClient
from langchain_huggingface import (
    ChatHuggingFace,
    HuggingFaceEndpoint,
    HuggingFaceEndpointEmbeddings,
)

from benchmarks.peers import by_langchain
from benchmarks.peers.asked import MODEL, TOKEN


def make(url: str) -> Any:
    """A chat model."""
    endpoint = HuggingFaceEndpoint(endpoint_url=f"{url}/v1", huggingfacehub_api_token=TOKEN)
    return ChatHuggingFace(llm=endpoint, model_id=MODEL)


chat = partial(by_langchain.chat, make)
achat = partial(by_langchain.achat, make)
stream = partial(by_langchain.stream, make)
astream = partial(by_langchain.astream, make)


def embed(url: str) -> Callable[[list[str]], object]:
    """Vectors of texts, plain; it takes no URL, so it is given a client that does."""
    embeddings = HuggingFaceEndpointEmbeddings(model=MODEL, huggingfacehub_api_token=TOKEN)
    embeddings.client = InferenceClient(model=f"{url}/features", token=TOKEN)
    return embeddings.embed_documents
