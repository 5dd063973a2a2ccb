"""The caller's items, taken one at a time by several operations and in either colour."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hf_integrations.errors import ValidationError

if TYPE_CHECKING:
    import asyncio

_END = object()


@dataclass(frozen=True, slots=True)
class Taken:
    """An item, and its place in the order they came."""

    place: int
    item: Any


class Source:
    """An iterable, plain or asynchronous, that several workers share.

    Attributes:
        argument: its name, for messages.
    """

    def __init__(self, argument: str, items: Iterable[Any] | AsyncIterable[Any]) -> None:
        self._lock = threading.Lock()
        self._gate: asyncio.Lock | None = None
        self._plain: Iterator[Any] | None = None
        self._asynchronous: AsyncIterator[Any] | None = None
        self._stopped = False
        self._taken = 0
        if isinstance(items, AsyncIterable):
            self._asynchronous = aiter(items)
        elif isinstance(items, str) or not hasattr(items, "__iter__"):
            raise ValidationError(f"{argument} is a {type(items).__name__}; give an iterable")
        else:
            self._plain = iter(items)
        self.argument = argument

    def stop(self) -> None:
        """Give nothing any more: another worker has failed."""
        self._stopped = True

    def take(self) -> Taken | None:
        """The next item, or None after the last; called from any thread."""
        if self._plain is None:
            raise ValidationError(
                f"{self.argument} is an asynchronous iterable; AsyncRuvVectorStore takes it"
            )
        with self._lock:
            return self._counted(_END if self._stopped else next(self._plain, _END))

    async def take_in_loop(self) -> Taken | None:
        """The same in an event loop; a plain iterator works in a thread."""
        import asyncio  # not for those who only import the package

        if self._asynchronous is None:
            return await asyncio.to_thread(self.take)
        self._gate = self._gate or asyncio.Lock()
        async with self._gate:
            return self._counted(_END if self._stopped else await anext(self._asynchronous, _END))

    def _counted(self, item: Any) -> Taken | None:
        if item is _END:
            return None
        self._taken += 1
        return Taken(self._taken - 1, item)
