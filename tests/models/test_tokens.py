"""Tokens in the form of each engine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.shapes import encode
from hf_integrations.models.tokens import WORDS, Token, prompt_in, text_in, tokens_in

TGI = {"id": 5, "text": "a", "start": 0, "stop": 1}


def told(value: Any) -> Response:
    """An answer."""
    return Response(200, {}, encode(value))


@pytest.mark.parametrize(
    ("value", "tokens"),
    [
        ([TGI], [Token(5, "a", False, 0, 1)]),
        ([[TGI | {"special": True}]], [Token(5, "a", True, 0, 1)]),
        ({"tokenize_response": [TGI], "templated_text": "a"}, [Token(5, "a", False, 0, 1)]),
        ({"tokens": [5, 6], "token_strs": ["a", "b"], "count": 2}, [Token(5, "a"), Token(6, "b")]),
        ({"tokens": [5], "token_strs": None}, [Token(5)]),
        ({"tokens": []}, []),
        ({"tokens": [{"id": 5, "piece": "a"}]}, [Token(5, "a")]),
        ({"tokens": [{"id": 6, "piece": [195]}]}, [Token(6, "\ufffd")]),
        ([[]], []),
    ],
)  # fmt: skip
def test_tokens_are_read_in_every_form(value: Any, tokens: list[Token]) -> None:
    """Of whichever engine."""
    assert tokens_in(told(value)) == tokens


@pytest.mark.parametrize(
    ("engine", "value"),
    [
        ("tei", ["a b"]), ("vllm", {"prompt": "a b"}), ("sglang", {"text": "a b"}),
        ("llama.cpp", {"content": "a b"}),
    ],
)  # fmt: skip
def test_text_is_read_in_every_form(engine: str, value: Any) -> None:
    """And llama.cpp's prompt."""
    assert text_in(told(value), WORDS[engine]) == "a b"
    assert prompt_in(told({"prompt": "x"})) == "x"


NAMES = st.sampled_from(["tokens", "id", "piece", "prompt"])
JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
)


@given(JSON)
def test_anything_is_tokens_or_an_error_of_ours(value: Any) -> None:
    """And never another error."""
    for read in (tokens_in, prompt_in):
        try:
            read(told(value))
        except DecodeError:
            continue
