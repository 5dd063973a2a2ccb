"""Both stores behind one plain face, so that a test is written once for both colours."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeAlias, TypeVar

from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore

T = TypeVar("T")


class Awaited:
    """An `AsyncRuvVectorStore` whose methods run to their end in a loop of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._runner = asyncio.Runner()
        self.inner = AsyncRuvVectorStore(*args, **kwargs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.inner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            if inspect.isasyncgen(result):
                return self._each(result)
            return self._runner.run(result) if inspect.iscoroutine(result) else result

        return call

    def __enter__(self) -> Awaited:
        self._runner.run(self.inner.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self.inner.__aexit__())

    def _each(self, items: AsyncIterator[T]) -> Iterator[T]:
        with contextlib.suppress(StopAsyncIteration):
            while True:
                yield self._runner.run(_next(items))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Await something in this store's loop."""
        return self._runner.run(work)

    def end(self) -> None:
        """Close the store and the loop."""
        self._runner.run(self.inner.close())
        self._runner.close()


async def _next(items: AsyncIterator[T]) -> T:
    return await anext(items)


AnyStore: TypeAlias = Any  # RuvVectorStore | Awaited, called by the same names
COLOURS: dict[str, Callable[..., AnyStore]] = {"sync": RuvVectorStore, "async": Awaited}


def end(store: AnyStore) -> None:
    """Close a store of either colour for good."""
    store.end() if isinstance(store, Awaited) else store.close()
