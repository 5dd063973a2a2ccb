"""langchain-huggingface."""

from __future__ import annotations

from functools import partial
from typing import Any

from langchain_huggingface import ChatHuggingFace, HuggingFaceEndpoint

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
