"""LangChain's own fake model: what the framework itself takes, without any network."""

from __future__ import annotations

from functools import partial
from typing import Any

from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from benchmarks.peers import by_langchain


def make(url: str) -> Any:
    """A chat model that has an endless number of the same answer."""
    answers = iter(lambda: AIMessage("The quick brown fox. " * 12), None)
    return GenericFakeChatModel(messages=answers)


chat = partial(by_langchain.chat, make)
achat = partial(by_langchain.achat, make)
stream = partial(by_langchain.stream, make)
astream = partial(by_langchain.astream, make)
