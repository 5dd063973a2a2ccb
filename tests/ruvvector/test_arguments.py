"""What callers give by mistake is one sentence, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.arguments import listed, named, number, word
from tests.ruvvector.colours import AnyStore

STRANGE: list[Any] = [
    0,
    1.5,
    object(),
    b"x",
    lambda: None,
    np.int64(3),
    {"a": 1},
    {"a"},
    np.zeros(()),
]


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: type(value).__name__)
def test_what_has_no_items_in_order_is_refused(value: Any) -> None:
    """By name and kind, and with what is wanted."""
    with pytest.raises(ValidationError, match=r"texts .*; give a list of strings"):
        listed("texts", value)


def test_whatever_has_items_in_order_is_a_list() -> None:
    """Generators and arrays too."""
    expected = ["a", "b"]
    for values in (expected, ("a", "b"), (text for text in "ab"), np.array(expected)):
        assert listed("texts", values) == expected


@pytest.mark.parametrize(
    "value", [None, "5", True, 1.5, float("nan"), 0, 11, 10**30, [], np.zeros(3)]
)
def test_a_number_is_a_number_within_bounds(value: Any) -> None:
    """And no truth value."""
    with pytest.raises(ValidationError, match="k is a whole number from 1 to 10"):
        number("k", value, 1, 10)
    number("k", 10, 1, 10)
    number("recall", 0.5, 0, 1, whole=False)


@pytest.mark.parametrize("value", [None, "x", 5, [], np.zeros(3)])
def test_a_word_is_one_of_those_known(value: Any) -> None:
    """All of which are named."""
    with pytest.raises(ValidationError, match="index is 'auto', 'keep' or 'defer'"):
        word("index", value, "auto", "keep", "defer")


@pytest.mark.parametrize("value", [None, "", 5, "a\x00", "\ud800", []])
def test_a_name_is_one_the_server_can_have(value: Any) -> None:
    """Before it is asked."""
    with pytest.raises(ValidationError, match=r"table (is empty|holds a)"):
        named("table", value)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("add", {"texts": None, "vectors": [[1.0]]}),
        ("add", {"texts": ["a"], "vectors": [[1.0]], "ids": 5}),
        ("add", {"texts": ["a"], "vectors": [[1.0]], "metadata": 5}),
        ("add", {"texts": ["a"], "vectors": [[1.0]], "model": b"m"}),
        ("add", {"texts": ["a"], "vectors": [[1.0]], "model": "\ud800"}),
        ("add", {"texts": ["a"], "vectors": [[1.0]], "provider": "\ud800"}),
        ("add", {"texts": ["a"], "vectors": [[1.0]], "index": "never"}),
        ("add", {"texts": ["a"], "vectors": [[1j]]}),
        ("get", {"ids": 5}),
        ("hashes", {"ids": None}),
        ("delete", {"ids": 5}),
        ("update_metadata", {"metadata": {"a": 1}, "ids": 5}),
        ("advise", {"sample": "many"}),
        ("create_index", {"m": "16"}),
        ("create_index", {"memory_mb": 1.5}),
        ("rebuild_index", {"workers": True}),
        ("create_text_index", {"language": 5}),
        ("migratable", {"schema": "\ud800"}),
        ("migrate_from", {"table": 5}),
        ("migrate_from", {"table": "t", "columns": [1]}),
        ("bulk_load", {"batches": [], "progress": 5}),
        ("near_duplicates", {"min_score": None}),
        ("measure_recall", {"sample": None}),
        ("measure_recall", {"queries": 5}),
    ],
)
def test_every_method_refuses_what_it_cannot_use(
    store: AnyStore, method: str, arguments: dict[str, Any]
) -> None:
    """As a sentence, and before anything is sent."""
    with pytest.raises(ValidationError):
        getattr(store, method)(**arguments)
    assert store.count() == 0


def test_generators_are_stored_as_lists_are(open_store: Callable[..., AnyStore]) -> None:
    """Each item once."""
    store = open_store(embed=lambda texts: [[float(len(text)), 1.0] for text in texts])
    texts = (text for text in ("a", "bb"))
    assert store.add(texts, ids=iter(["x", "y"]), metadata=iter([{"n": 1}, None])) == ["x", "y"]
    assert [(row.id, row.text, row.metadata) for row in store.get(iter(["y", "x"]))] == [
        ("y", "bb", {}),
        ("x", "a", {"n": 1}),
    ]


def test_generators_in_a_load_are_stored_as_lists_are(open_store: Callable[..., AnyStore]) -> None:
    """Texts, metadata and ids of a batch."""
    store = open_store(embed=lambda texts: [[float(len(text)), 1.0] for text in texts])
    batch = (iter(["a", "bb"]), None, iter([{"n": 1}, None]), iter(["x", "y"]))
    assert store.bulk_load([batch]).rows == 2
    assert [(row.id, row.text, row.metadata) for row in store.get()] == [
        ("x", "a", {"n": 1}),
        ("y", "bb", {}),
    ]
