"""Documents into a store: what is there unchanged is skipped, what is gone is removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from hf_integrations.bulk.documents import Document
from hf_integrations.bulk.splitting import PIECE, split
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.ruvvector import RuvVectorStore, content_hash

BATCH = 256
_DELETES = 100

Step: TypeAlias = Literal["compare", "embed"]
Progress: TypeAlias = Callable[[Step, int, int], None]


class Report(Struct, frozen=True):
    """What an ingestion did, in pieces of text.

    Attributes:
        documents: how many were read.
        pieces: how many pieces they have.
        stored: how many of these were embedded and stored, because they are new or changed.
        skipped: how many were there already.
        repeated: how many say what another piece says word for word, and were left out.
        removed: how many of an earlier run were removed: the ends of documents that have become
            shorter, what repeats another by now, and documents that are gone.
    """

    documents: int
    pieces: int
    stored: int
    skipped: int
    repeated: int
    removed: int


class _Part(Struct, frozen=True):
    id: str
    text: str
    metadata: dict[str, Any]


def ingest(
    documents: Sequence[Document],
    *,
    store: RuvVectorStore,
    embed: Callable[[list[str]], Any],
    model: str,
    provider: str | None = None,
    size: int = PIECE,
    progress: Progress | None = None,
    gone: Callable[[str], bool] | None = None,
) -> Report:
    """Split documents, embed what is new or changed, and store it.

    A piece that stands in several documents is kept once, from the shortest of them. Each batch
    is stored whole or not at all; when it is interrupted, a second run embeds only what is
    missing.

    Args:
        documents: at least one; their sources differ within a corpus.
        store: where they go.
        embed: turns n strings into n × d numbers.
        model: what `embed` uses; another model makes every piece count as changed.
        provider: who serves it; kept with each row.
        size: the most characters of a piece.
        progress: told the step, how many pieces are done, and of how many.
        gone: says of a source of the same corpus that is stored and not among the documents,
            whether it is to be removed; by default all are left.

    Raises:
        ValidationError: there is no document, or two have the same source.
        ConfigurationError: what would stay was embedded by another model; nothing was changed.
        HfError: embedding or storing failed; whole batches may have been stored before.
    """
    tell = progress or _silent
    parts = _parts(documents, size, model)
    leftovers = _leftovers(documents, store, gone)
    refuse_mixture(store, model, documents, leftovers)
    kept, repeated = _without_repeats(documents, parts)
    fresh = _fresh(kept, store, model, tell)
    removed = _remove_tails(documents, parts, {_name(part.metadata) for part in fresh}, store)
    removed += store.delete([*repeated, *leftovers])
    tell("embed", 0, len(fresh))
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        texts = [part.text for part in batch]
        store.add(
            texts,
            embed(texts),
            ids=[part.id for part in batch],
            metadata=[part.metadata for part in batch],
            model=model,
            provider=provider,
            index="defer",
        )
        tell("embed", start + len(batch), len(fresh))
    store.ensure_index()
    skipped = len(kept) - len(fresh)
    return Report(len(documents), len(parts), len(fresh), skipped, len(repeated), removed)


def refuse_mixture(
    store: RuvVectorStore, model: str, documents: Sequence[Document] = (), ids: Sequence[str] = ()
) -> None:
    """Raise if something was embedded by another model: vectors of two cannot be compared.

    Args:
        store: the collection.
        model: who embeds now.
        documents: what will be embedded anew anyway.
        ids: what will be removed.

    Raises:
        ConfigurationError: it names the other model.
    """
    foreign = {"embedded_by": {"$exists": True, "$ne": model}}
    known = {(document.corpus, document.source) for document in documents}
    for record in store.get(filter=foreign):
        if _name(record.metadata) not in known and record.id not in ids:
            raise ConfigurationError(
                f"The collection was embedded by {record.metadata['embedded_by']}, not by {model}.",
                hint="Use the model it was filled with, or another collection.",
            )


def _name(metadata: dict[str, Any]) -> tuple[str, str]:
    """Of which document a piece is."""
    return metadata.get("corpus", ""), metadata.get("source", "")


def _leftovers(
    documents: Sequence[Document], store: RuvVectorStore, gone: Callable[[str], bool] | None
) -> list[str]:
    """The ids of pieces whose documents are gone."""
    if gone is None:
        return []
    found: list[str] = []
    for corpus in {document.corpus for document in documents}:
        here = [document.source for document in documents if document.corpus == corpus]
        others = store.get(filter={"corpus": corpus, "source": {"$nin": here}})
        known = {source: gone(source) for source in {_name(each.metadata)[1] for each in others}}
        found += [record.id for record in others if known[_name(record.metadata)[1]]]
    return found


def _parts(documents: Sequence[Document], size: int, model: str) -> list[_Part]:
    if not documents:
        raise ValidationError("documents: there is none; nothing was stored.")
    if len({(document.corpus, document.source) for document in documents}) < len(documents):
        raise ValidationError("documents: two have the same source; give each its own.")
    return [
        _Part(
            f"{document.corpus and document.corpus + '/'}{document.source}#{number}",
            piece.text,
            {
                "corpus": document.corpus,
                "source": document.source,
                "piece": number,
                "heading": piece.heading,
                "embedded_by": model,
            },
        )
        for document in documents
        for number, piece in enumerate(split(document.text, size))
    ]


def _without_repeats(
    documents: Sequence[Document], parts: list[_Part]
) -> tuple[list[_Part], list[str]]:
    """The pieces to keep, and the ids of those that repeat one of them."""
    lengths = {(each.corpus, each.source): len(each.text) for each in documents}
    chosen: dict[str, _Part] = {}
    for part in sorted(parts, key=lambda part: lengths[_name(part.metadata)]):
        chosen.setdefault(part.text, part)
    kept = [part for part in parts if chosen[part.text] is part]
    return kept, [part.id for part in parts if chosen[part.text] is not part]


def _fresh(parts: list[_Part], store: RuvVectorStore, model: str, tell: Progress) -> list[_Part]:
    """The pieces that are not there, or not like this."""
    known = store.hashes([part.id for part in parts])
    fresh = [
        part
        for part in parts
        if known.get(part.id) != content_hash(part.text, part.metadata, model)
    ]
    tell("compare", len(parts), len(parts))
    return fresh


def _remove_tails(
    documents: Sequence[Document],
    parts: list[_Part],
    changed: set[tuple[str, str]],
    store: RuvVectorStore,
) -> int:
    """Remove what changed documents had beyond their present end.

    This comes before storing: after an interruption the document still counts as changed.
    """
    lengths: dict[tuple[str, str], int] = {}
    for part in parts:
        lengths[_name(part.metadata)] = part.metadata["piece"] + 1
    tails = [
        {"corpus": name[0], "source": name[1], "piece": {"$gte": lengths.get(name, 0)}}
        for name in ((document.corpus, document.source) for document in documents)
        if name in changed or name not in lengths
    ]
    return sum(
        store.delete(filter={"$or": tails[start : start + _DELETES]})
        for start in range(0, len(tails), _DELETES)
    )


def _silent(step: Step, done: int, total: int) -> None:
    """For callers who do not watch."""
