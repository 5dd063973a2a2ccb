"""One record for each exchange, whatever came of it, and only one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from msgspec.structs import replace

from hf_integrations.errors import NetworkError, QuotaExceededError
from hf_integrations.flow import About, Response
from hf_integrations.models.usage import TokenUsage
from hf_integrations.transport.costs import Costs, Tally
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.metrics import Figures, Metrics
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.report import Report
from hf_integrations.transport.retry import Retry, Warmup
from hf_integrations.transport.telemetry import Event, Exchange, Listener, counters_among
from tests.clocks import Clock
from tests.playing import REQUEST

CHAT = replace(
    REQUEST, about=About("conversational", "groq", "org/name"), body=b"hf_prompt",
    headers=(("authorization", "Bearer hf_secret"),),
)  # fmt: skip
OK = Response(200, {"x-request-id": "abc"}, b'{"usage":{"prompt_tokens":3,"completion_tokens":4}}')
LOADING = Response(503, {}, b'{"error": "loading", "estimated_time": 1}')


def told(answers: list[Any]) -> Exchange:
    """The record of an exchange that is answered like this."""
    events: list[Event] = []
    clock = Clock()
    rules = Patience(
        Retry(1, 1.0, 30.0, lambda: 1.0), Warmup(20.0), listeners=(events.append,), clock=clock
    )
    with suppress(NetworkError, QuotaExceededError):
        clock.play(exchange(CHAT, rules), answers)
    (event,) = [one for one in events if isinstance(one, Exchange)]
    return event


def test_a_good_exchange_is_told_with_its_figures() -> None:
    """Where, what for, how long, how much; no prompt, no answer, no token."""
    one = told([NetworkError("cut"), LOADING, OK])

    assert (one.task, one.provider, one.model, one.host) == (
        "conversational", "groq", "org/name", "host",
    )  # fmt: skip
    assert (one.attempts, one.waited, one.cold_start) == (3, 1, 2)
    assert (one.status, one.error, one.request_id) == (200, "", "abc")
    assert (one.input_tokens, one.output_tokens) == (3, 4)
    assert (one.bytes_sent, one.bytes_received) == (9, len(OK.body))
    assert "hf_" not in repr(one)


def test_an_exchange_that_fails_is_told_by_the_class_of_its_error() -> None:
    """With the status, where there is one."""
    assert (told([Response(402)]).error, told([Response(402)]).status) == (
        "QuotaExceededError", 402,
    )  # fmt: skip
    cut = told([NetworkError("cut"), NetworkError("cut")])
    assert (cut.error, cut.status, cut.attempts) == ("NetworkError", None, 2)


@pytest.mark.parametrize("way", ["whole", "failed", "ended"])
def test_it_is_told_once(way: str) -> None:
    """Whatever is said after."""
    events: list[Event] = []
    report = Report(CHAT, (events.append,))
    report.item()
    arguments: dict[str, list[Any]] = {"whole": [OK], "failed": [NetworkError("x")], "ended": []}
    for name in (way, *arguments):
        getattr(report, name)(*arguments[name])

    assert len(events) == 1


@pytest.mark.parametrize(
    ("body", "usage", "tokens"),
    [
        (b'{"usage":{"prompt_tokens":3}}', TokenUsage(prompt_tokens=3), (3, None)),
        (b"[[1.0]]", TokenUsage(prompt_tokens=3), (3, None)),
        (b'{"usage":{"prompt_tokens":3,"completion_tokens":0}}', TokenUsage(3), (3, 0)),
        (b'{"usage":{"prompt_tokens":"3","completion_tokens":4}}', TokenUsage(3, 4), (3, 4)),
        (b'{"usage":{"prompt_tokens":3,"completion_tokens":4}}', None, (3, 4)),
        (b"{}", None, (None, None)),
        (
            b'{"usage":{"prompt_tokens":-3,"completion_tokens":-4}}',
            TokenUsage(-3, -4),
            (None, None),
        ),
        (b'{"usage":{"prompt_tokens":3,"completion_tokens":-4}}', TokenUsage(3, -4), (3, None)),
    ],
    ids=[
        "embeddings",
        "in a header",
        "none written",
        "a number as text",
        "unread",
        "unsaid",
        "negative",
        "half negative",
    ],
)
def test_tokens_are_those_that_the_server_told(
    body: bytes, usage: TokenUsage | None, tokens: tuple[int | None, int | None]
) -> None:
    """What it did not tell is None, as an embedding has no output."""
    events: list[Event] = []
    Report(CHAT, (events.append,)).whole(Response(200, {}, body), usage)

    (one,) = [one for one in events if isinstance(one, Exchange)]
    assert (one.input_tokens, one.output_tokens) == tokens


def counted(others: tuple[Listener, ...], answers: list[Any]) -> tuple[Figures, Costs]:
    """What the counters say of an exchange, alone or beside others."""
    metrics, tally, clock = Metrics(), Tally(), Clock()
    listeners: tuple[Listener, ...] = (metrics, tally, *others)
    rules = Patience(
        Retry(1, 1.0, 30.0, lambda: 1.0), Warmup(20.0), listeners=listeners,
        counters=counters_among(listeners), clock=clock,
    )  # fmt: skip
    with suppress(NetworkError, QuotaExceededError):
        clock.play(exchange(CHAT, rules), answers)
    found = metrics.snapshot().by_target["groq", "org/name"]
    return replace(found, p50=0, p95=0, p99=0, per_second=0), tally.costs()


@pytest.mark.parametrize("answers", [[OK], [LOADING, OK], [Response(402)]], ids=str)
def test_counters_count_the_same_with_and_without_records(answers: list[Any]) -> None:
    """A listener beside them has records made; the figures do not depend on it."""
    seen: list[Event] = []

    assert counted((), list(answers)) == counted((seen.append,), list(answers))
    assert any(isinstance(event, Exchange) for event in seen)
