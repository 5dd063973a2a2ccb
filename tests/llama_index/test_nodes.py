"""Nodes become rows, and rows nodes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.schema import Document, NodeRelationship, RelatedNodeInfo, TextNode

from hf_integrations.errors import ValidationError
from hf_integrations.llama_index.nodes import node_of, nodes_of, rows_of
from hf_integrations.ruvvector import Match, Record

KEYS = st.text(max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


def row(text: str, metadata: dict[str, Any], ident: str = "id") -> Record:
    """A row as the store gives it back."""
    return Record(ident, text, metadata, None, None, "", datetime.now(UTC))


@st.composite
def text_nodes(draw: st.DrawFn) -> TextNode:
    """Nodes with any text, metadata and relationships."""
    node = TextNode(text=draw(st.text()), metadata=draw(st.dictionaries(KEYS, VALUES, max_size=4)))
    for kind in draw(st.lists(st.sampled_from([*NodeRelationship][:4]), unique=True)):
        node.relationships[kind] = RelatedNodeInfo(node_id=draw(st.text(min_size=1)))
    node.start_char_idx = draw(st.none() | st.integers(0, 9))
    return node


@given(st.lists(text_nodes(), max_size=4))
def test_nodes_make_the_round_trip(nodes: list[TextNode]) -> None:
    """Whatever their text, metadata and relationships, and unchanged themselves."""
    for node in nodes:
        node.embedding = [1.0, 2.0]
    rows = rows_of(nodes)
    assert rows.vectors.shape == (len(nodes), 2 if nodes else 0)
    found = nodes_of(map(row, rows.texts, rows.metadata, rows.ids))
    for node, again in zip(nodes, found, strict=True):
        assert node.embedding == [1.0, 2.0]
        assert again == node.model_copy(update={"embedding": None})


@given(st.text(), st.dictionaries(KEYS, VALUES, max_size=4))
def test_a_row_that_never_was_a_node(text: str, metadata: dict[str, Any]) -> None:
    """Is a text with its metadata."""
    match = Match("id", text, metadata, 0.5, 0.5)
    assert node_of(match) == TextNode(id_="id", text=text, metadata=metadata)


@pytest.mark.parametrize("content", ["no json", "[]", "{}", 7, None])
def test_a_row_that_only_looks_like_a_node(content: Any) -> None:
    """Does not spoil the answer it is part of."""
    node = node_of(row("a", {"_node_content": content, "k": 1}))
    assert node.get_content() == "a"


def test_the_text_is_stored_once() -> None:
    """And the embedding in its column alone."""
    node = TextNode(text="unmistakable", embedding=[0.125], metadata={"k": "v"})
    (metadata,) = rows_of([node]).metadata
    assert "unmistakable" not in repr(metadata)
    assert "0.125" not in repr(metadata)
    assert metadata["k"] == "v"


def test_vectors_are_float32() -> None:
    """Too large a number becomes infinite, which the store refuses by name."""
    rows = rows_of([TextNode(text="a", embedding=[1e300])])
    assert rows.vectors.dtype == np.float32
    assert np.isinf(rows.vectors).all()


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ("text", "nodes is a str"),
        (None, "nodes is a NoneType"),
        (TextNode(text="a", embedding=[1.0]), "nodes is a TextNode"),
        ([TextNode(text="a", embedding=[1.0]), None], r"nodes\[1\] is a NoneType"),
        ([Document(text="a")], r"nodes\[0\] has no embedding"),
    ],
)
def test_what_is_no_node_is_named(nodes: Any, words: str) -> None:
    """One clear error, before anything is stored."""
    with pytest.raises(ValidationError, match=words):
        rows_of(nodes)


def test_embeddings_that_are_missing_or_of_other_lengths() -> None:
    """Are named by the node's place."""
    fine, short, none = (TextNode(text="a", embedding=e) for e in ([1.0, 2.0], [1.0], None))
    with pytest.raises(ValidationError, match=r"nodes\[1\] has an embedding of 1 numbers"):
        rows_of([fine, short])
    with pytest.raises(ValidationError, match=r"nodes\[2\] has no embedding"):
        rows_of([fine, fine, none])
