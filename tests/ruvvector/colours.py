"""Both stores behind one plain face, so that a test is written once for both colours."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore


class Awaited:
    """An `AsyncRuvVectorStore` whose methods run to their end in a loop of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._runner = asyncio.Runner()
        self.inner = AsyncRuvVectorStore(*args, **kwargs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.inner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            return self._runner.run(result) if inspect.iscoroutine(result) else result

        return call

    def __enter__(self) -> Awaited:
        self._runner.run(self.inner.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self.inner.__aexit__())

    def end(self) -> None:
        """Close the store and the loop."""
        self._runner.run(self.inner.close())
        self._runner.close()


AnyStore: TypeAlias = Any  # RuvVectorStore | Awaited, called by the same names
COLOURS: dict[str, Callable[..., AnyStore]] = {"sync": RuvVectorStore, "async": Awaited}


def end(store: AnyStore) -> None:
    """Close a store of either colour for good."""
    store.end() if isinstance(store, Awaited) else store.close()
