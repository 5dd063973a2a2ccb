"""How probable each token of an answer was."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from hf_integrations.errors import DecodeError
from hf_integrations.models.decoders import converted
from hf_integrations.models.shapes import Received


class TopLogprob(Received):
    """A token that could have come, with its natural log probability."""

    token: str
    logprob: float = 0.0


class TokenLogprob(TopLogprob):
    """A token that came; `top_logprobs` are the likeliest in its place, as many as were asked."""

    top_logprobs: list[TopLogprob] = field(default_factory=list)


def token_logprobs(given: dict[str, Any] | None) -> list[TokenLogprob]:
    """The tokens of `logprobs`, in either of OpenAI's forms; empty for none.

    Source: the OpenAI API: chat's `content`, and the `tokens` and `token_logprobs` of completions.

    Raises:
        DecodeError: they have neither form.
    """
    if not given:
        return []
    content = given.get("content")
    if content is None and isinstance(given.get("tokens"), list):
        content = _of_completion(given)
    try:
        return converted(content or [], list[TokenLogprob])
    except msgspec.ValidationError as error:
        raise DecodeError(f"The log probabilities do not fit their shape: {error}.") from None


def _of_completion(given: dict[str, Any]) -> list[dict[str, Any]]:
    tokens = given["tokens"]
    values = list(given.get("token_logprobs") or ())
    others = list(given.get("top_logprobs") or ())
    return [
        {
            "token": token,
            "logprob": _at(values, place) or 0.0,  # of the first token of a prompt there is none
            "top_logprobs": [
                {"token": name, "logprob": value}
                for name, value in (_at(others, place) or {}).items()
            ],
        }
        for place, token in enumerate(tokens)
    ]


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None
