"""What has connections is a context manager, plain and in asyncio."""

from __future__ import annotations

import pytest

from hf_integrations.closing import Closing


class Door(Closing):
    """Remembers what was closed."""

    def __init__(self) -> None:
        self.closed: list[str] = []

    def close(self) -> None:
        """Remember it."""
        self.closed.append("plain")

    async def aclose(self) -> None:
        """Remember it."""
        self.closed.append("all")


def test_with_closes_also_after_an_error() -> None:
    """The error is passed on."""
    door = Door()
    with pytest.raises(ZeroDivisionError), door:
        _ = 1 / 0
    assert door.closed == ["plain"]
    with door as inside:
        assert inside is door


async def test_async_with_closes_all() -> None:
    """Both colours."""
    door = Door()
    async with door as inside:
        assert inside is door
    assert door.closed == ["all"]


async def test_a_class_says_how_it_is_closed() -> None:
    """It is not forgotten silently."""
    with pytest.raises(NotImplementedError):
        Closing().close()
    with pytest.raises(NotImplementedError):
        await Closing().aclose()
