"""Turns: never more than allowed, in order, and as slow as servers ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.config import RateLimit
from hf_integrations.transport.limiter import Limiter, allowance

MOST = 1e9


def test_without_a_limit_nobody_waits() -> None:
    """And nothing is remembered."""
    assert [Limiter().reserve(None, 5.0, MOST) for _ in range(3)] == [0, 0, 0]


def test_a_full_bucket_may_be_emptied_at_once_and_fills_evenly() -> None:
    """Four in a second: four now, then one each quarter."""
    limiter, limit = Limiter(), RateLimit(per_second=4)

    waits = [limiter.reserve(limit, 100.0, MOST) for _ in range(7)]
    assert waits == pytest.approx([0, 0, 0, 0, 0.25, 0.5, 0.75])
    assert limiter.reserve(limit, 110.0, MOST) == 0


def test_every_period_counts() -> None:
    """The minute is used up, although the second is not."""
    limiter, limit = Limiter(), RateLimit(per_second=10, per_minute=12, per_hour=1000)

    waits = [limiter.reserve(limit, 0.0, MOST) for _ in range(13)]
    assert waits[:10] == [0] * 10
    assert waits[12] == pytest.approx(5)


def test_a_turn_that_is_too_far_away_is_not_taken() -> None:
    """So that it stays for who is patient."""
    limiter, limit = Limiter(), RateLimit(per_minute=1)
    limiter.reserve(limit, 0.0, MOST)

    assert limiter.reserve(limit, 0.0, 1.0) == 60
    assert limiter.reserve(limit, 0.0, 1.0) == 60


@given(st.integers(1, 20), st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_second_sees_more_than_twice_its_share(count: int, gaps: list[float]) -> None:
    """A bucket, and what flows into it meanwhile; turns are in order."""
    limiter, limit, now = Limiter(), RateLimit(per_second=count), 0.0
    turns = []
    for gap in gaps:
        now += gap
        turns.append(now + limiter.reserve(limit, now, MOST))

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
    limiter = Limiter()
    assert limiter.learn({"ratelimit": '"a";r=5;t=40', "ratelimit-policy": '"a";q=500'}, 0.0)

    assert limiter.alert
    assert [limiter.reserve(None, 0.0, MOST) for _ in range(3)] == [8, 16, 24]
    assert limiter.reserve(None, 41.0, MOST) == 0
    assert not limiter.alert


def test_what_is_plenty_slows_nobody() -> None:
    """And a new allowance ends the old worry."""
    limiter = Limiter()
    limiter.learn({"ratelimit": '"a";r=0;t=40', "ratelimit-policy": '"a";q=500'}, 0.0)
    assert limiter.reserve(None, 0.0, MOST) == 40
    assert not limiter.learn({"ratelimit": '"a";r=400;t=40', "ratelimit-policy": '"a";q=500'}, 10.0)
    assert limiter.reserve(None, 10.0, MOST) == 0


def test_who_is_told_to_wait_holds_all_of_them() -> None:
    """Until then nobody asks."""
    limiter = Limiter()
    limiter.hold(7.0, 100.0)
    limiter.hold(3.0, 100.0)

    assert limiter.reserve(None, 101.0, MOST) == 6
    assert limiter.reserve(None, 107.0, MOST) == 0


@given(st.dictionaries(st.sampled_from(sorted({k for h, _ in HEADERS for k in h})), st.text()))
def test_odd_headers_never_break_anything(headers: dict[str, str]) -> None:
    """They come from strangers."""
    Limiter().learn(headers, 0.0)
