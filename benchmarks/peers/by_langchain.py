"""Any chat model of LangChain, asked as a program of LangChain asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from benchmarks.peers.asked import PROMPT

Make = Callable[[str], Any]


def chat(make: Make, url: str) -> Callable[[], object]:
    """One call, plain."""
    model = make(url)
    return lambda: model.invoke(PROMPT)


def achat(make: Make, url: str) -> Callable[[], Awaitable[object]]:
    """One call in asyncio."""
    model = make(url)
    return lambda: model.ainvoke(PROMPT)


def stream(make: Make, url: str) -> Callable[[], Iterator[object]]:
    """A stream, plain."""
    model = make(url)
    return lambda: model.stream(PROMPT)


def astream(make: Make, url: str) -> Callable[[], AsyncIterator[object]]:
    """A stream in asyncio."""
    model = make(url)
    return lambda: model.astream(PROMPT)
