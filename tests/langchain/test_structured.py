"""Structured output: every kind of schema by every method."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pydantic
import pytest
from langchain_core.exceptions import OutputParserException
from pydantic import BaseModel
from typing_extensions import TypedDict

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ValidationError
from hf_integrations.langchain import ChatHfInference
from hf_integrations.langchain.structured import plan
from tests.langchain.conftest import last_body
from tests.langchain.scripts import answer


class Person(BaseModel):
    """A person."""

    name: str
    age: int


class PersonDict(TypedDict):
    """A person."""

    name: str
    age: int


@dataclass
class PersonData:
    """A person."""

    name: str
    age: int


SCHEMAS: dict[str, Any] = {
    "pydantic": Person,
    "typeddict": PersonDict,
    "dataclass": PersonData,
    "json schema": Person.model_json_schema(),
    "tool": {
        "type": "function",
        "function": {
            "name": "Person",
            "description": "A person.",
            "parameters": Person.model_json_schema(),
        },
    },
}
METHODS: list[Any] = ["function_calling", "json_schema", "json_mode"]
QUESTION = 'Ada is 36. Answer as JSON with the keys "name" and "age".'
ADA = '{"name": "Ada", "age": 36}'


def said(method: str, arguments: str = ADA, name: str = "Person") -> dict[str, Any]:
    """An answer of the model, as the method has it."""
    if method != "function_calling":
        return answer({"content": arguments})
    call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return answer({"content": None, "tool_calls": [call]})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_every_schema_by_every_method(
    kind: str, method: Any, chat: ChatHfInference, fresh: Emulator
) -> None:
    """Classes give instances, the others dicts."""
    schema = SCHEMAS[kind]
    name = getattr(schema, "__name__", "Person")
    fresh.fail_next(**said(method, name=name))
    found = chat.with_structured_output(schema, method=method).invoke(QUESTION)

    made = {"pydantic": Person(name="Ada", age=36), "dataclass": PersonData("Ada", 36)}
    assert found == made.get(kind, {"name": "Ada", "age": 36})


@pytest.mark.parametrize("method", METHODS)
async def test_the_emulator_understands_what_is_asked(method: Any, chat: ChatHfInference) -> None:
    """Nothing scripted: the shape asked for is the shape that comes, in asyncio too."""
    wanted = chat.with_structured_output(Person, method=method)
    prompt = (
        f"{QUESTION} {json.dumps(Person.model_json_schema())}"
        if method == "json_mode"
        else QUESTION
    )

    assert isinstance(wanted.invoke(prompt), Person)
    assert isinstance(await wanted.ainvoke(prompt), Person)


def test_the_methods_say_what_they_say(chat: ChatHfInference, fresh: Emulator) -> None:
    """A forced tool, a schema in OpenAI's form, or just JSON."""
    for method in METHODS:
        chat.with_structured_output(Person, method=method, include_raw=True).invoke(QUESTION)
    tool, schema, mode = (one.json for one in fresh.requests if one.method == "POST")

    assert tool["tool_choice"] == {"type": "function", "function": {"name": "Person"}}
    assert [one["function"]["name"] for one in tool["tools"]] == ["Person"]
    assert schema["response_format"]["json_schema"]["name"] == "Person"
    assert schema["response_format"]["json_schema"]["schema"]["required"] == ["name", "age"]
    assert mode["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
@pytest.mark.parametrize("strict", [True, False])
def test_strict_reaches_the_wire(
    method: Any, strict: bool, chat: ChatHfInference, fresh: Emulator
) -> None:
    """Where the method has a place for it."""
    chat.with_structured_output(Person, method=method, strict=strict).invoke(QUESTION)
    body = last_body(fresh)

    place = (
        body["response_format"]["json_schema"]
        if method == "json_schema"
        else body["tools"][0]["function"]
    )
    assert place["strict"] is strict


@pytest.mark.parametrize("method", METHODS)
def test_raw_comes_beside_what_was_read(
    method: Any, chat: ChatHfInference, fresh: Emulator
) -> None:
    """The message, the result, and no error."""
    fresh.fail_next(**said(method))
    found = chat.with_structured_output(Person, method=method, include_raw=True).invoke(QUESTION)

    assert found["parsed"] == Person(name="Ada", age=36)
    assert found["parsing_error"] is None
    assert found["raw"].response_metadata["model_provider"] == "huggingface"


@pytest.mark.parametrize("method", METHODS)
def test_an_answer_that_does_not_fit_is_an_error(
    method: Any, chat: ChatHfInference, fresh: Emulator
) -> None:
    """Raised, or handed over beside the raw message."""
    wrong = '{"name": "Ada", "age": "unknown"}'
    fresh.fail_next(**said(method, wrong), times=2)
    raw = chat.with_structured_output(Person, method=method, include_raw=True).invoke(QUESTION)

    assert raw["parsed"] is None
    assert isinstance(raw["parsing_error"], Exception)
    with pytest.raises((OutputParserException, pydantic.ValidationError)):
        chat.with_structured_output(Person, method=method).invoke(QUESTION)


@pytest.mark.parametrize("kind", list(SCHEMAS))
@pytest.mark.parametrize("broken", [True, False])
async def test_an_answer_without_a_call_is_an_error(
    kind: str, broken: bool, chat: ChatHfInference, fresh: Emulator
) -> None:
    """Cut off, or in words: never a None that goes on through a chain."""
    name = getattr(SCHEMAS[kind], "__name__", "Person")
    cut = said("function_calling", '{"name": "Ada", "a', name)
    fresh.fail_next(**(cut if broken else answer({"content": "Ada is 36."})), times=3)
    wanted = chat.with_structured_output(SCHEMAS[kind])
    with pytest.raises(OutputParserException, match="finish_reason='stop'"):
        wanted.invoke(QUESTION)
    with pytest.raises(OutputParserException, match="call"):
        await wanted.ainvoke(QUESTION)
    raw = chat.with_structured_output(SCHEMAS[kind], include_raw=True).invoke(QUESTION)
    assert isinstance(raw["parsing_error"], OutputParserException)
    assert raw["parsed"] is None


def test_a_dataclass_is_checked(chat: ChatHfInference, fresh: Emulator) -> None:
    """Its fields have the types they say; the error names them, and not what the model said."""
    fresh.fail_next(**said("json_schema", '{"name": "Ada", "age": "unknown"}'))

    with pytest.raises(OutputParserException, match=r"is no PersonData: age: .*integer") as caught:
        chat.with_structured_output(PersonData, method="json_schema").invoke(QUESTION)
    assert "unknown" not in str(caught.value)


def test_further_arguments_are_bound(chat: ChatHfInference, fresh: Emulator) -> None:
    """Whatever a call may be told."""
    chat.with_structured_output(Person, seed=7).invoke(QUESTION)

    assert last_body(fresh)["seed"] == 7


def test_what_cannot_be_is_refused(chat: ChatHfInference) -> None:
    """Before anything is sent."""
    unknown: Any = "telepathy"
    with pytest.raises(ValidationError, match="function_calling, json_schema, json_mode"):
        chat.with_structured_output(Person, method=unknown)
    with pytest.raises(ValidationError, match="strict"):
        chat.with_structured_output(Person, method="json_mode", strict=True)


def test_a_plan_says_what_a_trace_shall_show() -> None:
    """The method, and the schema in a form that can be shown."""
    traced = plan(PersonData, method="json_schema", strict=None).traced

    assert traced["kwargs"] == {"method": "json_schema"}
    assert traced["schema"]["title"] == "PersonData"
