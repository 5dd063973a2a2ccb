"""One thing after another from the store: an iterator in plain Python, or in asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Protocol, TypeVar

from hf_integrations.ruvvector.work import Operation

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Series(Protocol[T_co]):
    """What has a next item, as long as there is one."""

    def next_item(self) -> Operation[T_co | None]:
        """The operation that gives the next item; None at the end."""
        ...


def each_in_turn(perform: Callable[[Operation[Any]], Any], series: Series[T]) -> Iterator[T]:
    """The items, each asked for when it is wanted."""
    while (item := perform(series.next_item())) is not None:
        yield item


async def each_awaited(
    perform: Callable[[Operation[Any]], Awaitable[Any]], series: Series[T]
) -> AsyncIterator[T]:
    """`each_in_turn` for asyncio."""
    while (item := await perform(series.next_item())) is not None:
        yield item
