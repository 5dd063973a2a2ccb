"""LlamaIndex's own fake model: what the framework itself takes, without any network."""

from __future__ import annotations

from functools import partial
from typing import Any

from llama_index.core.llms import MockLLM

from benchmarks.peers import by_llama_index


def make(url: str) -> Any:
    """A language model that says what it was told."""
    return MockLLM()


chat = partial(by_llama_index.chat, make)
achat = partial(by_llama_index.achat, make)
stream = partial(by_llama_index.stream, make)
astream = partial(by_llama_index.astream, make)
