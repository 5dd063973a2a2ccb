"""What is looked up is asked for once, and kept for a while."""

from __future__ import annotations

import asyncio
import threading

import pytest

from hf_integrations.errors import NetworkError
from hf_integrations.flow import Flow, Response, Send, Sleep, adrive, drive, send
from hf_integrations.transport.lookups import Lookups, looked_up
from tests.playing import REQUEST, play


class Clock:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def asked() -> Flow[tuple[bytes, float]]:
    """An answer that holds for a minute."""
    return (yield from send(REQUEST)).body, 60.0


def test_what_is_known_is_not_asked_again_until_it_is_old() -> None:
    """Sixty seconds here."""
    clock = Clock()
    kept: Lookups[bytes] = Lookups(clock=clock)

    assert play(looked_up(kept, "a", asked), [Response(200, {}, b"1")])[0] == b"1"
    clock.now = 59.0
    assert play(looked_up(kept, "a", asked), []) == (b"1", [])
    clock.now = 61.0
    assert play(looked_up(kept, "a", asked), [Response(200, {}, b"2")])[0] == b"2"


def test_the_least_recent_makes_room() -> None:
    """So that memory has a bound."""
    kept: Lookups[int] = Lookups(most=2)
    for number in range(5):
        kept.keep(number, number, 60)

    assert [kept.find(number) for number in range(5)] == [None, None, None, 3, 4]
    assert len(kept) == 2
    kept.clear()
    assert len(kept) == 0


def test_whoever_comes_second_waits_for_the_first() -> None:
    """And sends nothing itself."""
    kept: Lookups[bytes] = Lookups()
    first, second = looked_up(kept, "a", asked), looked_up(kept, "a", asked)

    assert isinstance(next(first), Send)
    assert isinstance(next(second), Sleep)
    with pytest.raises(StopIteration) as end:
        first.send(Response(200, {}, b"1"))
    assert end.value.value == b"1"
    with pytest.raises(StopIteration) as end:
        second.send(None)
    assert end.value.value == b"1"


def test_when_the_first_fails_the_second_asks() -> None:
    """Also when it was given up, or never comes back."""
    clock = Clock()
    kept: Lookups[bytes] = Lookups(clock=clock)
    with pytest.raises(NetworkError):
        play(looked_up(kept, "a", asked), [NetworkError("x")])
    given_up = looked_up(kept, "a", asked)
    next(given_up)
    given_up.close()
    gone = looked_up(kept, "a", asked)
    next(gone)
    clock.now = 61.0

    assert play(looked_up(kept, "a", asked), [Response(200, {}, b"1")])[0] == b"1"


class Counting:
    """An engine in both colours that counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, request: object) -> Response:
        """Answer."""
        self.asked += 1
        return Response(200, {}, b"1")


class Looped(Counting):
    """The same in asyncio."""

    async def send(self, request: object) -> Response:  # type: ignore[override]  # another colour
        """Answer a little later."""
        self.asked += 1
        await asyncio.sleep(0)
        return Response(200, {}, b"1")


def test_many_at_once_ask_once() -> None:
    """A hundred tasks of a loop, and eight threads."""
    kept: Lookups[bytes] = Lookups()
    looped, plain = Looped(), Counting()

    async def main() -> list[bytes]:
        flows = (adrive(looked_up(kept, "a", asked), looped) for _ in range(100))  # type: ignore[arg-type]  # enough of an engine
        return await asyncio.gather(*flows)

    assert asyncio.run(main()) == [b"1"] * 100
    assert looped.asked == 1
    threads = [
        threading.Thread(target=lambda: drive(looked_up(kept, "b", asked), plain))  # type: ignore[arg-type]  # enough of an engine
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert plain.asked == 1
