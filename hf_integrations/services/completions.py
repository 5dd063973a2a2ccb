"""Text generation at servers that have only `/v1/completions`: its words, by ours; pure.

Source: the OpenAI API; the documentation of vLLM (online serving, extra parameters), SGLang
(`entrypoints/openai/protocol.py`) and llama.cpp (`tools/server/README.md`).
"""

from __future__ import annotations

from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.models.logprobs import token_logprobs
from hf_integrations.models.text_generation import (
    Completion,
    CompletionChoice,
    GeneratedToken,
    GenerationDetails,
    TextGenerationResponse,
)
from hf_integrations.routing.response_formats import schema_in
from hf_integrations.routing.tasks import TEXT_GENERATION

Words = dict[str, Any]

SAME = {
    "best_of": "best_of",
    "frequency_penalty": "frequency_penalty",
    "max_new_tokens": "max_tokens",
    "return_full_text": "echo",
    "seed": "seed",
    "stop": "stop",
    "temperature": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
}
# What engines call otherwise; an engine that is missing does not know it.
OWN: dict[str, dict[str, str]] = {
    "repetition_penalty": {
        **dict.fromkeys(("vllm", "sglang", "openai"), "repetition_penalty"),
        "llama.cpp": "repeat_penalty",
    },
    "truncate": {"vllm": "truncate_prompt_tokens"},
    "typical_p": {"llama.cpp": "typical_p"},
}  # fmt: skip
# Flags whose False says nothing that a server without them would do otherwise.
_OFF_ANYWAY = frozenset({"decoder_input_details", "details", "watermark"})


def engine_matters(settings: Words) -> bool:
    """Whether these settings are said to each engine in another way."""
    return "grammar" in settings or not settings.keys().isdisjoint(OWN)


def words(settings: Words, engine: str, host: str) -> Words:
    """The settings of a generation in the words of `/v1/completions`.

    Raises:
        ValidationError: the engine has no word for one.
    """
    said: Words = {}
    unknown = []
    for name, value in settings.items():
        if not value and name in _OFF_ANYWAY:
            continue
        if name in SAME:
            said[SAME[name]] = value
        elif name in OWN and engine in OWN[name]:
            said[OWN[name][engine]] = value
        elif (made := _made(name, value, engine)) is not None:
            said = made | said  # a temperature that was set comes before the one of do_sample
        else:
            unknown.append(name)
    if unknown:
        raise _unknown(sorted(unknown), engine, host)
    return said


def _made(name: str, value: Any, engine: str) -> Words | None:
    if name == "details":
        return {"logprobs": 1}
    if name == "do_sample":
        return {} if value else {"temperature": 0}
    return _grammar(value, engine) if name == "grammar" else None


def _grammar(grammar: Words, engine: str) -> Words | None:
    if grammar.get("type") == "regex":
        said = {"regex": grammar.get("value")}
        known: dict[str, Words] = {"vllm": {"structured_outputs": said}, "sglang": said}
        return known.get(engine)
    schema = schema_in(grammar)
    if schema is None:
        return None
    if engine == "llama.cpp":
        return {"json_schema": schema}
    named = {"name": "answer", "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def _unknown(names: list[str], engine: str, host: str) -> ValidationError:
    what = "an OpenAI-compatible server" if engine in ("", "openai") else engine
    return ValidationError(
        f"{', '.join(names)}: {host} is {what}, which does not know it.",
        hint="Leave it out, put the server's own word into extra_body=, or say what the server is "
        "by the setting server=.",
        task=TEXT_GENERATION.name,
    )


def of_completion(completion: Completion) -> TextGenerationResponse | None:
    """A completion as a generation; None where there is none."""
    if not completion.choices:
        return None
    choice, usage = completion.choices[0], completion.usage
    details = GenerationDetails(
        finish_reason=choice.finish_reason,
        generated_tokens=usage.completion_tokens if usage else None,
        input_length=usage.prompt_tokens if usage else None,
        tokens=tokens_of(choice),
    )
    return TextGenerationResponse(choice.text, details, usage)


def tokens_of(choice: CompletionChoice) -> list[GeneratedToken]:
    """The tokens of a choice, where `details` asked for them; servers do not tell their ids."""
    return [
        GeneratedToken(text=one.token, logprob=one.logprob)
        for one in token_logprobs(choice.logprobs)
    ]
