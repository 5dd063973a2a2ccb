"""This package's language model for LlamaIndex."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.peers import by_llama_index
from benchmarks.peers.asked import MODEL, TOKEN
from hf_integrations.llama_index import HfInferenceLLM


def make(url: str) -> Any:
    """A language model."""
    return HfInferenceLLM(model=MODEL, base_url=url, token=TOKEN, server="openai")


chat = partial(by_llama_index.chat, make)
achat = partial(by_llama_index.achat, make)
stream = partial(by_llama_index.stream, make)
astream = partial(by_llama_index.astream, make)
