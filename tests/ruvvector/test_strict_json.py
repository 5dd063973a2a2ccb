"""JSON that comes back as it was, or a sentence that says why not."""

import datetime as dt
import enum
import json
import types
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.strict_json import (
    canonical,
    dumps,
    encode,
    json_fault,
    mapping_fault,
    text_fault,
)

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=12
)


class Lang(enum.StrEnum):
    """An enumeration as people keep it in metadata."""

    EN = "en"


@given(VALUES)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    """What JSON knows is written without loss."""
    assert json.loads(dumps(value, "it")) == value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"a": float("nan")}, "it has a key 'a' whose value is NaN or infinite"),
        ({"a": [1, float("-inf")]}, "it has a key 'a' whose value has an item that is NaN"),
        (
            {"a": {"b": "x\x00"}},
            "it has a key 'a' whose value has a key 'b' whose value holds a NUL",
        ),
        ({"a\x00": 1}, "it has a key that holds a NUL"),
        ({"a": "\ud800"}, "lone surrogate"),
        ({1: "a"}, "a key of type int; keys are strings"),
        ({"when": dt.date(2020, 1, 1)}, r"'when' whose value is a date.*isoformat"),
        ({"n": np.int64(3)}, r"'n' whose value is a int64.*item\(\)"),
        ({"s": {1, 2}}, "is a set, which JSON does not know; give a list"),
        ({"b": b"x"}, "is a bytes, which JSON does not know; give a string"),
    ],
)
def test_what_is_not_json_is_named_with_its_key(value: Any, sentence: str) -> None:
    """The sentence leads to the place, and never quotes the value."""
    with pytest.raises(ValidationError, match=sentence):
        dumps(value, "it")


def test_numbers_and_strings_of_other_classes_are_taken() -> None:
    """NumPy's float64 and enumerations of strings are numbers and strings."""
    assert dumps({"x": np.float64(0.5), "lang": Lang.EN}, "it") == '{"x":0.5,"lang":"en"}'


def test_endless_nesting_is_refused() -> None:
    """A list that holds itself does not exhaust the stack."""
    loop: list[Any] = []
    loop.append(loop)
    assert "nested deeper" in str(json_fault(loop))


def test_mapping_that_is_no_dict_is_refused_in_words() -> None:
    """The encoder's own error does not reach the caller."""
    with pytest.raises(ValidationError, match="use plain values"):
        dumps({"a": types.MappingProxyType({"b": 1})}, "it")


def test_long_backslash_sequences_are_not_taken_for_nul() -> None:
    """The six characters of an escaped NUL are text like any other."""
    assert json.loads(dumps("\\u0000", "it")) == "\\u0000"


def test_text_faults() -> None:
    """Only NUL and lone surrogates are faults of a text."""
    assert text_fault("a\x00")
    assert text_fault("\udc00")
    assert text_fault("née \U0001f600 \x01") is None


@given(st.dictionaries(TEXTS, SCALARS))
def test_canonical_text_does_not_depend_on_the_order_of_keys(value: dict[str, Any]) -> None:
    """Equal dicts give equal text."""
    turned = dict(reversed(list(value.items())))
    assert canonical(value) == canonical(turned)


@given(TEXTS, st.dictionaries(TEXTS, VALUES), TEXTS)
def test_canonical_text_is_that_of_pythons_encoder(
    text: str, value: dict[str, Any], model: str
) -> None:
    """Byte for byte, whichever encoder wrote it: hashes of years ago stay what they were."""
    plain = json.dumps(
        [text, value, model], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert canonical(text, value, model) == plain.encode()


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_no_fault_of_a_flat_dict_is_overlooked(value: dict[str, Any]) -> None:
    """Whatever its strings hold."""
    strings = [text for pair in value.items() for text in pair if isinstance(text, str)]
    assert (mapping_fault(value) is None) is all(text_fault(text) is None for text in strings)


def test_numbers_of_any_length_are_written() -> None:
    """Up to what Python itself writes."""
    assert encode({"n": 10**4_000}, "it") == b'{"n":1' + b"0" * 4_000 + b"}"
    with pytest.raises(ValidationError, match="use plain values"):
        encode({"n": 10**5_000}, "it")
