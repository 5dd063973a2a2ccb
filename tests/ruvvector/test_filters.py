"""A filter from a dict or by hand: one tree, checked as it is made."""

from __future__ import annotations

import datetime as dt
import operator
from functools import reduce
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import Filter
from hf_integrations.ruvvector.conditions import Parameters, condition_sql
from hf_integrations.ruvvector.filters import MAX_CONDITIONS, And, Condition, Not, Or
from hf_integrations.ruvvector.operands import MAX_DEPTH, Op

YEAR = Filter.key("year")


@pytest.mark.parametrize(
    ("spec", "tree"),
    [
        (None, And(())),
        ({}, And(())),
        ({"year": 2020}, YEAR.eq(2020)),
        ({"year": {"$ne": 1}}, YEAR.ne(1)),
        ({"year": {"$gte": 1, "$lt": 9}}, And((YEAR >= 1, YEAR < 9))),
        ({"year": {"$lte": 1.5}}, YEAR <= 1.5),
        ({"year": {"$gt": "a"}}, YEAR > "a"),
        ({"year": {"$in": [1, 2]}}, YEAR.in_([1, 2])),
        ({"year": {"$in": {1}}}, YEAR.in_([1])),
        ({"year": {"$in": np.array([1, 2])}}, YEAR.in_([1, 2])),
        ({"year": {"$nin": (1,)}}, YEAR.nin([1])),
        ({"year": {"$between": [1, 2]}}, YEAR.between(1, 2)),
        ({"year": {"$exists": False}}, YEAR.exists(False)),
        ({"year": {"$empty": True}}, YEAR.empty()),
        ({"year": {"$like": "a%"}}, YEAR.like("a%")),
        ({"year": {"$ilike": "a%"}}, YEAR.ilike("a%")),
        ({"year": {"$text_match": "a"}}, YEAR.text_match("a")),
        ({"year": {"$contains": None}}, YEAR.contains(None)),
        ({"year": {"$any": ["a"]}}, YEAR.any(["a"])),
        ({"year": {"$all": ["a"]}}, YEAR.all(["a"])),
        ({"year": {"$not": {"$gt": 3}}}, ~(YEAR > 3)),
        ({"$not": {"year": 1}}, Not(YEAR.eq(1))),
        ({"$or": [{"year": 1}, {}]}, Or((YEAR.eq(1), And(())))),
        ({"$and": [YEAR.eq(1)]}, And((YEAR.eq(1),))),
        ({"a.b": 1}, Condition(("a.b",), Op.EQ, 1)),
        ({("a", "b"): 1}, Filter.path("a", "b").eq(1)),
        ({Filter.path("a", "b"): 1}, Filter.path("a", "b") == 1),
        ({Filter.path("a", "b"): {"$ne": 1}, YEAR: 2}, (Filter.path("a", "b") != 1) & (YEAR == 2)),
        ({"year": None}, YEAR == None),  # noqa: E711 - a filter, not a question
        ({"a": {"b": 1}}, Filter.key("a").eq({"b": 1})),
        ({"a": 1, "b": 2}, Filter.key("a").eq(1) & Filter.key("b").eq(2)),
    ],
)
def test_dict_and_expression_are_one_tree(spec: Any, tree: Filter) -> None:
    """Each way to write a filter gives the same value."""
    assert Filter.of(spec) == tree


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"a": {"$regex": "x"}}, r"'\$regex' is not known; the operators are \$eq, .*\$not"),
        ({"a": {"$gt": 1, "b": 2}}, "operator 'b' is not known"),
        ({"$nor": []}, r"'\$nor' is not known"),
        ({"$or": {"a": 1}}, r"\$or takes a list of filters"),
        ({"$and": ["x"]}, "filter is a str; give a dict or a Filter"),
        ([("a", 1)], "filter is a list"),
        (True, "filter is a bool"),
        ({5: 1}, "a key of type int; give a string or tuple"),
        ({(): 1}, "a path a tuple of strings"),
        ({("a", 1): 1}, "a path a tuple of strings"),
        ({("a",) * 33: 1}, "at most 32 keys"),
        ({"a\x00": 1}, "a filter's key holds a NUL"),
        ({"a": "\x00"}, r"\$eq on key 'a': the value holds a NUL"),
        ({"a": "\ud800"}, "lone surrogate"),
        ({"a": float("nan")}, "the value is NaN"),
        ({"a": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "datetime, which JSON does not know"),
        ({"a": {"$gt": True}}, r"\$gt on key 'a': give a number or a string"),
        ({"a": {"$lt": None}}, "give a number or a string"),
        ({"a": {"$in": "abc"}}, "give a list of values"),
        ({"a": {"$in": [float("inf")]}}, "the value has an item that is NaN or infinite"),
        ({"a": {"$between": [1]}}, "give two numbers or two strings"),
        ({"a": {"$between": [1, "b"]}}, "give two numbers or two strings"),
        ({"a": {"$exists": 1}}, "give True or False"),
        ({"a": {"$like": 5}}, r"\$like on key 'a': give a string"),
        ({"a": {"$like": "x\\"}}, "lone backslash; write two"),
        ({"a": {"$ilike": "x\x00"}}, "the value holds a NUL"),
        ({"a": {"$contains": [1]}}, "give a string, number, boolean or None"),
        ({"a": {"$any": [[1]]}}, "the values are strings, numbers, booleans or None"),
    ],
)
def test_wrong_filters_say_what_is_wrong(spec: Any, sentence: str) -> None:
    """The message names operator and key, and what to give instead."""
    with pytest.raises(ValidationError, match=sentence):
        Filter.of(spec)


