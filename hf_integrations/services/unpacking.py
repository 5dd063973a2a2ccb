"""The vectors in an answer, in any of the forms servers write them."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.embeddings import EmbeddingItem, EmbeddingList
from hf_integrations.models.shapes import decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Vectors(Struct, frozen=True):
    """What one answer holds: float32, n × d."""

    array: NDArray[np.float32]
    usage: TokenUsage | None = None
    model: str | None = None


def unpack(response: Response) -> Vectors:
    """The vectors of an answer.

    Raises:
        DecodeError: they are not vectors of finite numbers, one for each text.
    """
    if response.body.lstrip()[:1] == b"[":
        found = Vectors(_nested(response.body), _header_usage(response))
    else:
        answer = decode(response.body, EmbeddingList)
        found = Vectors(_listed(answer), answer.usage, answer.model)
    _check(found.array)
    return found


_PER_TOKEN = re.compile(rb"\s*\[\s*\[\s*\[")


def _nested(body: bytes) -> NDArray[np.float32]:
    """Numbers nested in lists: n × d; d alone for one text; deeper is a vector for each token."""
    if body.lstrip()[1:].lstrip()[:1] != b"[":
        return _rows([decode(body, list[float])])
    try:
        return _rows(decode(body, list[list[float]]))
    except DecodeError:
        if not _PER_TOKEN.match(body):
            raise
        if (rows := _unwrapped(body)) is not None:
            return _rows(rows)
        raise DecodeError(
            "This model gives a vector for each token, not one for the text.",
            hint="Choose a sentence-embedding model (pipeline sentence-similarity on the Hub).",
        ) from None


def _unwrapped(body: bytes) -> list[list[float]] | None:
    """Vectors of which each stands in a list of its own; None if there are others."""
    try:
        deep = decode(body, list[list[list[float]]])
    except DecodeError:
        return None
    return [rows[0] for rows in deep] if all(len(rows) == 1 for rows in deep) else None


def _listed(answer: EmbeddingList) -> NDArray[np.float32]:
    """`data`, in the order of `index` where every item has one."""
    items = answer.data
    places = [item.index for item in items if item.index is not None]
    if any(places) and len(places) == len(items):  # else none, or zeros by a server that has none
        if sorted(places) != list(range(len(items))):
            raise DecodeError("The vectors of the answer are not numbered one by one.")
        items = [item for _, item in sorted(zip(places, items, strict=True), key=itemgetter(0))]
    written = [item.embedding for item in items if isinstance(item.embedding, bytes)]
    if len(written) == len(items):
        return _packed(written)
    return _rows([_numbers(item) for item in items])


def _packed(rows: list[bytes]) -> NDArray[np.float32]:
    """Rows of bytes as one array, which may be written to; one copy for all of them."""
    import numpy as np

    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise _uneven()
    if len(rows[0]) % 4:
        raise DecodeError("A vector of the answer is not base64 of float32 numbers.")
    numbers = np.frombuffer(bytearray().join(rows), dtype="<f4")
    return numbers.astype(np.float32, copy=False).reshape(len(rows), -1)


def _numbers(item: EmbeddingItem) -> list[float]:
    if isinstance(item.embedding, list):
        return item.embedding
    numbers: list[float] = _packed([item.embedding])[0].tolist()
    return numbers


def _rows(rows: list[list[float]]) -> NDArray[np.float32]:
    import numpy as np

    if len({len(row) for row in rows}) != 1 or not len(rows[0]):
        raise _uneven()
    with np.errstate(over="ignore"):  # what is too large for float32 is found as infinite
        return np.array(rows, dtype=np.float32)


def _uneven() -> DecodeError:
    return DecodeError("The server gave no vectors, or vectors of several lengths.")


def _check(array: NDArray[np.float32]) -> None:
    import numpy as np

    if not np.isfinite(array).all():
        raise DecodeError("A vector of the answer has numbers that are not finite.")


def _header_usage(response: Response) -> TokenUsage | None:
    """TEI counts in a header. Source: text-embeddings-inference, `router/src/http/types.rs`."""
    count = response.headers.get("x-compute-tokens", "")
    if not count.isdecimal():
        return None
    return TokenUsage(prompt_tokens=int(count), total_tokens=int(count))
