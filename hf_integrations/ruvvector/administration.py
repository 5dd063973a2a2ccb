"""Looking after collections: metadata changed in place, copies, names, and what there is."""
# ruff: noqa: A002 - `filter` is the name callers know it by

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import msgspec

from hf_integrations.errors import StoreError, ValidationError
from hf_integrations.ruvvector import collection_sql, row_sql, sql, textual
from hf_integrations.ruvvector.arguments import word
from hf_integrations.ruvvector.documents import content_hash, id_list
from hf_integrations.ruvvector.filters import Filter, FilterLike
from hf_integrations.ruvvector.indexing import ensure_index
from hf_integrations.ruvvector.shown import Results
from hf_integrations.ruvvector.sql import Collection
from hf_integrations.ruvvector.state import State, known, made_collection, on_collection
from hf_integrations.ruvvector.strict_json import encode, mapping_fault
from hf_integrations.ruvvector.table import Names, describe, layout_of
from hf_integrations.ruvvector.tenancy import secure_words
from hf_integrations.ruvvector.work import Operation, Work, repeat
from hf_integrations.ruvvector.writing import counted

PAGE_ROWS = 1_000


class CollectionInfo(msgspec.Struct, frozen=True):
    """A collection as the server describes it.

    Attributes:
        type: what vectors are stored as.
        rows: in all namespaces, as the server last estimated.
        bytes: of rows and indexes.
        layout: the version of the table's definition.
        indexes: their names.
    """

    schema: str
    name: str
    type: str
    dimensions: int
    rows: int
    bytes: int
    layout: int
    indexes: tuple[str, ...]


def update_metadata(
    state: State,
    metadata: Mapping[str, Any],
    ids: Sequence[str] | None = None,
    filter: FilterLike = None,
    *,
    mode: Literal["merge", "replace"] = "merge",
) -> Operation[int]:
    """Change the metadata of rows by id, by filter, or of those that fit both.

    Texts and vectors stay; content hashes follow. All of it happens in one transaction, which is
    begun once more when the connection turns out to be lost.

    Args:
        metadata: a dict of JSON values.
        mode: "merge" sets its keys and keeps the others, "replace" keeps none.

    Returns:
        How many rows there were.

    Raises:
        ValidationError: neither ids nor a filter was given, or a value cannot be stored.
    """
    condition, names = Filter.of(filter), None if ids is None else id_list(ids)
    if names is None and not condition.size():
        raise ValidationError("update_metadata needs ids or a filter")
    word("mode", mode, "merge", "replace")
    if not isinstance(metadata, Mapping):
        raise ValidationError(f"metadata is a {type(metadata).__name__}; give a dict")
    if fault := mapping_fault(metadata):
        raise ValidationError(f"metadata {fault}")
    old = mode == "merge"

    def work(collection: Collection) -> Work[int]:
        done, last = 0, ""
        while True:
            page = yield collection_sql.page(collection.names, names, condition, last, PAGE_ROWS)
            if not page.rows:
                return done
            changed = [_changed(row, metadata if not old else {**row[2], **metadata})
                       for row in page.rows]  # fmt: skip
            yield collection_sql.set_metadata(collection.names, changed)
            done, last = done + len(changed), page.rows[-1][0]

    return (yield from on_collection(state, counted(work), 0))


def rename(state: State, collection: str) -> Operation[None]:
    """Give the collection another name; this store keeps working on it.

    Other stores find nothing under the old name. All namespaces would be renamed, and so it is
    refused while another one has rows.

    Raises:
        StoreError: there is no such collection, the new name is taken, or others have rows.
    """
    names = replace(state.names, collection=collection)
    if names == state.names:
        return
    if (yield from known(state)) is None:
        raise StoreError(f"collection {state.names.collection!r} does not exist; nothing to rename")
    yield from on_collection(state, partial(_rename, names), None, repeats=False)
    state.names, state.facts, state.words = names, None, None


def copy_to(
    state: State,
    collection: str,
    *,
    schema: str | None = None,
    filter: FilterLike = None,
    index: Literal["auto", "defer"] = "auto",
) -> Operation[int]:
    """Copy rows into another collection, on the server; it is made when it is not there.

    They keep their namespace; rows whose ids are there take the new content.

    Args:
        collection: the other collection.
        schema: where it lives; by default where this one does.
        filter: only the rows that pass.
        index: "defer" leaves its index to a later `ensure_index()`.

    Returns:
        How many rows were copied.

    Raises:
        ValidationError, ConfigurationError: the other one is this one, or of another kind.
    """
    condition = Filter.of(filter)
    names = replace(state.names, collection=collection, schema=schema or state.names.schema)
    if names == state.names:
        raise ValidationError("a collection cannot be copied to itself; choose another name")
    facts = yield from known(state)
    if facts is None:
        return 0
    target = replace(state, names=names, type=facts.type.name, dimensions=facts.dimensions)
    yield from made_collection(target, facts.dimensions)

    def work(source: Collection) -> Work[int]:
        return (yield collection_sql.copy_rows(source.names, names, condition)).count

    copied = yield from on_collection(state, work, 0, repeats=False)
    if index == "auto":
        yield from ensure_index(target)
    return copied


def collections(state: State) -> Operation[Results[CollectionInfo]]:
    """The collections in the store's schema, by name."""

    def work() -> Work[list[CollectionInfo]]:
        rows = (yield collection_sql.collections(state.names.schema)).rows
        return [_info(row) for row in rows]

    return Results((yield from repeat(work)))


def _info(row: tuple[Any, ...]) -> CollectionInfo:
    *described, comment, indexes = row
    columns: list[Any] = [*described, layout_of(comment), tuple(indexes or ())]
    return CollectionInfo(*columns)


def _changed(row: tuple[Any, ...], metadata: Mapping[str, Any]) -> tuple[str, bytes, str]:
    """Id, metadata and content hash as they are to be."""
    name, text, _, model = row
    data = encode(dict(metadata), f"metadata of {name!r:.60}")
    return name, data, content_hash(text, metadata, model or "")


def _rename(names: Names, collection: Collection) -> Work[None]:
    old = collection.names
    yield sql.lock()
    yield row_sql.lock_table(old)
    if (yield row_sql.others_have_rows(old)).rows[0][0]:
        raise StoreError(
            f"other namespaces have rows in table {old.table}; they would lose sight of them"
        )
    if (yield describe(names)).rows[0][2]:
        raise StoreError(f"collection {names.collection!r} is there already; choose another name")
    words = yield from textual.removal(old)
    for (index,) in (yield collection_sql.own_indexes(old)).rows:
        yield collection_sql.rename_index(old, names, index)
    yield collection_sql.rename_table(old, names)
    if words:
        for statement in textual.definition(names, words.language):  # noqa: UP028 - takes answers
            yield statement
        yield from secure_words(names)
