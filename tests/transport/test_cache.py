"""What is remembered: bounded, for a time, the least used making room, counted."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.cache import OVERHEAD, Cache
from tests.clocks import Clock

ROOM = 3 * (OVERHEAD + 10)


def put(cache: Cache[str], key: str, *, size: int = 10, model: str = "m") -> None:
    """Keep a value for ten seconds."""
    cache.put(key.encode(), key, size=size, seconds=10, most=ROOM, model=model)


def test_what_is_used_stays_and_the_rest_makes_room() -> None:
    """By bytes; what is larger than all of it is not kept."""
    cache: Cache[str] = Cache(Clock())
    for key in "abc":
        put(cache, key)
    assert cache.get(b"a") == "a"
    put(cache, "d")
    put(cache, "huge", size=ROOM)

    assert [cache.get(key.encode()) for key in ("a", "b", "c", "d", "huge")] == [
        "a", None, "c", "d", None,
    ]  # fmt: skip
    stats = cache.stats()
    assert (stats.hits, stats.misses, stats.evicted, stats.entries) == (4, 2, 1, 3)
    assert stats.bytes == ROOM
    assert stats.hit_rate == 4 / 6


def test_what_is_too_old_is_forgotten() -> None:
    """When it is asked for."""
    clock = Clock()
    cache: Cache[str] = Cache(clock)
    put(cache, "a")
    clock.now += 9
    assert cache.get(b"a") == "a"
    clock.now += 1
    assert cache.get(b"a") is None
    assert (cache.stats().expired, cache.stats().bytes) == (1, 0)


def test_a_model_can_be_forgotten_alone() -> None:
    """Or all of them."""
    cache: Cache[str] = Cache()
    put(cache, "a", model="one")
    put(cache, "b", model="other")
    assert cache.clear("one") == 1
    assert cache.get(b"b") == "b"
    assert cache.clear() == 1
    assert cache.stats().bytes == 0
    assert Cache[str]().stats().hit_rate == 0


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 400), st.booleans())))
def test_the_bytes_are_right_whatever_happens(moves: list[tuple[str, int, bool]]) -> None:
    """Replaced, evicted, asked for: never above the bound."""
    cache: Cache[str] = Cache()
    for key, size, ask in moves:
        if ask:
            cache.get(key.encode())
        else:
            put(cache, key, size=size)
        assert 0 <= cache.stats().bytes <= ROOM
    cache.clear()
    assert cache.stats().bytes == 0


def test_threads_share_it() -> None:
    """Nothing is lost, nothing breaks."""
    cache: Cache[str] = Cache()

    def work() -> None:
        for number in range(500):
            put(cache, str(number % 7))
            cache.get(str(number % 5).encode())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = cache.stats()
    assert stats.hits + stats.misses == 4000
    assert stats.bytes <= ROOM
