"""The form of an answer, said in five dialects."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.routing.response_formats import check_grammar, for_tgi, schema_in

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
OPENAI = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        (OPENAI, {"type": "json", "value": SCHEMA}),
        ({"type": "json_object", "schema": SCHEMA}, {"type": "json", "value": SCHEMA}),
        ({"type": "json_object", "value": SCHEMA}, {"type": "json_object", "value": SCHEMA}),
        ({"type": "regex", "value": "a+"}, {"type": "regex", "value": "a+"}),
        ({"type": "text"}, None),
    ],
)
def test_tgi_is_asked_in_its_own_words(wanted: Any, written: Any) -> None:
    """Which may also be the caller's."""
    assert for_tgi(wanted, tools=False) == written


@pytest.mark.parametrize(
    ("wanted", "tools", "said"),
    [
        (OPENAI, True, "takes one of them only"),
        ({"type": "json_object"}, False, "needs a schema, and there is none"),
        (
            {"type": "json_schema", "json_schema": {"schema": {"type": "array"}}},
            False,
            "`properties`",
        ),
        ({"type": "json", "value": {"type": "array"}}, False, "with `properties`"),
    ],
)
def test_what_tgi_cannot_do_is_refused_unsent(wanted: Any, tools: bool, said: str) -> None:
    """With what to do instead."""
    with pytest.raises(ValidationError, match=said):
        for_tgi(wanted, tools=tools)


def test_a_schema_is_found_in_every_dialect() -> None:
    """Or there is none."""
    named = {"type": "json_schema", "value": {"name": "x", "schema": SCHEMA}}

    assert schema_in(OPENAI) == schema_in(named) == SCHEMA
    assert schema_in({"type": "regex", "value": "a"}) is None
    assert schema_in({"type": "json_object"}) is None


@pytest.mark.parametrize(
    ("grammar", "tgi", "said"),
    [
        ({"type": "json"}, False, "grammar must be"),
        ({"value": SCHEMA}, False, "grammar must be"),
        ({"type": "yaml", "value": SCHEMA}, False, "grammar must be"),
        ({"type": "regex", "value": SCHEMA}, False, "grammar must be"),
        ({"type": [], "value": "a"}, False, "grammar must be"),
        ({"type": "json", "value": {"type": "array"}}, True, "grammar: .* with `properties`"),
    ],
)
def test_a_grammar_that_no_server_could_take_is_refused_unsent(
    grammar: Any, tgi: bool, said: str
) -> None:
    """Some servers crash on it."""
    with pytest.raises(ValidationError, match=said):
        check_grammar(grammar, tgi=tgi)


def test_what_servers_take_as_a_grammar_is_left_alone() -> None:
    """A schema also as text, and named."""
    check_grammar({"type": "json", "value": {"type": "array"}})
    for value in (SCHEMA, "{}"):
        check_grammar({"type": "json", "value": value}, tgi=True)
    check_grammar({"type": "json_schema", "value": {"name": "x", "schema": SCHEMA}}, tgi=True)
    check_grammar({"type": "regex", "value": "a+"}, tgi=True)
