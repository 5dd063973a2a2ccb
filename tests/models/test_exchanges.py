"""What was exchanged can be looked at, and shows no secret by itself."""

from __future__ import annotations

import pickle
import shlex
from typing import Any

import pytest

from hf_integrations.flow import About, Request, Timeout
from hf_integrations.models.exchanges import Exchange, RawResponse, curl
from hf_integrations.models.timings import Timings
from tests.playing import elsewhere

SECRET = "hf_very_secret"
HEADERS = (
    ("accept", "application/json"),
    ("authorization", f"Bearer {SECRET}"),
    ("x-api-key", SECRET),
)


def request(body: bytes = b"", **about: str) -> Request:
    """A request with secrets in it."""
    return Request("POST", "https://host/a b?x=1&y=$z", Timeout(1), HEADERS, body, About(**about))


def test_a_request_is_a_line_for_a_shell() -> None:
    """That can be pasted: the shell puts the token in."""
    line = curl(request('{"a": "it\'s é"}'.encode()))

    assert SECRET not in line
    assert '-H "authorization: Bearer $HF_TOKEN"' in line
    words = shlex.split(line)
    assert words[:4] == ["curl", "-X", "POST", "https://host/a b?x=1&y=$z"]
    assert words[4:] == [
        "-H", "accept: application/json", "-H", "authorization: Bearer $HF_TOKEN",
        "-H", "x-api-key: ***", "-d", '{"a": "it\'s é"}',
    ]  # fmt: skip


def test_bytes_are_no_words() -> None:
    """Their place is named."""
    assert "-d" not in shlex.split(curl(request()))
    assert curl(request(b"\xff\x00")).endswith("--data-binary @FILE_OF_2_BYTES")
    assert curl(request(b"a\0")).endswith("--data-binary @FILE_OF_2_BYTES")


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        ({}, b"", []),
        ({"warning": '299 - "old"', "x-warning": "b"}, b"", ['299 - "old"', "b"]),
        ({}, b'{"warnings": ["a", "b"]}', ["a", "b"]),
        ({}, b'{"warnings": "a"}', ["a"]),
        ({}, b'{"warnings": null}', []),
        ({}, b'["warnings"]', []),
        ({}, b'{"warnings": ', []),
    ],
)
def test_warnings_are_found(headers: dict[str, str], body: bytes, said: list[str]) -> None:
    """Wherever servers put them."""
    assert Exchange(request(), 200, headers, body).warnings == said


@pytest.mark.parametrize(
    ("headers", "provider", "found"),
    [
        ({"x-inference-provider": "groq"}, "auto", "groq"),
        ({}, "hf-inference", "hf-inference"),
        ({}, "", None),
    ],
)
def test_who_answered_is_known(headers: dict[str, str], provider: str, found: Any) -> None:
    """As the router says, or as it was asked for."""
    assert Exchange(request(provider=provider), 200, headers).provider == found


def test_a_pickle_leaves_behind_what_was_sent() -> None:
    """Token and prompt stay in their process; what came goes along."""
    raw = RawResponse(
        3, [Exchange(request(b"my prompt"), 200, {"x-request-id": "r"}, b"answer", 2)]
    )
    assert SECRET.encode() not in pickle.dumps(raw)
    assert b"my prompt" not in pickle.dumps(raw)
    (arrived,) = elsewhere(raw).exchanges
    assert (arrived.status, arrived.body, arrived.retries) == (200, b"answer", 2)
    assert arrived.request_id == "r"
    assert dict(arrived.request.headers) == {
        "accept": "application/json", "authorization": "***", "x-api-key": "***",
    }  # fmt: skip
    assert raw.exchanges[0].request.body == b"my prompt"


def test_a_raw_response_speaks_for_its_last_exchange() -> None:
    """And counts what all of them took."""
    first = Exchange(request(), 200, {"warning": "a"}, retries=2)
    last = Exchange(request(provider="groq"), 201, {"x-request-id": "b", "x-total-time": "5"})
    raw = RawResponse("value", [first, last])

    assert (raw.value, raw.status, raw.request_id, raw.provider) == ("value", 201, "b", "groq")
    assert (raw.retries, raw.warnings, raw.timings) == (2, ["a"], Timings(total=0.005))
    assert raw.curl() == last.curl()


def test_where_nothing_was_sent_there_is_nothing_to_tell() -> None:
    """As when the answer was known."""
    raw = RawResponse(5, [])

    assert (raw.status, raw.headers, raw.request_id, raw.provider) == (None, {}, None, None)
    assert (raw.retries, raw.warnings, raw.curl(), raw.timings) == (0, [], "", Timings())


def test_neither_shows_a_secret() -> None:
    """Nor a prompt."""
    exchange = Exchange(request(b"a very secret text"), 200)

    for shown in (
        repr(exchange),
        repr(RawResponse("x", [exchange])),
        str(exchange.__rich_repr__()),
    ):
        assert "secret" not in shown
