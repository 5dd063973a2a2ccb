"""llama-index-llms-huggingface-api."""

from __future__ import annotations

from functools import partial
from typing import Any

from llama_index.llms.huggingface_api import HuggingFaceInferenceAPI

from benchmarks.peers import by_llama_index
from benchmarks.peers.asked import TOKEN


def make(url: str) -> Any:
    """A language model."""
    return HuggingFaceInferenceAPI(model=url, token=TOKEN)


chat = partial(by_llama_index.chat, make)
achat = partial(by_llama_index.achat, make)
stream = partial(by_llama_index.stream, make)
astream = partial(by_llama_index.astream, make)
