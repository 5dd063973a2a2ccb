"""Everything is checked before anything is sent."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import content_hash
from hf_integrations.ruvvector.documents import (
    MAX_ITEM_BYTES,
    document_faults,
    documents_of,
    id_list,
)
from hf_integrations.ruvvector.metrics import METRICS
from hf_integrations.ruvvector.rows import BATCH_BYTES, matrix, query_vector, rows_of
from tests.ruvvector.test_strict_json import TEXTS, VALUES

COSINE, L2 = METRICS["cosine"], METRICS["l2"]


@pytest.mark.parametrize(
    ("texts", "metadata", "ids", "sentence"),
    [
        ("abc", None, None, "texts is a string"),
        (["a"], [{}, {}], None, "metadata has 2 items for 1 texts"),
        (["a"], {"k": 1}, None, "metadata is a dict; give a list"),
        (["a", "b"], None, ["x"], "ids has 1 items for 2 texts"),
        (["a"], None, "x", "ids is a string; give a list"),
        (["a", 5], None, None, "item 1: its text is a int"),
        (["a", "b\x00"], None, None, "item 1: its text holds a NUL"),
        (["\ud800"], None, None, "item 0: its text holds a lone surrogate"),
        (["a"], ["x"], None, "item 0: its metadata is a str; give a dict"),
        (["a"], [{"d": dt.date(2020, 1, 1)}], None, "item 0: its metadata has a key 'd' whose"),
        (["a"], None, [7], "item 0: its id is a int"),
        (["a"], None, [""], "item 0: its id is empty"),
        (["a"], None, ["x\x00"], "item 0: its id holds a NUL"),
        (["a"], None, ["é" * 1_001], "item 0: its id has more than 2000 bytes"),
        (["a"], [{"n": 10**5_000}], None, "metadata of row 0 cannot be written"),
        (["a"], None, {"1"}, "ids is a set; give a list, one per text"),
    ],
)
def test_what_cannot_be_stored_is_named(texts: Any, metadata: Any, ids: Any, sentence: str) -> None:
    """The message names argument, item and what to change."""
    with pytest.raises(ValidationError, match=sentence):
        documents_of(texts, metadata, ids, None)


def test_all_faults_of_a_batch_are_listed() -> None:
    """`failed` has the sentence for each item at fault, by index."""
    with pytest.raises(ValidationError, match="2 of 3 items are at fault") as caught:
        documents_of(["ok", "\x00", "x"], [None, None, {"a": float("nan")}], None, None)
    assert sorted(caught.value.failed) == [1, 2]


def test_an_item_of_enormous_size_is_refused() -> None:
    """PostgreSQL's own limit is not waited for."""
    with pytest.raises(ValidationError, match="text has more than 67108864 bytes; split it"):
        documents_of(["x" * (MAX_ITEM_BYTES + 1)], None, None, None)
    with pytest.raises(ValidationError, match="metadata of row 0 has more than"):
        documents_of(["a"], [{"k": "x" * MAX_ITEM_BYTES}], None, None)


def test_ids_are_made_where_none_is_given() -> None:
    """A missing id is a random UUID; a given one is kept."""
    given_id, made = documents_of(["a", "b"], None, ["mine", None], None).ids
    assert given_id == "mine"
    assert uuid.UUID(made).version == 4


@pytest.mark.parametrize(
    ("vectors", "count", "sentence"),
    [
        ([[1.0, 2.0]], 2, "vectors has 1 rows for 2 texts"),
        ([1.0, 2.0], 2, "vectors has 1 axes"),
        ([[1.0], [1.0, 2.0]], 2, "rows of one length"),
        ([["a"]], 1, "not a table of numbers"),
        ([[]], 1, "vectors has 0 dimensions"),
        ([[1.0] * 64_001], 1, "64001 dimensions; pgvector takes 1 to 64000"),
        ([[1.0, float("nan")]], 1, "item 0: its vector: it is not finite"),
        ([[1.0, 0.0], [float("inf"), 0.0]], 2, "item 1: its vector: it is not finite"),
        ([[1e39, 0.0]], 1, "item 0: its vector: it is not finite in float32"),
        ([[1.0, 0.0], [0.0, 0.0]], 2, "item 1: its vector: it has length 0"),
        ([[1e-30, 0.0]], 1, "item 0: its vector: it has length 0"),
        ([[1e30, 1e30]], 1, "item 0: its vector: it has length 0 .or beyond float32"),
    ],
)
def test_vectors_that_do_not_fit_are_named(vectors: Any, count: int, sentence: str) -> None:
    """Shape, finiteness and, for cosine, length are checked in float32."""
    with pytest.raises(ValidationError, match=sentence):
        matrix(vectors, count, COSINE)


