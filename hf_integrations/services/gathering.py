"""The vectors of many answers in one array, which each is written into as it comes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hf_integrations.errors import DecodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Gathered:
    """n rows, of which every answer fills some; answers may come in several threads.

    So no answer is kept until the last is there: of the vectors, memory holds one copy.

    Args:
        n: how many vectors there will be.
    """

    def __init__(self, n: int) -> None:
        self._n = n
        self._lock = threading.Lock()
        self._rows: NDArray[np.float32] | None = None

    def put(self, start: int, vectors: NDArray[np.float32]) -> None:
        """Fill the rows from `start` on; an array that fills them all is taken as it is.

        Raises:
            DecodeError: these vectors are of another length than those before.
        """
        if len(vectors) == self._n:
            self._rows = vectors
            return
        rows = self._rows_of(vectors.shape[1])
        if rows.shape[1] != vectors.shape[1]:
            lengths = sorted({rows.shape[1], vectors.shape[1]})
            raise DecodeError(f"The server gave vectors of several lengths: {lengths}.")
        rows[start : start + len(vectors)] = vectors

    def array(self, missing: Sequence[int] = ()) -> NDArray[np.float32]:
        """All rows, once some came; those that did not are NaN."""
        rows = self._rows
        assert rows is not None  # noqa: S101 - of texts that were all refused, there is no array
        rows[list(missing)] = float("nan")
        return rows

    def _rows_of(self, dimensions: int) -> NDArray[np.float32]:
        import numpy as np

        with self._lock:
            if self._rows is None:
                self._rows = np.empty((self._n, dimensions), np.float32)
            return self._rows
