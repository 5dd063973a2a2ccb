"""When to ask again: bounds that hold for every number."""

from __future__ import annotations

from contextlib import suppress
from itertools import accumulate

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import (
    ColdStartTimeoutError,
    HfError,
    InferenceTimeoutError,
    ModelLoadingError,
    NetworkError,
    RateLimitedError,
    ServerError,
    ValidationError,
)
from hf_integrations.flow import Request, Timeout
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.retry import Retry, Warmup
from tests.playing import REQUEST

seconds = st.floats(0, 1e6)
ONCE = Request("POST", "https://host", Timeout(1.0), repeat_after_timeout=False)
LOADING = ModelLoadingError("loading", status=503, model="org/name", request_id="abc")


def retry(draw: float = 1.0, *, most: int = 3, base: float = 1.0, cap: float = 30.0) -> Retry:
    """A retry whose dice always show the same."""
    return Retry(most, base, cap, lambda: draw)


def test_the_bound_doubles_up_to_the_cap() -> None:
    """1, 2, 4, … 30, 30 seconds at most."""
    many = retry(most=99)
    waits = [many.wait(failures, ServerError(), REQUEST) for failures in range(7)]

    assert waits == [1, 2, 4, 8, 16, 30, 30]


@given(st.floats(0, 1), st.integers(0, 10**6), seconds, seconds, st.none() | seconds)
def test_no_wait_is_out_of_bounds(
    draw: float, failures: int, base: float, cap: float, asked: float | None
) -> None:
    """Never below what the server asked for, never above the cap."""
    assume(base <= cap)
    error = RateLimitedError(retry_after=asked)
    wait = retry(draw, most=10**7, base=base, cap=cap).wait(failures, error, REQUEST)

    if asked is not None and asked > cap:
        assert wait is None
    else:
        assert wait is not None
        assert (asked or 0.0) <= wait <= cap


def test_the_dice_are_fair() -> None:
    """Full jitter: anything from nothing to the bound."""
    waits = {Retry(9, 1.0, 30.0).wait(3, ServerError(), REQUEST) for _ in range(50)}

    assert len(waits) == 50
    assert all(wait is not None and 0 <= wait <= 8 for wait in waits)


def test_a_server_that_asks_for_too_long_gets_no_second_request() -> None:
    """The caller can decide better; `retry_after` tells them."""
    assert retry(0.5).wait(0, RateLimitedError(retry_after=2), REQUEST) == 2.5
    assert retry(1.0).wait(5, RateLimitedError(retry_after=30), REQUEST) is None
    assert retry(1.0, most=9).wait(5, RateLimitedError(retry_after=30), REQUEST) == 30
    assert retry(1.0).wait(0, RateLimitedError(retry_after=30.1), REQUEST) is None


@pytest.mark.parametrize("most", [0, 1, 3])
def test_patience_ends(most: int) -> None:
    """After as many repeats as the settings say."""
    waits = [retry(most=most).wait(failures, NetworkError(), REQUEST) for failures in range(5)]

    assert [wait is not None for wait in waits] == [failures < most for failures in range(5)]


def test_what_cannot_change_is_not_asked_again() -> None:
    """A wrong request, and a failure that says so itself."""
    untrusted = NetworkError("no certificate")
    untrusted.retryable = False

    assert retry().wait(0, ValidationError(), REQUEST) is None
    assert retry().wait(0, HfError(), REQUEST) is None
    assert retry().wait(0, untrusted, REQUEST) is None


def test_after_a_timeout_only_the_harmless_is_repeated() -> None:
    """A generation may still be running, and cost."""
    assert retry().wait(0, InferenceTimeoutError(), ONCE) is None
    assert retry().wait(0, InferenceTimeoutError(), REQUEST) == 1
    assert retry().wait(0, NetworkError(), ONCE) == 1


def schedule(deadline: float) -> list[float]:
    """The waits for a model that is never ready."""
    waits: list[float] = []
    waited = 0.0
    with suppress(ColdStartTimeoutError):
        while True:
            waits.append(Warmup(deadline).wait(len(waits), waited, LOADING))
            waited += waits[-1]
    return waits


def test_a_model_that_loads_is_asked_by_the_schedule() -> None:
    """2, 4, 8, 16 s, then every 15 s until 3 min, then every 30 s, to the deadline."""
    assert schedule(300) == [2, 4, 8, 16, *[15] * 10, *[30] * 4]
    assert schedule(5) == [2, 3]


@given(st.floats(1e-3, 1e5))
def test_the_deadline_is_kept_to_the_end(deadline: float) -> None:
    """The waits add up to it."""
    waits = schedule(deadline)

    assert list(accumulate(waits))[-1] == pytest.approx(deadline)
    assert all(0 < wait <= 30 for wait in waits)


def test_the_deadline_is_an_error_with_the_facts() -> None:
    """And says which setting to raise."""
    with pytest.raises(ColdStartTimeoutError, match="still loading after 5 s") as caught:
        Warmup(5).wait(2, 5, LOADING)
    error = caught.value
    assert (error.status, error.model, error.request_id) == (503, "org/name", "abc")
    assert "cold_start_timeout" in str(error)
    assert error.__cause__ is LOADING


def test_without_waiting_the_server_is_quoted() -> None:
    """The error itself, at once."""
    with pytest.raises(ModelLoadingError):
        Warmup(0).wait(0, 0, LOADING)


def test_patience_is_as_the_settings_say() -> None:
    """Thin settings have none."""
    patience = Patience.of(HfInferenceConfig(max_retries=5, retry_base_delay=2, retry_max_delay=9))
    thin = Patience.of(HfInferenceConfig.thin())

    assert (patience.retry.most, patience.retry.base, patience.retry.cap) == (5, 2, 9)
    assert patience.warmup.deadline == 300
    assert (thin.retry.most, thin.warmup.deadline) == (0, 0)
