"""Forms: a value that fits a JSON schema, filled in from the words of a text where they offer it.

Covers what tools and structured output use: objects, arrays, enums, constants, references, unions,
formats and limits. Of a `pattern` only what occurs in the text, or fits by chance, can be given.
"""

from __future__ import annotations

import math
import re
from typing import Any

from hf_integrations.emulator.evidence import Evidence, Number
from hf_integrations.emulator.problems import openai_problem
from hf_integrations.emulator.words import word_set

Schema = dict[str, Any]

DEEPEST = 8  # nested levels; below, a recursive schema gets its smallest value

_NO_UUID = "00000000-0000-0000-0000-000000000000"
_FORMATS = {
    "date": (r"\d{4}-\d{2}-\d{2}", "2000-01-01"),
    "date-time": (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?Z?", "2000-01-01T00:00:00Z"),
    "time": (r"\d{2}:\d{2}(?::\d{2})?", "00:00:00"),
    "duration": (r"P\d+[YMWD]", "P1D"),
    "email": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "nobody@example.com"),
    "uri": (r"https?://[^\s\"'<>]+", "https://example.com"),
    "uuid": (r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", _NO_UUID),
    "ipv4": (r"\d{1,3}(?:\.\d{1,3}){3}", "127.0.0.1"),
}  # fmt: skip
_ASKING = word_set("query question text input inputs prompt content message sentence request task")
_ANSWERING = word_set("answer summary response result explanation reply output report")
# What comes of a schema with values of a wrong type or kind in it.
_WRONG = (
    TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError, re.error,
)  # fmt: skip
_DENIAL = r"(?:\bno|\bnot|\bwithout|n't|\bnever|\bdisable)\s+(?:\w+\s+)?"


class Form:
    """Fills in values for one schema from one body of evidence."""

    def __init__(self, schema: Schema, evidence: Evidence) -> None:
        self._root = schema
        self._evidence = evidence

    def fill(self) -> Any:
        """Return a value for the whole schema; refuse one that is no JSON schema."""
        try:
            return self._value(self._root, "", 0)
        except _WRONG as error:
            raise openai_problem(400, "Invalid JSON schema", code="invalid_schema") from error

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._member(schema)
        fact = self._evidence.fact(name) if name else None
        if fact is not None and _kind(schema) in (None, _kind_of(fact)):
            return fact
        fill = {
            "object": self._object, "array": self._array, "integer": self._number,
            "number": self._number, "boolean": self._boolean, "null": _nothing,
        }.get(_kind(schema) or "string", self._text)  # fmt: skip
        return fill(schema, name, depth)

    def _resolved(self, given: Any) -> Schema:
        """Follow references and choose among alternatives."""
        schema: Schema = given if isinstance(given, dict) else {}
        seen = 0
        while seen < DEEPEST and (reference := schema.get("$ref")):
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema, seen = {**self._at(reference), **rest}, seen + 1
        for part in schema.get("allOf", ()):
            schema = {**self._resolved(part), **{k: v for k, v in schema.items() if k != "allOf"}}
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            real = [option for option in map(self._resolved, options) if _kind(option) != "null"]
            schema = {**schema, **(real or [{"type": "null"}])[0], "anyOf": None, "oneOf": None}
        return schema

    def _at(self, reference: str) -> Schema:
        found: Any = self._root
        for step in reference.removeprefix("#").strip("/").split("/"):
            found = found.get(step, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}

    def _object(self, schema: Schema, name: str, depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        return {
            key: self._property(part, key, depth)
            for key, part in (schema.get("properties") or {}).items()
            if key in required or (depth < DEEPEST and self._offered(part, key))
        }

    def _property(self, part: Any, key: str, depth: int) -> Any:
        if depth >= DEEPEST or (_nullable(part) and not self._offered(part, key)):
            return None if _nullable(part) else _smallest(self._resolved(part))
        return self._value(part, key, depth + 1)

    def _offered(self, part: Any, key: str) -> bool:
        """Tell whether the text says something for an optional field."""
        schema = self._resolved(part)
        if self._evidence.fact(key) is not None or self._evidence.mentions(key):
            return True
        if schema.get("enum"):
            return any(self._evidence.mentions(str(member)) for member in schema["enum"])
        return _kind(schema) in ("integer", "number") and self._evidence.numbers_left() > 0

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        items = self._resolved(schema.get("items") or {})
        least, most = schema.get("minItems", 0), schema.get("maxItems", 16)
        if depth >= DEEPEST:
            return [_smallest(items)] * least
        found = self._several(items, name, depth)[:most]
        while len(found) < least:
            found.append(self._value(items, name, depth + 1))
        return found

    def _several(self, items: Schema, name: str, depth: int) -> list[Any]:
        if items.get("enum"):
            return [member for member in items["enum"] if self._evidence.mentions(str(member))]
        if _kind(items) in ("integer", "number"):
            return [
                self._value(items, name, depth + 1) for _ in range(self._evidence.numbers_left())
            ]
        if _kind(items) in ("string", None):
            found = [self._evidence.quotation() or self._text(items, name, depth)]
            while (more := self._evidence.quotation()) is not None:
                found.append(_fitting(more, items))
            return found
        return [self._value(items, name, depth + 1)]

    def _member(self, schema: Schema) -> Any:
        members = schema["enum"]
        said = [member for member in members if self._evidence.mentions(str(member))]
        return said[0] if said else schema.get("default", members[0])

    def _number(self, schema: Schema, name: str, depth: int) -> Number:
        whole = _kind(schema) == "integer"
        value = self._evidence.number(name)
        if value is None:
            value = schema.get("default")
        if not isinstance(value, int | float):
            value = 0
        return _within(value, schema, whole=whole)

    def _boolean(self, schema: Schema, name: str, depth: int) -> bool:
        said = self._evidence.labelled(name)
        if said and said.lower() in ("true", "false", "yes", "no"):
            return said.lower() in ("true", "yes")
        if self._evidence.mentions(name):
            words = name.replace("_", " ")
            return self._evidence.matching(rf"(?i){_DENIAL}{re.escape(words)}") is None
        return bool(schema.get("default", False))

    def _text(self, schema: Schema, name: str, depth: int) -> str:
        return _fitting(self._words(schema, name), schema)

    def _words(self, schema: Schema, name: str) -> str:
        evidence, lowered = self._evidence, name.lower()
        if schema.get("format") in _FORMATS:
            pattern, otherwise = _FORMATS[schema["format"]]
            return evidence.matching(pattern) or str(schema.get("default", otherwise))
        if schema.get("pattern") and (found := evidence.matching(_open(schema["pattern"]))):
            return found
        if said := evidence.labelled(name) if name else None:
            return said
        if lowered in _ANSWERING:
            return evidence.answer()
        if lowered in _ASKING:
            return evidence.quotation() or evidence.text
        return evidence.phrase() or str(schema.get("default") or evidence.text)


def field_names(schema: Schema) -> frozenset[str]:
    """Return the names of the fields of an object's schema."""
    properties = schema.get("properties")
    return frozenset(properties) if isinstance(properties, dict) else frozenset()


def _nothing(schema: Schema, name: str, depth: int) -> None:
    """Fill in the only value of the type null."""


def _kind(schema: Schema) -> str | None:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None and "properties" in schema:
        return "object"
    return kind if isinstance(kind, str) else None


def _kind_of(value: Any) -> str | None:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "object" if isinstance(value, dict) else None)


def _nullable(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    options = schema.get("anyOf") or schema.get("oneOf") or ()
    kind = schema.get("type")
    return (isinstance(kind, list) and "null" in kind) or any(map(_nullable, options)) or (
        kind == "null"
    )  # fmt: skip


def _smallest(schema: Schema) -> Any:
    smallest: dict[str | None, Any] = {"object": {}, "array": [], "boolean": False, "null": None}
    kind = _kind(schema)
    if kind in ("integer", "number"):
        return _within(0, schema, whole=kind == "integer")
    return smallest.get(kind, "")


def _within(value: Number, schema: Schema, *, whole: bool) -> Number:
    """Bring `value` to the nearest one that the limits allow."""
    step: Number = schema.get("multipleOf") or (1 if whole else 0)
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(above := schema.get("exclusiveMinimum"), int | float):
        low = max(above + (step or 0.5), above if low is None else low)
    if isinstance(below := schema.get("exclusiveMaximum"), int | float):
        high = min(below - (step or 0.5), below if high is None else high)
    if low is not None and value < low:
        value = math.ceil(low / step) * step if step else low
    if high is not None and value > high:
        value = math.floor(high / step) * step if step else high
    if whole:
        return int(value)
    return value


def _fitting(text: str, schema: Schema) -> str:
    """Cut or fill `text` to the length that the schema allows."""
    text = text[: schema.get("maxLength", 2_000)]
    return text.ljust(schema.get("minLength", 0), ".")


def _open(pattern: str) -> str:
    """Return `pattern` without its anchors, to look for it inside a text."""
    return pattern.removeprefix("^").removesuffix("$")
