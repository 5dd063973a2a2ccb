"""Embeddings that are remembered: only the texts that are not are sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from hf_integrations.errors import ValidationError
from hf_integrations.flow import Flow
from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.embeddings import EmbeddingResponse
from hf_integrations.services.context import Context
from hf_integrations.transport.cache import Tier
from hf_integrations.transport.engines.errands import aside
from hf_integrations.transport.telemetry import CacheLookup, tell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Embed = Callable[[Sequence[int]], Flow[EmbeddingResponse]]


def recalled(
    context: Context, form: bytes, model: str, texts: Sequence[bytes], embed: Embed
) -> Flow[EmbeddingResponse]:
    """The vectors of n texts, of which those that are remembered are not asked for.

    Args:
        form: all that the vectors depend on besides the text.
        model: whose vectors they are, for `clear_caches`.
        texts: each as it is sent.
        embed: the vectors of the texts at some places.
    """
    keys = _keys(form, texts)
    cache = context.memory.vectors
    known = [cache.get(key) for key in keys]
    yield from _from_tier(context, model, keys, known)
    if len({len(vector) for vector in known if vector is not None}) > 1:
        known = [None] * len(keys)  # the model behind the name has changed meanwhile
    missing = [place for place, vector in enumerate(known) if vector is None]
    hits = len(keys) - len(missing)
    found = CacheLookup(cache="embeddings", model=model, hits=hits, misses=len(missing))
    tell(context.patience.listeners, found)
    if not missing:
        return EmbeddingResponse(_stacked(known), model=model, usage=_NO_USAGE, requests=0)
    try:
        fresh = yield from embed(missing)
    except ValidationError as error:
        if error.partial is not None:
            yield from _keep(context, model, keys, missing, error.partial.vectors)
            error.partial = _merged(known, missing, error.partial)
        raise
    yield from _keep(context, model, keys, missing, fresh.vectors)
    if any(vector is not None and len(vector) != 4 * fresh.dimensions for vector in known):
        missing = list(range(len(keys)))  # the same
        fresh = yield from embed(missing)
        yield from _keep(context, model, keys, missing, fresh.vectors)
    return fresh if len(missing) == len(texts) else _merged(known, missing, fresh)


_NO_USAGE = TokenUsage(prompt_tokens=0, total_tokens=0)


def _keys(form: bytes, texts: Sequence[bytes]) -> list[bytes]:
    start = blake2b(form, digest_size=16)
    keys = []
    for text in texts:
        one = start.copy()
        one.update(text)
        keys.append(one.digest())
    return keys


def _from_tier(
    context: Context, model: str, keys: list[bytes], known: list[bytes | None]
) -> Flow[None]:
    """Fill in what the second tier has."""
    tier: Tier | None = context.config.embedding_cache_store
    missing = [place for place, vector in enumerate(known) if vector is None]
    if tier is None or not missing:
        return
    names = [keys[place].hex() for place in missing]
    found = yield from aside(lambda: _tried(lambda: _vectors_of(tier.get(names))))
    for place, vector in zip(missing, found or (), strict=False):
        known[place] = vector
    told = [(keys[place], vector) for place in missing if (vector := known[place]) is not None]
    _remember(context, model, told)


def _keep(
    context: Context, model: str, keys: list[bytes], places: list[int], vectors: NDArray[np.float32]
) -> Flow[None]:
    """Remember vectors; a text that was refused has none, but a row of NaN."""
    tier: Tier | None = context.config.embedding_cache_store
    if tier is None and not _may_remember(context, vectors.nbytes):
        return
    entries = [
        (keys[place], vector.tobytes())
        for place, vector, first in zip(places, vectors, vectors[:, 0].tolist(), strict=True)
        if first == first
    ]
    _remember(context, model, entries)
    if tier is not None and entries:
        kept = [(key.hex(), data) for key, data in entries]
        yield from aside(lambda: _tried(lambda: tier.put(kept, model)))


def _may_remember(context: Context, size: int) -> bool:
    """Whether memory is the place for so many bytes of one call."""
    most = context.config.embedding_cache_call_bytes
    return most is None or size <= most


def _remember(context: Context, model: str, entries: Sequence[tuple[bytes, bytes]]) -> None:
    config = context.config
    if not _may_remember(context, sum(len(vector) for _, vector in entries)):
        return
    context.memory.vectors.put_all(
        [(key, vector, len(vector)) for key, vector in entries],
        seconds=config.embedding_cache_ttl, most=config.embedding_cache_bytes, model=model,
    )  # fmt: skip


def _stacked(vectors: Sequence[bytes | None]) -> NDArray[np.float32]:
    import numpy as np

    data = b"".join(vector for vector in vectors if vector is not None)
    return np.frombuffer(data, np.float32).reshape(len(vectors), -1).copy()


def _merged(
    known: list[bytes | None], missing: list[int], fresh: EmbeddingResponse
) -> EmbeddingResponse:
    import numpy as np

    vectors = np.empty((len(known), fresh.dimensions), np.float32)
    vectors[missing] = fresh.vectors
    for place, vector in enumerate(known):
        if vector is not None:
            vectors[place] = np.frombuffer(vector, np.float32)
    return EmbeddingResponse(vectors, fresh.model, fresh.usage, fresh.requests)


def _vectors_of(found: Sequence[bytes | None]) -> list[bytes | None]:
    """What a tier gave, without what can be no vector."""
    return [
        vector if isinstance(vector, bytes) and vector and len(vector) % 4 == 0 else None
        for vector in found
    ]


def _tried(do: Callable[[], Any]) -> Any:
    """What a tier gives; None when it fails: vectors can always be asked for."""
    try:
        return do()
    except Exception as error:  # noqa: BLE001 - a cache may never break a call
        logging.getLogger("hf_integrations").warning(
            "The store of embeddings raised %s.", type(error).__name__
        )
        return None
