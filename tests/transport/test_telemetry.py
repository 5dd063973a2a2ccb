"""What happened, told to whoever listens; a listener can disturb nobody."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.flow import About
from hf_integrations.models.shapes import encode
from hf_integrations.transport.telemetry import (
    TOGETHER,
    ColdStart,
    Event,
    Gathering,
    tell,
    usage_in,
)

EVENT = ColdStart(
    host="host", provider="", model="", waited=0.0, next_wait=1.0, deadline=2.0, over=True
)


def test_a_listener_that_raises_is_logged_and_the_next_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Without what it said: that may quote anything."""
    heard: list[Event] = []

    def broken(event: Event) -> None:
        raise RuntimeError("hf_secret")

    with caplog.at_level(logging.WARNING, "hf_integrations"):
        tell((broken, heard.append), EVENT)
    assert heard == [EVENT]
    assert caplog.messages == ["A listener of events raised RuntimeError."]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}', (3, 4)),
        (b'{"usage": {"prompt_tokens" : 3, "total_tokens": 3}}', (3, None)),
        (b'{"usage":{"completion_tokens_details":{"x":1},"completion_tokens":9}}', (None, 9)),
        (b'{"usage":{"input_tokens":5,"output_tokens":6}}', (5, 6)),
        (b'{"usage":null}', (None, None)),
        (b'{"text":"\\"usage\\":{\\"prompt_tokens\\":3}"}', (None, None)),
        (b"", (None, None)),
        (b"\x89PNG", (None, None)),
    ],
)
def test_tokens_are_read_where_servers_count_them(body: bytes, found: object) -> None:
    """Without reading the answer; what only looks like it is text."""
    assert usage_in(body) == found


@given(st.text(), st.integers(0, 10**9), st.integers(0, 10**9))
def test_no_answer_can_lie_about_its_tokens(text: str, read: int, written: int) -> None:
    """Whatever the model writes."""
    body = encode(
        {
            "choices": [{"message": {"content": text}}],
            "usage": {"prompt_tokens": read, "completion_tokens": written},
        }
    )
    assert usage_in(body) == (read, written)


class Shelf(Gathering):
    """A counter that keeps what it counts."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: list[float] = []

    def read(self) -> list[float]:
        """All that was counted."""
        with self._lock:
            self._count_noted()
            return self.counted

    def _count(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        self.counted.append(seconds)


def test_answers_are_counted_together_and_none_is_lost() -> None:
    """At the latest when somebody reads; also with several threads that note."""
    shelf = Shelf()

    def note(first: int) -> None:
        for number in range(first, first + 1_000):
            shelf.answered("host", About(), float(number), 1, 2)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(note, range(0, 4_000, 1_000)))
    shelf.answered("host", About(), 4_000.0, None, None)

    assert len(shelf.counted) > 4_001 - 4 * TOGETHER
    assert sorted(shelf.read()) == list(range(4_001))
