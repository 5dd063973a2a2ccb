"""Limits of requests, with a clock that stands still."""

from __future__ import annotations

from hf_integrations.emulator.quota import MOST_BEARERS, WINDOW, Quota


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


def test_what_is_left_is_told() -> None:
    """As the Hub writes it."""
    clock = Clock()
    quota = Quota(3, clock=clock)
    clock.now = 40
    assert quota.take("a") == {
        "RateLimit": '"api";r=2;t=260', "RateLimit-Policy": '"fixed window";"api";q=3;w=300',
    }  # fmt: skip


def test_each_bearer_has_its_own() -> None:
    """And nothing more."""
    quota = Quota(1, clock=Clock())
    assert quota.take("a")
    assert quota.take("a") is None
    assert quota.take("b")
    assert Quota(0).take("a") is None


def test_a_new_window_gives_all_back() -> None:
    """And so does clearing."""
    clock = Clock()
    quota = Quota(1, clock=clock)
    quota.take("a")
    clock.now = WINDOW - 0.1
    assert quota.take("a") is None
    assert quota.seconds() == 1
    clock.now = WINDOW
    assert quota.take("a")
    assert quota.seconds() == WINDOW
    quota.clear()
    assert quota.take("a")


def test_bearers_are_forgotten_when_there_are_too_many() -> None:
    """The oldest first."""
    quota = Quota(1, clock=Clock())
    for number in range(MOST_BEARERS + 1):
        assert quota.take(str(number))
    assert quota.take("0")
    assert quota.take(str(MOST_BEARERS)) is None
