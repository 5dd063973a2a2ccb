"""Times are in seconds, whichever engine tells them."""

from __future__ import annotations

import pytest

from hf_integrations.models.timings import Timings

TGI = {
    "x-compute-time": "1.5", "x-total-time": "1500", "x-validation-time": "2", "x-queue-time": "8",
    "x-inference-time": "1490", "x-time-per-token": "30",
}  # fmt: skip
TEI = {
    "x-compute-time": "15", "x-compute-tokens": "5", "x-total-time": "15",
    "x-tokenization-time": "1", "x-queue-time": "0", "x-inference-time": "14",
}  # fmt: skip


def test_both_engines_count_in_seconds() -> None:
    """Though one of them has a header in seconds, and the other the same in milliseconds."""
    tgi, tei = Timings.of(TGI), Timings.of(TEI)

    assert (tgi.compute, tgi.total, tgi.time_per_token) == (1.5, 1.5, 0.03)
    assert (tei.compute, tei.total, tei.tokenization) == (0.015, 0.015, 0.001)
    assert (tei.queue, tei.validation) == (0.0, None)


def test_openai_tells_one() -> None:
    """And whoever speaks as it does."""
    assert Timings.of({"openai-processing-ms": "250"}) == Timings(total=0.25)


@pytest.mark.parametrize("value", ["", "soon", "-1", "nan", "inf"])
def test_what_is_no_time_is_none(value: str) -> None:
    """Headers come from anywhere."""
    assert Timings.of({"x-total-time": value}) == Timings()
