"""A class becomes a JSON schema, and the answer an object of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.models.forms import Form, is_form, schema_of, unfenced

SECRET = "a very secret text"


class Pet(msgspec.Struct):
    """A pet."""

    name: str
    age: int = 1


@dataclass
class Home:
    """Where pets live."""

    pets: list[Pet]


class Street(TypedDict):
    """Homes in a row."""

    name: str
    number: NotRequired[int]


class Town(pydantic.BaseModel):
    """A town."""

    name: str
    size: int = pydantic.Field(gt=0)


class Node(msgspec.Struct):
    """Something that has its like inside."""

    inner: list[Node]


@pytest.mark.parametrize("shape", [Pet, Home, Street, Town])
def test_a_class_is_asked_for_by_its_schema(shape: Any) -> None:
    """In OpenAI's words, with an object at the top, closed to what it does not list."""
    wanted = Form.of(shape).wire

    assert wanted["type"] == "json_schema"
    assert wanted["json_schema"]["name"] == shape.__name__
    assert wanted["json_schema"]["description"] == shape.__doc__
    schema = wanted["json_schema"]["schema"]
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)


def test_strict_is_said_where_its_rules_are_kept() -> None:
    """Every field required, at every depth."""

    class Loose(msgspec.Struct):
        extra: dict[str, int]

    assert "strict" not in Form.of(Pet).wire["json_schema"]
    assert "strict" not in Form.of(Home).wire["json_schema"]
    assert "strict" not in Form.of(Street).wire["json_schema"]
    assert Form.of(Town).wire["json_schema"]["strict"] is True
    assert Form.of(Loose).wire["json_schema"]["schema"]["properties"]["extra"]


def test_what_refers_to_itself_keeps_its_definition() -> None:
    """And what others refer to."""
    assert schema_of(Node, "x")["$defs"].keys() == {"Node"}
    assert schema_of(Home, "x")["$defs"].keys() == {"Pet"}
    assert "$defs" not in schema_of(Pet, "x")


@pytest.mark.parametrize(
    ("shape", "text", "made"),
    [
        (Pet, '{"name": "Rex"}', Pet("Rex")),
        (Home, '{"pets": [{"name": "Rex", "age": 2}]}', Home([Pet("Rex", 2)])),
        (Street, '{"name": "A"}', {"name": "A"}),
        (Town, '{"name": "A", "size": 2}', Town(name="A", size=2)),
        (Pet, '```json\n{"name": "Rex"}\n```', Pet("Rex")),
        (Pet, ' ```\n{"name": "Rex"}``` ', Pet("Rex")),
    ],
)
def test_an_answer_becomes_an_object(shape: Any, text: str, made: Any) -> None:
    """Also out of a Markdown fence."""
    assert Form.of(shape).read(text) == made


@pytest.mark.parametrize("shape", [Pet, Home, Street, Town])
@pytest.mark.parametrize(
    "text", ["", "no", "[1]", '{"name": 5}', f'{{"name": "{SECRET}", "size": 0}}']
)
def test_an_answer_that_does_not_fit_is_an_error_that_shows_none_of_it(
    shape: Any, text: str
) -> None:
    """It says where, and why."""
    if shape in (Pet, Street) and SECRET in text:
        return
    with pytest.raises(DecodeError, match=f"^The answer is no {shape.__name__}: ") as caught:
        Form.of(shape).read(text)
    assert SECRET not in str(caught.value)


@given(st.text())
def test_any_text_is_an_object_or_an_error_of_ours(text: str) -> None:
    """Nothing else is ever raised."""
    for form in (Form.of(Pet), Form.of(Town), Form.of({"type": "json_object"})):
        try:
            form.read(text)
        except DecodeError:
            continue


def test_a_dict_is_sent_as_it_is() -> None:
    """And its answer read as JSON, if it is to be JSON."""
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}

    assert Form.of(wanted).wire is wanted
    assert Form.of(wanted).read('{"a": 1}') == {"a": 1}
    assert Form.of({"type": "json_object"}).read("[1]") == [1]
    assert Form.of({"type": "regex", "value": "a+"}).read("aa") == "aa"
    with pytest.raises(DecodeError, match="The answer is not JSON"):
        Form.of({"type": "json_object"}).read("no")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "response_format.type is missing."),
        ({"schema": {}}, "response_format.type is missing."),
        ("json", "response_format must be a dict or a class (a dataclass, a TypedDict"),
        (int, "response_format must be a dict or a class"),
        (list[Pet], "response_format must be a dict or a class"),
        (Pet("Rex"), "response_format must be a dict or a class"),
    ],
)
def test_what_is_no_form_is_refused(given: Any, said: str) -> None:
    """With what would be one."""
    assert not is_form(given)
    with pytest.raises(ValidationError) as caught:
        Form.of(given)
    assert str(caught.value).startswith(said)


def test_a_class_without_a_schema_is_refused() -> None:
    """JSON has no place for it."""

    class Odd(msgspec.Struct):
        what: complex

    with pytest.raises(ValidationError, match="response_format: Odd has no JSON schema"):
        Form.of(Odd)


def test_a_fence_within_a_text_stays() -> None:
    """Only one around all of it is taken off."""
    assert unfenced("a ```json\n1\n``` b") == "a ```json\n1\n``` b"
