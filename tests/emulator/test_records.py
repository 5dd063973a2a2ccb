"""The log of requests and the ledger."""

from __future__ import annotations

import pytest

from hf_integrations.emulator.records import Ledger, RecordedRequest, RequestLog, bearer, digest


def request(body: bytes = b"", ident: str = "1") -> RecordedRequest:
    """Return a request as it is recorded."""
    return RecordedRequest(ident, "POST", "/embed", "", {}, None, body)


@pytest.mark.parametrize(
    ("body", "value"), [(b'{"a": 1}', {"a": 1}), (b"", None), (b"{", None), (b"\xff", None)]
)
def test_bodies_are_decoded_where_they_are_json(body: bytes, value: object) -> None:
    """Others are None, and their size is known."""
    assert request(body).json == value
    assert request(body).shown()["bytes"] == len(body)


def test_the_log_keeps_the_latest() -> None:
    """Up to a number."""
    log = RequestLog(most=2)
    for ident in "abc":
        log.add(request(ident=ident))
    assert [one.id for one in log.all()] == ["b", "c"]


def test_the_log_keeps_few_bytes() -> None:
    """Up to a size, but always the last request."""
    log = RequestLog(most_bytes=10)
    log.add(request(b"123456", "a"))
    log.add(request(b"123456", "b"))
    assert [one.id for one in log.all()] == ["b"]
    log.add(request(b"x" * 50, "c"))
    assert [one.id for one in log.all()] == ["c"]
    log.clear()
    assert log.all() == []


def test_the_ledger_sums_up_by_bearer_and_model() -> None:
    """Tokens, requests and cost."""
    ledger = Ledger()
    ledger.charge("t", "m", read=3, written=4, cost=0.5)
    ledger.charge("t", "m", read=1, written=1, cost=0.25)
    ledger.charge("u", "m", read=1, written=0, cost=0)
    assert ledger.shown()[0] == {
        "token_digest": "t",
        "model": "m",
        "requests": 2,
        "prompt_tokens": 4,
        "completion_tokens": 5,
        "cost_usd": 0.75,
    }
    assert len(ledger.shown()) == 2
    ledger.clear()
    assert ledger.shown() == []


def test_the_ledger_is_bounded() -> None:
    """The account that has rested longest makes room."""
    ledger = Ledger(most=2)
    for model in ("a", "b", "a", "c"):
        ledger.charge("t", model, read=1, written=0, cost=0)
    assert [account["model"] for account in ledger.shown()] == ["a", "c"]


def test_bearers_are_found_and_digested() -> None:
    """Whatever the case of the scheme; other schemes have none."""
    assert bearer({"authorization": "Bearer hf_x"}) == "hf_x"
    assert bearer({"authorization": "bearer hf_x "}) == "hf_x"
    assert bearer({"authorization": "Basic abc"}) == bearer({}) == ""
    assert digest("hf_x") == digest("hf_x") != digest("hf_y")
    assert "hf_x" not in digest("hf_x")