def test_filters_combine_by_signs() -> None:
    """And, or, not."""
    a, b = Filter.key("a").eq(1), Filter.key("b").eq(2)
    assert (a & b, a | b, ~a) == (And((a, b)), Or((a, b)), Not(a))


def test_filters_combine_with_dicts() -> None:
    """A dict stands for its filter on either side of a sign."""
    assert (YEAR > 1) & {"a": 1} == Filter.of({"year": {"$gt": 1}}) & Filter.of({"a": 1})
    assert {"a": 1} & (YEAR > 1) == And((Filter.key("a").eq(1), YEAR > 1))
    assert {"a": 1} | (YEAR > 1) == Or((Filter.key("a").eq(1), YEAR > 1))
    assert (YEAR > 1) | {"a": 1} == Or((YEAR > 1, Filter.key("a").eq(1)))
    with pytest.raises(ValidationError, match="filter is a bool"):
        _ = (YEAR > 1) & True  # type: ignore[operator]


def test_a_field_says_which_it_is() -> None:
    """A field is a key of dicts, and readable in a notebook."""
    assert repr(Filter.path("a", "b")) == "Filter.path('a', 'b')"
    assert hash(Filter.key("a")) == hash(Filter.path("a"))


def test_a_filter_has_no_truth_value() -> None:
    """`a and b` would silently drop one of two filters."""
    with pytest.raises(ValidationError, match=r"combine filters with &, \| and ~"):
        bool(YEAR.eq(1))


def test_text_match_takes_a_backslash_as_it_is() -> None:
    """Only patterns have an escape sign."""
    assert YEAR.text_match("\\") == Condition(("year",), Op.TEXT_MATCH, "\\")


@pytest.mark.parametrize("word", ["$and", "$not", "field"])
def test_endless_nesting_is_refused(word: str) -> None:
    """A filter from outside cannot exhaust the stack."""
    spec: dict[str, Any] = {"a": {"$gt": 1}}
    for _ in range(MAX_DEPTH + 2):
        match word:
            case "$and":
                spec = {"$and": [spec]}
            case "$not":
                spec = {"$not": spec}
            case _:
                spec = {"a": {"$not": spec["a"]}}
    with pytest.raises(ValidationError, match="nested deeper than 32"):
        Filter.of(spec)


def test_a_filter_grows_in_a_loop() -> None:
    """`|` and `&` nest nothing, so there are as many conditions as a statement takes."""
    for sign in (operator.or_, operator.and_):
        grown = reduce(sign, [YEAR.eq(n) for n in range(MAX_CONDITIONS)])
        assert len(grown.parts()) == Filter.of(grown).size() == MAX_CONDITIONS
        assert condition_sql(grown, Parameters())
    assert YEAR.eq(1) | (YEAR.eq(2) | YEAR.eq(3)) == YEAR.eq(1) | YEAR.eq(2) | YEAR.eq(3)
    deep: Filter = YEAR.eq(1)
    for _ in range(5_000):
        deep = ~deep
    with pytest.raises(ValidationError, match="deeper than 100 levels"):
        Filter.of(deep)


def test_too_many_conditions_are_refused() -> None:
    """A list of alternatives belongs into $in."""
    with pytest.raises(ValidationError, match=r"more than 2000 conditions; use \$in"):
        Filter.of({"$or": [{"a": n} for n in range(MAX_CONDITIONS + 1)]})


def test_size_counts_conditions() -> None:
    """A filter without a condition says nothing."""
    assert Filter.of({"$not": {"$or": [{}]}}).size() == 0
    assert Filter.of({"a": {"$gt": 1, "$lt": 2}}).size() == 2
