"""The form an answer shall have: a class or a JSON schema out, an object of it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, is_typeddict

import msgspec
from msgspec import Struct

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.models.decoders import decoder_of

T = TypeVar("T")
Schema = dict[str, Any]
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_KINDS = "a dataclass, a TypedDict, a msgspec Struct, a pydantic model"


class Form(Struct, frozen=True):
    """What to ask a model for, and how to read what it answers.

    Attributes:
        wire: as `response_format` says it in OpenAI's words.
        read: makes an object of the text; raises `DecodeError`.
    """

    wire: dict[str, Any]
    read: Callable[[str], Any]

    @classmethod
    def of(cls, given: Any) -> Form:
        """A form from a class, or from a dict in any server's words, which is sent as it is.

        Raises:
            ValidationError: it is neither, or the class has no JSON schema.
        """
        if isinstance(given, dict):
            if not isinstance(given.get("type"), str):
                raise ValidationError(
                    "response_format.type is missing.",
                    hint="Pass a class, {'type': 'json_object'}, or {'type': 'json_schema', …}.",
                )
            return cls(given, _as_json if given["type"].startswith("json") else str)
        if not is_form(given):
            raise ValidationError(
                f"response_format must be a dict or a class ({_KINDS}), not {type(given).__name__}."
            )
        schema = schema_of(given, "response_format")
        named: Schema = {"name": _name(schema.get("title") or given.__name__)}
        if description := schema.get("description"):
            named["description"] = description
        named["schema"] = schema
        if _is_strict(schema):
            named["strict"] = True
        return cls({"type": "json_schema", "json_schema": named}, reader(given))


def is_form(given: Any) -> bool:
    """Whether it is a class whose fields can be asked for."""
    return isinstance(given, type) and (
        hasattr(given, "__dataclass_fields__")
        or is_typeddict(given)
        or issubclass(given, Struct)
        or hasattr(given, "model_json_schema")
    )


def schema_of(shape: Any, argument: str) -> Schema:
    """The JSON schema of a class, an object at its top; nothing that it does not list may come.

    Raises:
        ValidationError: it has none.
    """
    if not is_form(shape):
        what = getattr(shape, "__name__", type(shape).__name__)
        raise ValidationError(f"{argument}: give a class with fields, not {what}.")
    try:
        if hasattr(shape, "model_json_schema"):
            schema: Schema = shape.model_json_schema()
        else:
            schema = msgspec.json.schema(shape)
    except Exception as error:  # noqa: BLE001 - whatever pydantic raises
        reason = str(error).partition("\n")[0]
        raise ValidationError(
            f"{argument}: {shape.__name__} has no JSON schema: {reason}"
        ) from None
    schema = _unfolded(schema)
    for one in _objects(schema):
        one.setdefault("additionalProperties", False)
    return schema


def reader(shape: type[T]) -> Callable[[str], T]:
    """What makes an object of a class from JSON text, or raises `DecodeError`."""

    def read(text: str) -> T:
        try:
            if pydantic := getattr(shape, "model_validate_json", None):
                made: T = pydantic(unfenced(text))
                return made
            return decoder_of(shape).decode(unfenced(text))
        except ValueError as error:  # msgspec's errors and pydantic's are all of this kind
            raise _unfit(shape, error) from None

    return read


def unfenced(text: str) -> str:
    """JSON without the Markdown fence that some models put around it."""
    found = _FENCE.match(text)
    return found[1] if found else text


def _as_json(text: str) -> Any:
    try:
        return msgspec.json.decode(unfenced(text))
    except (msgspec.DecodeError, RecursionError) as error:
        raise DecodeError(f"The answer is not JSON: {error}.") from None


def _unfit(shape: type, error: ValueError) -> DecodeError:
    """An error that says where and why, and nothing of what the model wrote."""
    if hasattr(error, "errors"):
        told = error.errors(include_url=False, include_input=False, include_context=False)
        reason = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in told[:5])
    else:
        reason = str(error)
    return DecodeError(f"The answer is no {shape.__name__}: {reason}.")


def _name(title: str) -> str:
    return re.sub(r"[^\w-]", "_", title, flags=re.ASCII)[:64] or "answer"


def _unfolded(schema: Schema) -> Schema:
    """The schema with what its top refers to in its place, as servers want an object there."""
    rest = dict(schema)
    top = rest.pop("$ref", None)
    if top is None:
        return rest
    name = top.rpartition("/")[2]
    shapes = dict(rest.pop("$defs", {}))
    unfolded: Schema = {**shapes[name], **rest}
    if not _refers(shapes, name):
        del shapes[name]
    return {**unfolded, "$defs": shapes} if shapes else unfolded


def _refers(value: Any, name: str) -> bool:
    if isinstance(value, dict):
        return value.get("$ref") == f"#/$defs/{name}" or any(
            _refers(one, name) for one in value.values()
        )
    return isinstance(value, list) and any(_refers(one, name) for one in value)


def _objects(schema: Any) -> Iterator[Schema]:
    """Every schema of an object with known fields, at whatever depth."""
    if not isinstance(schema, dict):
        return
    if "properties" in schema:
        yield schema
    for word in ("properties", "$defs", "definitions"):
        for inner in (schema.get(word) or {}).values():
            yield from _objects(inner)
    for word in ("items", "additionalProperties"):
        yield from _objects(schema.get(word))
    for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for inner in schema.get(word) or ():
            yield from _objects(inner)


def _is_strict(schema: Schema) -> bool:
    """Whether it keeps OpenAI's rules for `strict`: all fields required, no others allowed."""
    return all(
        one["additionalProperties"] is False
        and set(one["properties"]) == set(one.get("required", ()))
        for one in _objects(schema)
    )
