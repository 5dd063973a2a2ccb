"""The shapes of text generation."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models.shapes import checked, decode, encode
from hf_integrations.models.text_generation import (
    Completion,
    GenerationSettings,
    TextGenerationChunk,
    TextGenerationParameters,
    TextGenerationRequest,
    TextGenerationResponse,
)


def test_the_text_is_at_hand() -> None:
    """With why it ended, when the server says so."""
    whole = decode(
        b'{"generated_text": "x", "details": {"finish_reason": "length", "generated_tokens": 1,'
        b' "prefill": [], "tokens": [{"id": 1, "text": "x", "logprob": -0.5, "special": false}]}}',
        TextGenerationResponse,
    )

    assert (whole.text, whole.finish_reason) == ("x", "length")
    assert whole.details is not None
    assert whole.details.tokens[0].logprob == -0.5
    assert decode(b'{"generated_text": "x"}', TextGenerationResponse).finish_reason is None


@pytest.mark.parametrize(
    ("event", "text", "reason"),
    [
        (b'{"index": 1, "token": {"id": 5, "text": "x"}}', "x", None),
        (b'{"token": {"id": 2, "text": "</s>", "special": true}}', "", None),
        (
            b'{"token": {"text": "y"}, "generated_text": "xy",'
            b' "details": {"finish_reason": "eos_token"}}',
            "y",
            "eos_token",
        ),
        (b"{}", "", None),
    ],
)
def test_a_chunk_adds_what_is_meant_to_be_read(event: bytes, text: str, reason: str | None) -> None:
    """A special token is not."""
    chunk = decode(event, TextGenerationChunk)

    assert (chunk.text, chunk.finish_reason) == (text, reason)


def test_settings_and_parameters_are_the_same() -> None:
    """What can be typed can be checked."""
    assert list(TextGenerationParameters.__annotations__) == list(
        GenerationSettings.__struct_fields__
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"top_p": 0}, "top_p: expected `float` > 0.0"),
        ({"top_p": 1.5}, "top_p: expected `float` <= 1.0"),
        ({"max_new_tokens": 0}, "max_new_tokens: expected `int` >= 1"),
        ({"seed": -1}, "seed: expected `int` >= 0"),
        ({"stop": "x"}, "stop: expected `array | null`"),
        ({"max_tokens": 5}, "max_tokens: there is no such parameter"),
    ],
)
def test_settings_are_checked(settings: dict[str, Any], said: str) -> None:
    """Each by its name and bound."""
    with pytest.raises(ValidationError) as caught:
        checked(settings, GenerationSettings)
    assert str(caught.value).startswith(said)


def test_a_request_does_not_show_its_prompt() -> None:
    """Only how long it is."""
    request = TextGenerationRequest(inputs="a secret", parameters={"seed": 1})

    assert repr(request) == "TextGenerationRequest(8 characters, {'seed': 1})"
    assert "secret" not in str(request.__rich_repr__())
    assert encode(request) == b'{"inputs":"a secret","parameters":{"seed":1}}'


def test_a_completion_may_lack_everything() -> None:
    """It is told from its choices."""
    assert decode(b"{}", Completion).choices == []
    assert decode(b'{"choices": [{}]}', Completion).choices[0].text == ""
