"""The form an answer shall have, in the words of text-generation-inference; pure.

Source: text-generation-inference, `router/src/lib.rs`, enum GrammarType. vLLM, SGLang and llama.cpp
take OpenAI's words; the words of providers are in `schemas`.
"""

from __future__ import annotations

from typing import Any

from hf_integrations.errors import ValidationError

Wanted = dict[str, Any]


def for_tgi(wanted: Wanted, *, tools: bool) -> Wanted | None:
    """For text-generation-inference; None where nothing is wanted.

    Raises:
        ValidationError: it cannot do that.
    """
    if wanted.get("type") == "text":
        return None
    if tools:
        raise ValidationError(
            "response_format and tools: text-generation-inference takes one of them only.",
            hint="Ask in two calls, or use vLLM, which takes both.",
        )
    if "value" in wanted:
        _check_properties(wanted)
        return wanted
    schema = schema_in(wanted)
    if schema is None:
        raise ValidationError(
            "response_format: text-generation-inference needs a schema, and there is none.",
            hint="Pass a class, or {'type': 'json_schema', 'json_schema': {…}}.",
        )
    written = {"type": "json", "value": schema}
    _check_properties(written)
    return written


_GRAMMARS: dict[str, tuple[type, ...]] = {
    "regex": (str,), "json": (dict, str), "json_object": (dict, str), "json_schema": (dict,),
}  # fmt: skip


def check_grammar(grammar: Wanted, *, tgi: bool = False) -> None:
    """Raise a ValidationError for a grammar that no server could take.

    Args:
        tgi: text-generation-inference is asked, which has a wish of its own.
    """
    value = grammar.get("value")
    if not isinstance(value, _GRAMMARS.get(str(grammar.get("type")), ())):
        raise ValidationError(
            "grammar must be {'type': 'json', 'value': a schema} or {'type': 'regex', 'value': a "
            "pattern}."
        )
    if tgi and isinstance(value, dict):
        _check_properties(grammar, "grammar")


def schema_in(wanted: Wanted) -> Wanted | None:
    """The JSON schema in a `response_format` of any dialect."""
    nested = wanted.get("json_schema")
    found = nested.get("schema") if isinstance(nested, dict) else None
    if found is None:
        found = wanted.get("schema", wanted.get("value"))
    if isinstance(found, dict) and isinstance(found.get("schema"), dict):
        found = found["schema"]
    return found if isinstance(found, dict) else None


def _check_properties(written: Wanted, name: str = "response_format") -> None:
    schema = schema_in(written)
    if schema is not None and not any(word in schema for word in ("properties", "$ref")):
        raise ValidationError(
            f"{name}: text-generation-inference needs a schema with `properties`.",
            hint="Put what you want into an object: {'type': 'object', 'properties': {…}}.",
        )
