"""Values that fit their schema, with the words of the text."""

from __future__ import annotations

import enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from hf_integrations.emulator.evidence import Evidence
from hf_integrations.emulator.forms import Form


def fill(schema: dict[str, Any], text: str = "", **facts: Any) -> Any:
    """Fill in a form from `text`."""
    return Form(schema, Evidence(text, lambda: "The reply.", facts=[facts])).fill()


def fields(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object with these required fields."""
    return {"type": "object", "properties": properties, "required": list(properties)}


class Unit(enum.Enum):
    """Units of temperature."""

    CELSIUS = "celsius"
    FAHRENHEIT = "fahrenheit"


class Place(BaseModel):
    """A place."""

    city: str
    country: str | None = None


class Trip(BaseModel):
    """All that pydantic writes into a schema."""

    place: Place
    unit: Unit
    days: int = Field(gt=0, le=30)
    budget: float = Field(ge=0.5)
    tags: list[str] = Field(min_length=1, max_length=3)
    stops: list[Place] = Field(default_factory=list)
    sure: bool
    note: str | None = None
    code: str = Field(min_length=4, max_length=6)
    pairs: dict[str, int] = Field(default_factory=dict)


class Tree(BaseModel):
    """A schema that refers to itself."""

    name: str
    children: list[Tree]
    parent: Tree | None


@given(st.text(max_size=60))
def test_every_text_gives_a_valid_value(text: str) -> None:
    """Whatever the words, the schema holds."""
    Trip.model_validate(fill(Trip.model_json_schema(), text))


def test_the_words_are_used_where_they_fit() -> None:
    """Numbers, members of an enum, names and what is said to be true."""
    text = "A trip to Lisbon for 5 days in celsius, budget: 99.5, I am sure"
    found = Trip.model_validate(fill(Trip.model_json_schema(), text))

    assert found.place.city == "Lisbon"
    assert (found.days, found.budget, found.unit) == (5, 99.5, Unit.CELSIUS)
    assert found.sure
    assert found.note is None


def test_a_schema_that_refers_to_itself_ends() -> None:
    """Required children of children are left off at some depth."""
    found = fill(Tree.model_json_schema(), "x")
    assert Tree.model_validate(found).name


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"const": 5}, "", 5),
        ({"enum": ["red", "green"]}, "The Green one", "green"),
        ({"enum": ["red", "green"]}, "none", "red"),
        ({"enum": ["red", "green"], "default": "green"}, "none", "green"),
        ({"type": "null"}, "", None),
        ({"type": ["null", "integer"]}, "3", 3),
        ({"type": "integer", "default": 7}, "", 7),
        ({"type": "integer", "minimum": 10}, "3", 10),
        ({"type": "integer", "exclusiveMaximum": 3}, "30", 2),
        ({"type": "integer", "multipleOf": 5, "minimum": 12}, "3", 15),
        ({"type": "integer", "multipleOf": 5, "maximum": 12}, "13", 10),
        ({"type": "number", "exclusiveMinimum": 0, "minimum": 0}, "0", 0.5),
        ({"type": "number", "maximum": 2.5}, "2.75", 2.5),
        ({"type": "integer"}, "2.9", 2),
        ({"type": "array", "items": {"type": "integer"}}, "1, 2 and 3", [1, 2, 3]),
        ({"type": "array", "items": {"type": "string"}}, "'a' and 'b'", ["a", "b"]),
        ({"type": "array", "items": {"enum": ["a", "b", "c"]}}, "b, c", ["b", "c"]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, "1", [1, 0]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 1}, "1 2", [1]),
        ({"type": "string", "maxLength": 3}, "abcdef", "abc"),
        ({"type": "string", "minLength": 3}, "a", "a.."),
        ({"type": "string", "pattern": "^[A-Z]{2}\\d$"}, "room AB7", "AB7"),
        ({"type": "string", "format": "email"}, "to ada@example.org!", "ada@example.org"),
        ({"type": "string", "format": "date"}, "", "2000-01-01"),
        ({"type": "string", "format": "uri"}, "see https://a.b/c", "https://a.b/c"),
        ({}, "words", "words"),
        ({"allOf": [{"type": "integer"}, {"minimum": 4}]}, "3", 4),
        ({"oneOf": [{"type": "null"}, {"type": "boolean"}]}, "", False),
        ({"anyOf": [{"type": "null"}]}, "", None),
        ({"$ref": "#/nowhere"}, "words", "words"),
        ({"properties": {}}, "", {}),
    ],
)
def test_keywords_of_json_schema(schema: dict[str, Any], text: str, value: Any) -> None:
    """One keyword at a time."""
    assert fill(schema, text) == value


def test_two_numbers_go_to_two_fields() -> None:
    """In order, each once."""
    schema = fields(a={"type": "integer"}, b={"type": "integer"})
    assert fill(schema, "What is 3 + 4?") == {"a": 3, "b": 4}


def test_fields_that_ask_get_the_question_and_fields_that_answer_the_reply() -> None:
    """By their names."""
    schema = fields(query={"type": "string"}, answer={"type": "string"})
    assert fill(schema, "Who was it?") == {"query": "Who was it?", "answer": "The reply."}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("verbose please", True),
        ("not verbose", False),
        ("without verbose", False),
        ("verbose: no", False),
        ("verbose is true", True),
        ("quiet", False),
    ],
)
def test_what_is_mentioned_is_true_unless_denied(text: str, value: bool) -> None:
    """Yes and no in words."""
    assert fill(fields(verbose={"type": "boolean"}), text) == {"verbose": value}


def test_optional_fields_are_filled_when_the_text_speaks_of_them() -> None:
    """A field that nobody mentioned is left out."""
    schema = {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"enum": ["celsius", "kelvin"]},
            "days": {"type": "integer"},
            "note": {"type": "string"},
        },
        "required": ["city"],
    }
    assert fill(schema, "weather in Oslo") == {"city": "Oslo"}
    assert fill(schema, "weather in Oslo, kelvin, 3") == {
        "city": "Oslo",
        "unit": "kelvin",
        "days": 3,
    }
    assert fill(schema, "Oslo, note: cold")["note"] == "cold"


def test_results_of_tools_fill_fields_of_their_name_and_kind() -> None:
    """A fact of another kind does not fit."""
    schema = fields(sum={"type": "integer"}, unit={"type": "string"})
    assert fill(schema, "'km'", sum=7, unit=5) == {"sum": 7, "unit": "km"}


def test_nullable_fields_are_null_when_nothing_is_said() -> None:
    """Strict schemas require every field and let it be null."""
    nullable = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert fill(fields(note=nullable), "hello") == {"note": None}
    assert fill(fields(note=nullable), "note: hello") == {"note": "hello"}


def test_characters_beyond_ascii_are_kept() -> None:
    """No escapes and no loss."""
    text = "Create a customer named '你好啊集团' (Hello Group)"
    schema = fields(customer_name={"type": "string"}, description={"type": "string"})
    assert fill(schema, text) == {"customer_name": "你好啊集团", "description": "Hello Group"}
