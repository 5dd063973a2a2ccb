"""Turns: never more than allowed, in order, and as slow as servers ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.config import RateLimit
from hf_integrations.transport.limiter import Allowance, Buckets, allowance


def turn(buckets: Buckets, limit: RateLimit | None, now: float) -> float:
    """Seconds to wait for a turn, which is taken."""
    wait = buckets.wait(limit, now)
    buckets.take(limit, now)
    return wait


def said_turn(said: Allowance, now: float) -> float:
    """The same by what a server said."""
    wait = said.wait(now)
    said.take(now)
    return wait


def test_without_a_limit_nobody_waits() -> None:
    """And nothing is remembered."""
    assert [turn(Buckets(), None, 5.0) for _ in range(3)] == [0, 0, 0]
    assert [said_turn(Allowance(), 5.0) for _ in range(3)] == [0, 0, 0]


def test_a_full_bucket_may_be_emptied_at_once_and_fills_evenly() -> None:
    """Four in a second: four now, then one each quarter."""
    buckets, limit = Buckets(), RateLimit(per_second=4)

    waits = [turn(buckets, limit, 100.0) for _ in range(7)]
    assert waits == pytest.approx([0, 0, 0, 0, 0.25, 0.5, 0.75])
    assert turn(buckets, limit, 110.0) == 0


def test_every_period_counts() -> None:
    """The minute is used up, although the second is not."""
    buckets, limit = Buckets(), RateLimit(per_second=10, per_minute=12, per_hour=1000)

    waits = [turn(buckets, limit, 0.0) for _ in range(13)]
    assert waits[:10] == [0] * 10
    assert waits[12] == pytest.approx(5)


@given(st.integers(1, 20), st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_second_sees_more_than_twice_its_share(count: int, gaps: list[float]) -> None:
    """A bucket, and what flows into it meanwhile; turns are in order."""
    buckets, limit, now = Buckets(), RateLimit(per_second=count), 0.0
    turns = []
    for gap in gaps:
        now += gap
        turns.append(now + turn(buckets, limit, now))

    assert turns == sorted(turns)
    for start in turns:
        assert sum(start <= turn < start + 1 for turn in turns) <= 2 * count


HEADERS = [
    (
        {
            "x-ratelimit-limit-requests": "100",
            "x-ratelimit-remaining-requests": "5",
            "x-ratelimit-reset-requests": "1m30s",
        },
        (100, 5, 90),
    ),
    (
        {
            "x-ratelimit-limit": "60",
            "x-ratelimit-remaining": "3",
            "x-ratelimit-reset": "20ms",
        },
        (60, 3, 0.02),
    ),
    (
        {"ratelimit": '"api";r=5;t=40', "ratelimit-policy": '"fixed window";"api";q=500;w=300'},
        (500, 5, 40),
    ),
    ({"ratelimit": '"api";r=5;t=40'}, None),
    ({"x-ratelimit-remaining": "3"}, None),
    ({"x-ratelimit-remaining": "many", "x-ratelimit-limit": "x"}, None),
    (
        {"x-ratelimit-limit": "9", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1767225600"},
        None,
    ),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "said"), HEADERS)
def test_what_servers_say_is_read(headers: dict[str, str], said: object) -> None:
    """As the providers, the Hub and older gateways write it; what is odd is no news."""
    assert allowance(headers) == said


def test_what_is_scarce_is_spread_over_the_time_that_is_left() -> None:
    """Below a tenth: 5 left for 40 s are one each 8 s."""
    said = Allowance()
    assert said.learn({"ratelimit": '"a";r=5;t=40', "ratelimit-policy": '"a";q=500'}, 0.0)

    assert said.alert
    assert [said_turn(said, 0.0) for _ in range(3)] == [8, 16, 24]
    assert said_turn(said, 41.0) == 0
    assert not said.alert


def test_what_is_plenty_slows_nobody() -> None:
    """And a new allowance ends the old worry."""
    said = Allowance()
    said.learn({"ratelimit": '"a";r=0;t=40', "ratelimit-policy": '"a";q=500'}, 0.0)
    assert said_turn(said, 0.0) == 40
    assert not said.learn({"ratelimit": '"a";r=400;t=40', "ratelimit-policy": '"a";q=500'}, 10.0)
    assert said_turn(said, 10.0) == 0


def test_who_is_told_to_wait_holds_all_of_them() -> None:
    """Until then nobody asks."""
    said = Allowance()
    said.hold(7.0, 100.0)
    said.hold(3.0, 100.0)

    assert said_turn(said, 101.0) == 6
    assert said_turn(said, 107.0) == 0


@given(st.dictionaries(st.sampled_from(sorted({k for h, _ in HEADERS for k in h})), st.text()))
def test_odd_headers_never_break_anything(headers: dict[str, str]) -> None:
    """They come from strangers."""
    Allowance().learn(headers, 0.0)
