"""Text generation in the words of `/v1/completions`, engine by engine."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models.text_generation import Completion
from hf_integrations.services.completions import engine_matters, of_completion, words

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
JSON = {"type": "json", "value": SCHEMA}
NAMED = {"type": "json_schema", "value": {"name": "x", "schema": SCHEMA}}
REGEX = {"type": "regex", "value": "a+"}
FORMAT = {
    "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
}


@pytest.mark.parametrize(
    ("engine", "settings", "said"),
    [
        ("vllm", {"grammar": JSON}, FORMAT),
        ("sglang", {"grammar": JSON}, FORMAT),
        ("openai", {"grammar": JSON}, FORMAT),
        ("llama.cpp", {"grammar": JSON}, {"json_schema": SCHEMA}),
        ("llama.cpp", {"grammar": NAMED}, {"json_schema": SCHEMA}),
        ("vllm", {"grammar": REGEX}, {"structured_outputs": {"regex": "a+"}}),
        ("sglang", {"grammar": REGEX}, {"regex": "a+"}),
        ("vllm", {"truncate": 5}, {"truncate_prompt_tokens": 5}),
        ("llama.cpp", {"repetition_penalty": 1.1}, {"repeat_penalty": 1.1}),
        ("vllm", {"max_new_tokens": 5, "stop": ["x"]}, {"max_tokens": 5, "stop": ["x"]}),
    ],
)  # fmt: skip
def test_each_engine_has_words_of_its_own(engine: str, settings: Any, said: Any) -> None:
    """For what OpenAI does not know."""
    assert words(settings, engine, "host") == said


@pytest.mark.parametrize(
    ("engine", "settings", "error"),
    [
        ("llama.cpp", {"grammar": REGEX}, "grammar: host is llama.cpp, which does not know it."),
        ("openai", {"grammar": REGEX}, "grammar: host is an OpenAI-compatible server"),
        ("vllm", {"grammar": {"type": "json"}}, "grammar: host is vllm"),
        ("sglang", {"truncate": 5, "typical_p": 0.5}, "truncate, typical_p: host is sglang"),
        ("vllm", {"watermark": True}, "watermark: host is vllm"),
    ],
)
def test_what_an_engine_has_no_word_for_is_refused(engine: str, settings: Any, error: str) -> None:
    """Nothing is left out in silence."""
    with pytest.raises(ValidationError) as caught:
        words(settings, engine, "host")
    assert str(caught.value).startswith(error)


def test_the_engine_matters_for_few_settings() -> None:
    """For the others it need not be found out."""
    assert engine_matters({"grammar": JSON})
    assert engine_matters({"repetition_penalty": 1})
    assert not engine_matters({"max_new_tokens": 5, "details": True})


def test_a_completion_without_choices_is_none() -> None:
    """And no error here."""
    assert of_completion(Completion()) is None
