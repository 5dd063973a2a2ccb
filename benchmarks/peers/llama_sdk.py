"""llama-index-llms-openai-like."""

from __future__ import annotations

from functools import partial
from typing import Any

from llama_index.llms.openai_like import OpenAILike

from benchmarks.peers import by_llama_index
from benchmarks.peers.asked import MODEL, TOKEN


def make(url: str) -> Any:
    """A language model."""
    return OpenAILike(model=MODEL, api_base=f"{url}/v1", api_key=TOKEN, is_chat_model=True)


chat = partial(by_llama_index.chat, make)
achat = partial(by_llama_index.achat, make)
stream = partial(by_llama_index.stream, make)
astream = partial(by_llama_index.astream, make)
