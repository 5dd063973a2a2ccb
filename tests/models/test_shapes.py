"""Where shapes meet JSON: strict to the caller, lenient to servers, silent about content."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Response
from hf_integrations.models.chat import ChatRequest
from hf_integrations.models.shapes import (
    Answer,
    Received,
    Sent,
    answer,
    as_dict,
    checked,
    decode,
    encode,
    request_id,
)
from tests.playing import elsewhere

SECRET = "a very secret text"


class Asked(Sent, frozen=True, kw_only=True):
    """What is sent."""

    name: str = ""
    count: int | None = None
    parts: list[int] = msgspec.field(default_factory=list)


class Given(Answer):
    """What is received."""

    name: str
    count: int = 0


class Text(str):
    """As the texts of LangChain's messages."""


class Count(int):
    """A kind of int."""


class Share(float):
    """A kind of float."""


class Model:
    """As pydantic's models."""

    def model_dump(self) -> dict[str, Any]:
        """The fields."""
        return {"a": 1}


def test_only_what_was_set_is_sent() -> None:
    """A default is not on the wire, a false value that was set is."""
    assert encode(Asked(name="x")) == b'{"name":"x"}'
    assert as_dict(Asked(count=0)) == {"count": 0}


def test_numpy_and_pydantic_are_json_too() -> None:
    """Arrays, numbers and models, at any depth."""
    value = {"a": np.array([1.5, 2.5]), "b": [np.int64(3)], "c": Model(), "d": np.float32(0.5)}
    expected = {"a": [1.5, 2.5], "b": [3], "c": {"a": 1}, "d": 0.5}

    assert as_dict(value) == expected
    assert msgspec.json.decode(encode(value)) == expected
    assert encode({"t": datetime(2026, 1, 2, tzinfo=UTC)}) == b'{"t":"2026-01-02T00:00:00Z"}'


def test_kinds_of_texts_and_numbers_are_texts_and_numbers() -> None:
    """Frameworks have their own."""
    value = {"a": Text("x"), "b": Count(3), "c": Share(0.5), "d": np.str_("y")}

    assert encode(value) == b'{"a":"x","b":3,"c":0.5,"d":"y"}'
    assert as_dict(value) == {"a": "x", "b": 3, "c": 0.5, "d": "y"}


def endless() -> list[Any]:
    """A list that holds itself."""
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": object()}, "object is not JSON"),
        ({"a": f"{SECRET}\ud800"}, "UnicodeEncodeError"),
        ({(1, 2): "a"}, ""),
        (endless(), "RecursionError"),
    ],
)
def test_what_is_not_json_is_refused_and_not_shown(value: Any, reason: str) -> None:
    """By its type, whichever way it was to be written."""
    with pytest.raises(ValidationError, match=f"cannot be written as JSON: .*{reason}") as caught:
        encode(value)
    assert SECRET not in str(caught.value)


def test_what_has_no_plain_form_is_refused_too() -> None:
    """As a dict, before more fields are added."""
    with pytest.raises(ValidationError, match="object is not JSON"):
        as_dict({"a": object()})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_written_or_refused(value: Any) -> None:
    """Nothing else is raised."""
    try:
        body = encode(value)
    except ValidationError:
        return
    assert msgspec.json.encode(msgspec.json.decode(body)) == body


def test_servers_may_send_more_than_is_known() -> None:
    """It is no error, and can be seen."""
    response = Response(200, {"x-request-id": "abc"}, b'{"name": "x", "new": [1]}')
    given = answer(response, Given)

    assert (given.name, given.count) == ("x", 0)
    assert given.raw == {"name": "x", "new": [1]}
    assert given.request_id == "abc"
    assert given.http is response


def test_an_answer_may_leave_its_exchange_behind() -> None:
    """A pickle does not carry it, and the answer works without."""
    given = answer(Response(200, {}, b'{"name": "x", "new": 1}'), Given)
    there = elsewhere(given)

    assert there == given
    assert there.http is None
    assert there.request_id is None
    assert there.raw == {"name": "x"}
    assert copy.deepcopy(given) == given


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"name": 5}', b'{"name": "\xff"}'])
def test_an_answer_that_does_not_fit_is_an_error_that_does_not_show_it(body: bytes) -> None:
    """It may quote the prompt; of which call it is, the exchange says."""
    body = body.replace(b"<html>", f"<html>{SECRET}".encode())
    with pytest.raises(DecodeError, match="does not fit its shape") as caught:
        answer(Response(200, {"inference-id": "abc"}, body), Given)
    assert SECRET not in str(caught.value)


def test_a_list_is_an_answer_that_remembers_nothing() -> None:
    """Only an `Answer` can."""
    assert answer(Response(200, {}, b"[1, 2]"), list[int]) == [1, 2]
    assert decode(b'{"name":"x"}', Given).http is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": 1}, "title: there is no such parameter; extra_body= sends what is not listed."),
        ({"name": 1}, "name: expected `str`, got `int`."),
        ({"parts": [1, "x"]}, "parts[1]: expected `int`, got `str`."),
        ({"count": "3"}, "count: expected `int | null`, got `str`."),
    ],
)
def test_what_the_caller_gave_is_named_where_it_is_wrong(values: dict[str, Any], said: str) -> None:
    """In words, without the value."""
    with pytest.raises(ValidationError) as caught:
        checked(values, Asked)
    assert str(caught.value) == said


def test_what_is_missing_is_named() -> None:
    """It has no place."""
    with pytest.raises(ValidationError, match=r"^Object missing required field `messages`\.$"):
        checked({}, ChatRequest)


def test_numbers_of_numpy_are_numbers() -> None:
    """Parameters often come out of a computation."""
    found = checked(
        {"messages": [], "temperature": np.float32(0.5), "max_tokens": np.int64(3)}, ChatRequest
    )

    assert (found.temperature, found.max_tokens) == (0.5, 3)


@pytest.mark.parametrize("value", [np.array([1.0]), np.float32(1), range(3)], ids=repr)
def test_what_is_no_mapping_is_named(value: object) -> None:
    """Also where it can be indexed as one can."""
    with pytest.raises(ValidationError, match=r"^logit_bias: expected `object"):
        checked({"messages": [], "temperature": 1.0, "logit_bias": value}, ChatRequest)


def test_parameters_are_checked_against_their_bounds() -> None:
    """The bounds of the shape."""
    with pytest.raises(ValidationError, match=r"temperature: expected `float` >= 0\.0"):
        checked({"messages": [], "temperature": -1}, ChatRequest)
    with pytest.raises(ValidationError, match="max_tokens: expected `int"):
        checked({"messages": [], "max_tokens": True}, ChatRequest)


def test_the_id_of_a_request_has_two_names() -> None:
    """The Hub's comes first."""
    assert request_id({"inference-id": "a", "x-request-id": "b"}) == "b"
    assert request_id({"inference-id": "a"}) == "a"
    assert request_id({}) is None


def test_received_shapes_compare_by_content() -> None:
    """So tests can say what they expect."""

    class Point(Received):
        x: int = 0

    assert Point(1) == Point(1)
    assert encode(Point()) == b"{}"
