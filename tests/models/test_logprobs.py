"""Log probabilities in both of OpenAI's forms."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import DecodeError
from hf_integrations.models.logprobs import TokenLogprob, TopLogprob, token_logprobs


def test_those_of_a_chat_are_typed() -> None:
    """With the others that could have come."""
    others = [{"token": "b", "logprob": -2.5}]
    given = {"content": [{"token": "a", "logprob": -1, "bytes": [97], "top_logprobs": others}]}

    assert token_logprobs(given) == [TokenLogprob("a", -1.0, [TopLogprob("b", -2.5)])]


def test_those_of_a_completion_have_the_same_type() -> None:
    """Whose lists may be shorter, and begin with null."""
    given = {"tokens": ["a", "b"], "token_logprobs": [None, -1], "top_logprobs": [None, {"c": -3}]}

    assert token_logprobs(given) == [
        TokenLogprob("a"),
        TokenLogprob("b", -1.0, [TopLogprob("c", -3.0)]),
    ]
    assert token_logprobs({"tokens": ["a"]}) == [TokenLogprob("a")]


@pytest.mark.parametrize("given", [None, {}, {"content": None}, {"content": []}])
def test_none_are_none(given: Any) -> None:
    """In whatever way they are not told."""
    assert token_logprobs(given) == []


def test_what_is_none_is_an_error_of_ours() -> None:
    """And no other."""
    with pytest.raises(DecodeError, match="log probabilities"):
        token_logprobs({"content": [{"logprob": 1}]})
