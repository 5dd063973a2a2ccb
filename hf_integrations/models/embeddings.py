"""The shapes of embeddings.

Source: text-embeddings-inference, `POST /embed` and `POST /v1/embeddings`; the hf-inference
pipeline answers with floats nested one to three deep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.shapes import Received

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EmbeddingItem(Received):
    """One vector of `/v1/embeddings`: little-endian float32 (base64 in JSON), or the numbers."""

    embedding: bytes | list[float]
    index: int | None = None


class EmbeddingList(Received):
    """An answer of `/v1/embeddings`."""

    data: list[EmbeddingItem]
    model: str | None = None
    usage: TokenUsage | None = None


class EmbeddingResponse(Struct, frozen=True, eq=False):
    """n vectors of d numbers, in the order of the texts.

    Attributes:
        vectors: float32, n × d.
        model: the model, as the server calls it.
        usage: tokens used, when every server asked said so.
        requests: how many requests it took.
        served_by: who answered, where several were there to be asked (the setting `failover`).
    """

    vectors: NDArray[np.float32]
    model: str | None = None
    usage: TokenUsage | None = None
    requests: int = 1
    served_by: str | None = None

    def __len__(self) -> int:
        return len(self.vectors)

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        return iter(self.vectors)

    def __getitem__(self, index: int) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.vectors[index]
        return vector

    @property
    def dimensions(self) -> int:
        """d, the length of each vector."""
        return int(self.vectors.shape[1])

    def tolist(self) -> list[list[float]]:
        """The vectors as lists of floats, for what does not take arrays."""
        lists: list[list[float]] = self.vectors.tolist()
        return lists

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import facts, table

        n, d = self.vectors.shape
        tokens = self.usage.total_tokens if self.usage else None
        known = facts(vectors=n, numbers_each=d, model=self.model, tokens=tokens)
        rows = [(i, *map(float, self.vectors[i, :8]), "…") for i in range(min(n, 5))]
        return known + table(("", *map(str, range(min(d, 8))), ""), rows)

    def __repr__(self) -> str:
        n, d = self.vectors.shape
        return f"EmbeddingResponse({n} × {d}, model={self.model!r}, usage={self.usage!r})"
