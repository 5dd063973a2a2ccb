"""The caller's items, taken by several workers in either colour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.sources import Source, Taken


async def numbers(count: int) -> AsyncIterator[int]:
    """Numbers that take a turn of the loop each."""
    for number in range(count):
        await asyncio.sleep(0)
        yield number


def test_each_item_is_taken_once_by_many_threads() -> None:
    """A generator of the caller's is never entered twice at a time."""
    source = Source("items", (number for number in range(1_000)))

    def take_all(_: int) -> list[Taken]:
        taken = []
        while (item := source.take()) is not None:
            taken.append(item)
        return taken

    with ThreadPoolExecutor(8) as threads:
        every = [taken for part in threads.map(take_all, range(8)) for taken in part]
    assert sorted(taken.item for taken in every) == list(range(1_000))
    assert all(taken.place == taken.item for taken in every)


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_each_item_is_taken_once_by_many_tasks(asynchronous: bool) -> None:
    """An asynchronous generator neither."""
    source = Source("items", numbers(200) if asynchronous else iter(range(200)))

    async def take_all() -> list[int]:
        taken = []
        while (item := await source.take_in_loop()) is not None:
            taken.append(item.item)
        return taken

    parts = await asyncio.gather(*(take_all() for _ in range(5)))
    assert sorted(item for part in parts for item in part) == list(range(200))


async def test_nothing_is_taken_after_a_stop() -> None:
    """Another worker has failed."""
    plain, asynchronous = Source("items", [1, 2, 3]), Source("items", numbers(3))
    assert plain.take() == Taken(0, 1)
    assert await asynchronous.take_in_loop() == Taken(0, 0)
    plain.stop()
    asynchronous.stop()
    assert plain.take() is None
    assert await asynchronous.take_in_loop() is None


def test_what_cannot_be_iterated_is_named() -> None:
    """A string would be taken apart, and an asynchronous one needs a loop."""
    for wrong in ("text", 7, None):
        with pytest.raises(ValidationError, match=r"items is a \w+; give an iterable"):
            Source("items", wrong)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="items is an asynchronous iterable"):
        Source("items", numbers(1)).take()
