"""What is taken out of a server's words, and what stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.flow import Request, Timeout
from hf_integrations.models.shapes import encode
from hf_integrations.transport.masking import LONGEST, decoded, without_secrets
from tests.playing import request

PROMPT = "The quick brown fox jumps over\nthe lazy dog and is never seen again"


def masked(text: str, body: Any = None, **headers: str) -> str:
    """A server's words, masked."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    raw = b"" if body is None else encode(body)
    return without_secrets(text, Request("POST", "", Timeout(1.0), headers=named, body=raw))


def test_a_message_that_quotes_nothing_stays_as_it_is() -> None:
    """Word for word, though it has words in common with the prompt."""
    said = "Input validation error: the fox must have less than 512 tokens"

    assert masked(said, {"inputs": PROMPT}) == said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"bad: {PROMPT}", "bad: […]"),
        (f"bad: {PROMPT[:19]}!", "bad: […]!"),
        (f"bad: {PROMPT[10:60]} (cut)", "bad: […] (cut)"),
        (f"{PROMPT[:25]} and {PROMPT[40:]}", "[…] and […]"),
        ("bad: jumps over the lazy dog and", "bad: […]"),
        (f"bad: {PROMPT.upper()}", "bad: […]"),
    ],
)
def test_pieces_of_the_prompt_are_taken_out(said: str, left: str) -> None:
    """Wherever they begin, and with line ends turned into spaces."""
    for body in (
        {"inputs": PROMPT},
        {"inputs": ["x", PROMPT]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": PROMPT}]}]},
    ):
        assert masked(said, body) == left


def test_short_lines_are_taken_out_whole() -> None:
    """A password of a prompt does not come back; words that only name things do."""
    body = {"model": "org/name", "messages": [{"role": "system", "content": "say\nhunter2\nno"}]}

    assert masked("org/name, system: hunter2? no", body) == "org/name, system: […]? no"
    assert masked("no token HUNTER2", body) == "no token […]"


@pytest.mark.parametrize(
    "prompt", ["\u0130stanbul \u03a3\u03a3 and some more \u1e9e", "ΑΣ ΑΣ ΑΣ ΑΣ ΑΣ ΑΣ"]
)
@pytest.mark.parametrize("case", [str.lower, str.upper, str])
def test_case_does_not_matter(prompt: str, case: Any) -> None:
    """Also of letters that change their number with it."""
    body = {"inputs": prompt.lower()}
    assert "some more" not in masked(case(prompt.lower()), body)
    assert masked(prompt.lower(), body) == "[…]"


def test_images_are_not_searched_for() -> None:
    """They are large, and no server quotes them."""
    image = "data:image/png;base64," + "QUJD" * 100
    body = {"messages": [{"content": [{"image_url": {"url": image}}]}]}

    assert masked("bad: QUJDQUJDQUJDQUJDQUJD", body) == "bad: QUJDQUJDQUJDQUJDQUJD"


@pytest.mark.parametrize("value", ["Bearer hf_secret", "Basic hf_secret", "hf_secret"])
def test_the_token_is_taken_out(value: str) -> None:
    """With and without the word before it."""
    assert masked("no: hf_secret", authorization=value) == "no: […]"
    assert "hf_secret" not in masked(f"no: {value}", authorization=value)


def test_other_headers_of_the_caller_are_taken_out_too() -> None:
    """They may hold a key; what every request has stays."""
    said = masked("my-key org json", x_api_key="my-key", x_hf_bill_to="org", accept="json")

    assert said == "[…] org json"
    assert masked("all 1 stays", authorization="", x_empty=" ", x_one="1") == "all 1 stays"


def test_a_long_message_is_cut_after_it_was_masked() -> None:
    """So the cut leaves no half of a prompt."""
    said = masked("x" * (LONGEST - 10) + PROMPT, {"inputs": PROMPT})

    assert said == "x" * (LONGEST - 10) + "[…]"
    assert len(masked("y" * 9999)) == LONGEST + 1
    assert masked("y" * 9999).endswith("…")


def test_a_message_stands_on_one_line() -> None:
    """Also in a log."""
    assert masked(" a\n\tb \r\n") == "a b"


@given(st.text(min_size=40, max_size=300), st.data())
def test_no_run_of_sixteen_characters_of_the_prompt_is_left(
    prompt: str, data: st.DataObject
) -> None:
    """Wherever it is quoted, at whatever length."""
    start = data.draw(st.integers(0, len(prompt) - 1))
    end = data.draw(st.integers(start, len(prompt)))
    said = masked(f"Error: {prompt[start:end]} (end)", {"inputs": prompt})

    flat = " ".join(prompt.split())
    runs = {said[at : at + 16] for at in range(len(said) - 15)}
    assert not {run for run in runs if run in flat and "[…]" not in run}


@given(st.text(), st.text(), st.binary())
def test_any_text_and_any_body_can_be_masked(text: str, prompt: str, body: bytes) -> None:
    """Without an error, and without growing for ever."""
    for raw in (body, encode({"inputs": prompt})):
        said = without_secrets(text, request(raw, token="hf_x"))
        assert len(said) <= 4 * len(text) + 1


def test_what_is_not_json_is_nothing() -> None:
    """A body may be anything."""
    assert decoded(b"[1]") == [1]
    assert decoded(b"") is None
    assert decoded(b'"\xff"') is None
