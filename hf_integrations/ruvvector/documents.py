"""What is stored beside a vector: id, text and metadata, checked before anything is sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.arguments import listed
from hf_integrations.ruvvector.strict_json import (
    are_sound,
    canonical,
    canonical_with,
    encode_sorted,
    mapping_fault,
    plain_texts,
    text_fault,
)

MAX_ID_BYTES = 2_000  # a B-tree takes some 2,700 bytes
MAX_ITEM_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Documents:
    """n documents without their vectors, checked: what is stored beside each vector.

    Attributes:
        metadata: JSON texts with keys in order.
        model: covered by the content hashes; empty for none.
    """

    ids: list[str]
    texts: list[str]
    metadata: list[bytes]
    model: str

    def size(self, rows: slice) -> int:
        """How large the texts of some and their metadata are, in bytes, or somewhat less."""
        return sum(map(len, self.texts[rows])) + sum(map(len, self.metadata[rows]))

    def hashes(self, rows: slice = slice(None)) -> list[str]:
        """The content hashes of some; they are made when they are needed."""
        pairs = zip(self.texts[rows], self.metadata[rows], strict=True)
        return [sha256(canonical_with(*pair, self.model)).hexdigest() for pair in pairs]

    def only(self, rows: Sequence[int]) -> Documents:
        """Some of them, in the order given."""
        return Documents(
            [self.ids[row] for row in rows],
            [self.texts[row] for row in rows],
            [self.metadata[row] for row in rows],
            self.model,
        )


def content_hash(text: str, metadata: Mapping[str, Any] | None = None, model: str = "") -> str:
    """64 hexadecimal digits that change when the text, the metadata or the model changes.

    SHA-256 over the JSON text of `[text, metadata, model]` with keys in order and no spaces, in
    UTF-8. It is stored with each row; compare it with `store.hashes(ids)` to skip what is
    unchanged.
    """
    return sha256(canonical(text, dict(metadata or {}), model)).hexdigest()


def documents_of(
    texts: Sequence[str],
    metadata: Sequence[Mapping[str, Any] | None] | None,
    ids: Sequence[str | None] | None,
    model: str | None,
) -> Documents:
    """Check texts, metadata and ids, and encode them.

    Raises:
        ValidationError: lengths differ, or an item cannot be stored; the item is named by its
            index, and all items at fault are in `failed`.
    """
    texts = listed("texts", texts)
    dicts = _paired("metadata", metadata, len(texts))
    names = _paired("ids", ids, len(texts))
    written = _plain_texts(dicts)
    refuse(_document_faults(texts, dicts, names, written is not None), len(texts))
    return Documents(
        [str(uuid.uuid4()) if name is None else name for name in names],
        texts,
        written or [_encoded(row, item) for row, item in enumerate(dicts)],
        model or "",
    )


def document_faults(
    texts: Sequence[Any], metadata: Sequence[Any], ids: Sequence[Any]
) -> dict[int, str]:
    """What is wrong with n texts, dicts and ids, by index; each sentence begins with "its"."""
    return _document_faults(texts, metadata, ids, _plain_texts(metadata) is not None)


def id_list(ids: Any) -> list[str]:
    """Ids to look for, checked."""
    names = listed("ids", ids)
    for row, name in enumerate(names):
        if fault := _id_fault(name):
            raise ValidationError(f"ids: item {row} {fault}")
    return names


def refuse(faults: dict[int, str], count: int) -> None:
    """Raise for items at fault, by index, if there are any."""
    if not faults:
        return
    row = min(faults)
    more = f" ({len(faults)} of {count} items are at fault)" if len(faults) > 1 else ""
    error = ValidationError(f"item {row}: {faults[row]}{more}; nothing was stored")
    error.failed = faults
    raise error


def _document_faults(
    texts: Sequence[Any], metadata: Sequence[Any], ids: Sequence[Any], plain: bool
) -> dict[int, str]:
    """`document_faults`; `plain` says that nothing is wrong with the dicts."""
    names = [name for name in ids if name is not None]
    strings_are_sound = (
        "" not in names
        and are_sound(names, MAX_ID_BYTES // 4)
        and are_sound(texts, MAX_ITEM_BYTES // 4)
    )
    if strings_are_sound and plain:
        return {}
    return {
        row: fault
        for row, (text, fields, name) in enumerate(zip(texts, metadata, ids, strict=True))
        if (fault := None if strings_are_sound else _string_fault(text, name))
        or (fault := None if plain else _metadata_fault(fields))
    }


def _plain_texts(metadata: Sequence[Any]) -> list[bytes] | None:
    """The JSON texts of n dicts or None, where all of them are plain and of some size."""
    texts = plain_texts([{} if fields is None else fields for fields in metadata])
    return texts if texts and max(map(len, texts)) <= MAX_ITEM_BYTES else None


def _paired(name: str, values: Sequence[Any] | None, count: int) -> Sequence[Any]:
    if values is None:
        return [None] * count
    items = listed(name, values, "list, one per text")
    if len(items) != count:
        raise ValidationError(f"{name} has {len(items)} items for {count} texts; give one each")
    return items


def _string_fault(text: Any, name: Any) -> str | None:
    if fault := _text_fault(text):
        return f"its text {fault}"
    if name is not None and (fault := _id_fault(name)):
        return f"its id {fault}"
    return None


def _metadata_fault(metadata: Any) -> str | None:
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping):
        return f"its metadata is a {type(metadata).__name__}; give a dict"
    fault = mapping_fault(metadata)
    return fault and f"its metadata {fault}"


def _text_fault(text: Any) -> str | None:
    if not isinstance(text, str):
        return f"is a {type(text).__name__}; give a string"
    if len(text) > MAX_ITEM_BYTES // 4 and len(text.encode(errors="replace")) > MAX_ITEM_BYTES:
        return f"has more than {MAX_ITEM_BYTES} bytes; split it"
    return text_fault(text)


def _id_fault(name: Any) -> str | None:
    if not isinstance(name, str):
        return f"is a {type(name).__name__}; give a string"
    if not name:
        return "is empty; give a name, or None to have one made"
    if fault := text_fault(name):
        return fault
    if len(name) > MAX_ID_BYTES // 4 and len(name.encode()) > MAX_ID_BYTES:
        return f"has more than {MAX_ID_BYTES} bytes; shorten it"
    return None


def _encoded(row: int, metadata: Mapping[str, Any] | None) -> bytes:
    if not metadata:
        return b"{}"
    data = encode_sorted(dict(metadata), f"metadata of row {row}")
    if len(data) > MAX_ITEM_BYTES:
        raise ValidationError(f"metadata of row {row} has more than {MAX_ITEM_BYTES} bytes")
    return data