def test_zero_vector_has_a_distance_where_direction_does_not_matter() -> None:
    """Only cosine needs a length."""
    assert matrix([[0.0, 0.0]], 1, L2).tolist() == [[0.0, 0.0]]


def test_lists_and_other_number_types_become_float32() -> None:
    """Whatever numbers come in, float32 is stored."""
    array = matrix(np.ones((2, 3), np.int64), 2, COSINE)
    assert (array.dtype, array.shape) == (np.dtype(np.float32), (2, 3))
    assert matrix([], 0, COSINE).shape[0] == 0


def test_query_vector_is_one_row() -> None:
    """A matrix is no query."""
    with pytest.raises(ValidationError, match="vector has 2 axes"):
        query_vector([[1.0, 2.0]], COSINE)
    with pytest.raises(ValidationError, match="vector cannot be searched for: it is not finite"):
        query_vector([float("nan")], COSINE)


@given(st.lists(st.sampled_from("abcdé"), min_size=1, max_size=12))
def test_of_equal_ids_the_last_wins_and_rows_are_in_order(ids: list[str]) -> None:
    """Rows are unique and sorted, each with the content that came last."""
    texts = [str(row) for row in range(len(ids))]
    vectors = np.arange(1, len(ids) + 1, dtype=np.float32)[:, np.newaxis]
    rows = rows_of(documents_of(texts, None, ids, None), vectors, provider=None, model=None)

    last = {name: row for row, name in enumerate(ids)}
    assert rows.documents.ids == sorted(last)
    assert [int(text) for text in rows.documents.texts] == [last[name] for name in sorted(last)]
    assert [int(x) - 1 for x in rows.vectors[:, 0]] == [last[name] for name in sorted(last)]


def test_batches_are_cut_by_count_and_by_bytes() -> None:
    """No statement has more than 250 rows, nor much more than 16 MiB."""
    small = documents_of(["a"] * 600, None, None, None)
    rows = rows_of(small, np.ones((600, 2), np.float32), provider=None, model=None)
    assert [batch.stop - batch.start for batch in rows.batches()] == [250, 250, 100]

    large = documents_of(["x" * (BATCH_BYTES // 2)] * 4, None, ["a", "b", "c", "d"], None)
    rows = rows_of(large, np.ones((4, 2), np.float32), provider=None, model=None)
    assert [(batch.start, batch.stop) for batch in rows.batches()] == [(0, 2), (2, 4)]


def test_hash_covers_text_metadata_and_model() -> None:
    """Each of the three changes it; the order of keys does not."""
    same = content_hash("t", {"a": 1, "b": 2}, "m")
    assert same == content_hash("t", {"b": 2, "a": 1}, "m")
    assert re.fullmatch("[0-9a-f]{64}", same)
    others = [
        content_hash("T", {"a": 1, "b": 2}, "m"),
        content_hash("t", {"a": 1, "b": 3}, "m"),
        content_hash("t", {"a": 1, "b": 2}, "M"),
        content_hash("t", {"a": "1", "b": 2}, "m"),
    ]
    assert len({same, *others}) == 5


@settings(max_examples=40)
@given(st.lists(st.tuples(TEXTS, st.none() | st.dictionaries(TEXTS, VALUES)), max_size=3), TEXTS)
def test_hashes_are_what_a_caller_computes(
    rows: list[tuple[str, dict[str, Any] | None]], model: str
) -> None:
    """Whatever is stored, and however its neighbours look."""
    documents = documents_of(
        [text for text, _ in rows], [fields for _, fields in rows], None, model
    )
    assert documents.hashes() == [content_hash(text, fields, model) for text, fields in rows]
    assert [json.loads(text) for text in documents.metadata] == [fields or {} for _, fields in rows]
    assert documents.hashes(slice(1, 3)) == documents.hashes()[1:3]


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.none()), max_size=4))
def test_no_fault_is_overlooked_where_rows_are_looked_at_together(
    rows: list[dict[str, Any]],
) -> None:
    """The faults are those of each row by itself."""
    texts = ["a"] * len(rows)
    each = [document_faults(["a"], [fields], [None]).get(0) for fields in rows]
    assert document_faults(texts, rows, [None] * len(rows)) == {
        row: fault for row, fault in enumerate(each) if fault
    }


def test_id_lists_are_checked() -> None:
    """A single string or a wrong id is refused by name."""
    assert id_list(("a", "b")) == ["a", "b"]
    with pytest.raises(ValidationError, match="ids is a string"):
        id_list("abc")
    with pytest.raises(ValidationError, match="ids: item 1 is a int"):
        id_list(["a", 2])
