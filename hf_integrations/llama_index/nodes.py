"""Nodes as rows of the store, and back: pure.

A row's id is the node's, its content the node's text, and its metadata the node's with LlamaIndex's
own keys beside it (`_node_content`, `_node_type`, `ref_doc_id`, …): what another framework wrote
has none of these, and is read as a text with its metadata.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from llama_index.core.schema import BaseNode, MetadataMode, TextNode
from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict
from numpy.typing import NDArray

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import HybridMatch, Match, Record, TextMatch

Row: TypeAlias = Match | HybridMatch | TextMatch | Record


@dataclass(frozen=True, slots=True)
class NodeRows:
    """n nodes as the store takes them; the vectors are n × d."""

    ids: list[str]
    texts: list[str]
    metadata: list[dict[str, Any]]
    vectors: NDArray[np.float32]


def rows_of(nodes: Sequence[BaseNode]) -> NodeRows:
    """Nodes as rows.

    Raises:
        ValidationError: something is no node, or a node has no embedding, one of another length
            than the others, or what is not JSON; it is named by its place.
    """
    nodes = _checked(nodes)
    return NodeRows(
        [node.node_id for node in nodes],
        [node.get_content(metadata_mode=MetadataMode.NONE) for node in nodes],
        [_metadata(node, f"nodes[{index}]") for index, node in enumerate(nodes)],
        _vectors(nodes),
    )


def _checked(nodes: Any) -> list[BaseNode]:
    if isinstance(nodes, str | BaseNode) or not isinstance(nodes, Iterable):
        raise ValidationError(f"nodes is a {type(nodes).__name__}; give a list of nodes")
    found = list(nodes)
    for index, node in enumerate(found):
        if not isinstance(node, BaseNode):
            raise ValidationError(
                f"nodes[{index}] is a {type(node).__name__}; give a node, such as a TextNode"
            )
    return found


def node_of(row: Row) -> BaseNode:
    """A row as the node it was, or as a text with its metadata when it never was one."""
    if "_node_content" in row.metadata:
        with suppress(ValueError, TypeError):  # what only looks like a node is read as a text
            return metadata_dict_to_node(row.metadata, text=row.text or None)
    return TextNode(id_=row.id, text=row.text, metadata=row.metadata)


def nodes_of(rows: Iterable[Row]) -> list[BaseNode]:
    """Rows as nodes, in their order."""
    return [node_of(row) for row in rows]


def _metadata(node: BaseNode, where: str) -> dict[str, Any]:
    """The metadata LlamaIndex keeps of a node; the embedding has a column of its own."""
    if not _is_finite(node.metadata):  # LlamaIndex would store null in its place
        raise ValidationError(f"{where} has NaN or infinity in its metadata; give a number or None")
    try:
        return node_to_metadata_dict(node.model_copy(update={"embedding": None}), remove_text=True)
    except ValueError as error:
        raise ValidationError(f"{where} holds what cannot be written as JSON") from error


def _is_finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(_is_finite, value.values()))
    return not isinstance(value, list | tuple) or all(map(_is_finite, value))


def _vectors(nodes: Sequence[BaseNode]) -> NDArray[np.float32]:
    width = len(nodes[0].embedding or ()) if nodes else 0
    for index, node in enumerate(nodes):
        if node.embedding is None:
            raise ValidationError(
                f"nodes[{index}] has no embedding; run it through an embedding model first"
            )
        if len(node.embedding) != width:
            raise ValidationError(
                f"nodes[{index}] has an embedding of {len(node.embedding)} numbers and nodes[0] "
                f"one of {width}; use one model for all"
            )
    with np.errstate(over="ignore"):  # too large becomes infinite, and the store names that
        return np.array([node.embedding for node in nodes], np.float32).reshape(len(nodes), width)
