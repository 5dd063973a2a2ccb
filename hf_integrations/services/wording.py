"""How a task is put into words for what answers: the envelope, and where servers have their own."""

from __future__ import annotations

from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.models.media import Media
from hf_integrations.routing.table import CLASSIFY_TEXT, CUSTOM, RANK
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import Kind, Row


def worded(
    target: Target, row: Row[Any, Any], inputs: Any, parameters: dict[str, Any]
) -> Media | dict[str, Any]:
    """The body: media alone, or a dict to be written as JSON.

    Raises:
        ValidationError: the server has no word for a parameter.
    """
    if row.name == RANK.name:
        return _ranking(target, inputs, parameters)
    if row.name == CLASSIFY_TEXT.name and target.kind is Kind.TEI:
        return {"inputs": inputs} | _predicted(target, parameters)
    if isinstance(inputs, Media):
        if not parameters:
            return inputs
        inputs = inputs.base64
    return {"inputs": inputs} | ({"parameters": parameters} if parameters else {})


def _predicted(target: Target, parameters: dict[str, Any]) -> dict[str, Any]:
    """TEI applies what the model says, or nothing; `top_k` is cut off here."""
    apply = parameters.get("function_to_apply")
    if apply not in (None, "none"):
        raise _unknown(target, CLASSIFY_TEXT, [f"function_to_apply={apply!r}"])
    return {"raw_scores": True} if apply else {}


def _ranking(target: Target, inputs: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    if target.kind is Kind.TEI:
        return inputs | parameters
    if target.kind is not Kind.OPENAI:
        return {"inputs": inputs} | ({"parameters": parameters} if parameters else {})
    if parameters:
        raise _unknown(target, RANK, sorted(parameters))
    model = {"model": target.model} if target.model else {}
    return model | {"query": inputs["query"], "documents": inputs["texts"]}


def _unknown(target: Target, row: Row[Any, Any], words: list[str]) -> ValidationError:
    kind = target.kind.value if target.kind else "unknown"
    return ValidationError(
        f"{', '.join(words)}: {target.host} is {kind}, which does not know it.",
        hint="Leave it out, or put the server's own word into extra_body=.",
        task=row.name,
    )


def path_of(path: str | None) -> str:
    """A path of the caller's own, for `custom`; empty for the task's own.

    Raises:
        ValidationError: it is none.
    """
    if path is None:
        return ""
    given: object = path
    if not isinstance(given, str) or not path.startswith("/") or not path.isascii():
        raise ValidationError("path must begin with a slash.", task=CUSTOM.name)
    if any(sign in path for sign in "\\# ") or not path.isprintable() or "/../" in f"{path}/":
        raise ValidationError("path is none that can be asked.", task=CUSTOM.name)
    return path
