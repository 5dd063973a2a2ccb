"""Texts become bodies: in order, within the limits, nothing lost."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.services.batches import Batch, as_json, split

SECRET = "a very secret text"
texts = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=40)


@given(texts, st.integers(1, 50), st.integers(-10, 300))
def test_nothing_is_lost_and_no_limit_is_passed(
    inputs: list[str], most: int, most_bytes: int
) -> None:
    """Joined again, the batches are the texts; only a text that is too long alone is too long."""
    encoded = as_json(inputs)
    batches = list(split(encoded, most=most, most_bytes=most_bytes))

    assert [text for batch in batches for text in batch.texts] == encoded
    start = 0
    for batch in batches:
        assert batch.start == start
        start += len(batch.texts)
        assert 1 <= len(batch.texts) <= most
        assert len(b",".join(batch.texts)) <= most_bytes or len(batch.texts) == 1


@given(texts, st.integers(1, 50), st.integers(1, 300))
def test_no_batch_is_smaller_than_it_must_be(inputs: list[str], most: int, most_bytes: int) -> None:
    """The first text of the next one would not have fitted."""
    batches = list(split(as_json(inputs), most=most, most_bytes=most_bytes))

    for batch, following in pairwise(batches):
        grown = b",".join([*batch.texts, following.texts[0]])
        assert len(batch.texts) == most or len(grown) > most_bytes


@given(texts, st.dictionaries(st.text("abc", min_size=1), st.integers()))
def test_a_body_is_the_texts_and_the_rest(inputs: list[str], rest: dict[str, int]) -> None:
    """As JSON, the texts under their own name."""
    body = Batch(0, as_json(inputs)).body("inputs", msgspec.json.encode(rest))

    assert msgspec.json.decode(body) == {"inputs": inputs} | rest
    assert list(msgspec.json.decode(body)) == ["inputs", *rest]


@given(texts)
def test_halves_are_the_whole(inputs: list[str]) -> None:
    """Each with its own place."""
    batch = Batch(7, as_json([*inputs, "one more"]))
    left, right = batch.halves()

    assert left.texts + right.texts == batch.texts
    assert (left.start, right.start) == (7, 7 + len(left.texts))
    assert 0 <= len(right.texts) - len(left.texts) <= 1


@pytest.mark.parametrize(
    "inputs", [["a", "b"], ("a", "b"), np.array(["a", "b"]), deque(["a", "b"])]
)
def test_any_sequence_of_texts_is_taken(inputs: Any) -> None:
    """A list, a tuple, a column of a table; and one text alone."""
    assert as_json(inputs) == [b'"a"', b'"b"']
    assert as_json("a") == [b'"a"']


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ([], "inputs: give a string or a list of at least one string."),
        ((), "inputs: give a string"),
        (np.array([]), "inputs: give a string"),
        (None, "inputs: give a string"),
        (5, "inputs: give a string"),
        (b"a", "inputs: give a string"),
        ({"a": "b"}, "inputs: give a string"),
        ({"a", "b"}, "inputs: give a string"),
        (iter(["a"]), "inputs: give a string"),
        (["a", 5], "inputs[1] must be a string, not int."),
        (["a", None], "inputs[1] must be a string, not NoneType."),
        (["a", [SECRET]], "inputs[1] must be a string, not list."),
        (["a", SECRET.encode()], "inputs[1] must be a string, not bytes."),
        (["a", f"{SECRET}\ud800"], "inputs[1] has half a character (a lone surrogate)"),
    ],
)
def test_what_is_no_text_is_named_by_its_index(inputs: Any, said: str) -> None:
    """And not shown."""
    with pytest.raises(ValidationError) as caught:
        as_json(inputs)
    assert str(caught.value).startswith(said)
    assert SECRET not in str(caught.value)
