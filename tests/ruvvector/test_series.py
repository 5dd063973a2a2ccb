"""One thing after another: asked for when it is wanted, and no sooner."""

from __future__ import annotations

from typing import Any

from hf_integrations.ruvvector.series import each_awaited, each_in_turn
from hf_integrations.ruvvector.work import Operation


class Countdown:
    """Numbers down to one."""

    def __init__(self, start: int) -> None:
        self.left = start

    def next_item(self) -> Operation[int | None]:
        """The next number."""
        self.left -= 1
        yield from ()
        return self.left + 1 or None


def perform(operation: Operation[Any]) -> Any:
    """Run an operation that asks nothing."""
    try:
        next(operation)
    except StopIteration as end:
        return end.value


async def performed(operation: Operation[Any]) -> Any:
    """`perform`, to be awaited."""
    return perform(operation)


def test_items_come_until_there_are_none() -> None:
    """And not before they are wanted."""
    series = Countdown(3)
    items = each_in_turn(perform, series)
    assert series.left == 3
    assert (next(items), series.left) == (3, 2)
    assert list(items) == [2, 1]
    assert list(each_in_turn(perform, Countdown(0))) == []


async def test_items_come_in_asyncio() -> None:
    """The same."""
    assert [item async for item in each_awaited(performed, Countdown(3))] == [3, 2, 1]
