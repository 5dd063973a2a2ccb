"""The pieces of a streamed chat, with everything servers have been seen to send."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.models.chunks import ChatChunk
from hf_integrations.models.shapes import decode, encode
from hf_integrations.models.usage import TokenUsage


def chunk(delta: dict[str, Any], **rest: Any) -> ChatChunk:
    """A piece of an answer."""
    return decode(encode({"choices": [{"delta": delta, **rest}]}), ChatChunk)


@pytest.mark.parametrize("arguments", ['{"a"', "", None])
def test_arguments_come_in_pieces(arguments: str | None) -> None:
    """As they are written; a piece is no JSON yet."""
    delta = chunk({"tool_calls": [{"function": {"arguments": arguments}}]}).choices[0].delta

    assert isinstance(delta.tool_calls, list)
    assert delta.tool_calls[0].function is not None
    assert delta.tool_calls[0].function.arguments == arguments
    assert delta.tool_calls[0].index is None


def test_a_chunk_without_choices_has_usage_and_no_text() -> None:
    """The last one of a stream."""
    last = decode(b'{"choices": [], "usage": {"total_tokens": 3}}', ChatChunk)

    assert (last.text, last.finish_reason) == ("", None)
    assert last.usage == TokenUsage(total_tokens=3)


def test_a_chunk_speaks_for_the_first_choice_only() -> None:
    """Texts of several answers are not mixed; two entries for one choice are both read."""
    several = decode(
        b'{"choices": [{"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"},'
        b' {"index": 0, "delta": {"content": "a"}}, {"index": 0, "delta": {"content": "A"},'
        b' "finish_reason": "length"}]}',
        ChatChunk,
    )

    assert (several.text, several.finish_reason) == ("aA", "length")
    assert chunk({"content": None}).text == ""
    assert chunk({"content": "x"}, finish_reason="stop").finish_reason == "stop"


def test_nulls_are_as_good_as_nothing() -> None:
    """Whatever they stand for."""
    odd = b'{"choices": null, "usage": {"prompt_tokens": null, "total_tokens": "3"}}'

    assert decode(odd, ChatChunk) == ChatChunk(usage=TokenUsage(total_tokens=3))
    assert decode(b'{"choices": [{"delta": null, "index": null}]}', ChatChunk).text == ""


def test_thoughts_are_at_hand() -> None:
    """Under either name, of the first choice."""
    assert chunk({"reasoning_content": "hm"}).reasoning == "hm"
    assert chunk({"reasoning": "hm"}, index=1).reasoning == ""


def test_parts_are_texts_like_others() -> None:
    """Text and thoughts apart, as Mistral's servers send them."""
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    parts = chunk(
        {"content": [thought, {"type": "text", "text": "an"}, {"type": "text", "text": "swer"}]}
    )

    assert (parts.text, parts.reasoning) == ("answer", "hm")
