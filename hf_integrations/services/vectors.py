"""Arithmetic on vectors: how near they are, and which are nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from hf_integrations.errors import ValidationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Measure: TypeAlias = Literal["cosine", "dot", "euclidean"]


def similarity(a: Any, b: Any, *, measure: Measure = "cosine") -> Any:
    """How near vectors are: a float for two of them, a matrix n × m for n and m.

    Args:
        a: one vector of d numbers, or n of them.
        b: one vector of d numbers, or m of them.
        measure: `cosine`, from -1 to 1; `dot`; or `euclidean`, the distance, 0 for the same.

    Raises:
        ValidationError: the vectors are not of one length, or the measure is unknown.
    """
    left, right = _rows(a, "a"), _rows(b, "b")
    if left.shape[1] != right.shape[1]:
        raise ValidationError(f"a has {left.shape[1]} numbers a vector, b has {right.shape[1]}.")
    matrix = _measured(left, right, measure)
    single = [is_one(a), is_one(b)]
    if all(single):
        return float(matrix[0, 0])
    return matrix[0] if single[0] else matrix[:, 0] if single[1] else matrix


def top_k(
    query: Any, vectors: Any, k: int = 10, *, measure: Measure = "cosine"
) -> list[tuple[int, float]]:
    """The k nearest of n vectors, best first, as (index, similarity)."""
    import numpy as np

    number: object = k
    if not isinstance(number, int) or number < 1:
        raise ValidationError(f"k must be a whole number, 1 or more, not {k!r}.")
    one = _rows(query, "query")
    if len(one) != 1:
        raise ValidationError(f"query must be one vector, not {len(one)} of them.")
    scores = np.atleast_1d(similarity(one[0], _rows(vectors, "vectors"), measure=measure))
    order = np.argsort(scores if measure == "euclidean" else -scores, kind="stable")[:k]
    return [(int(index), float(scores[index])) for index in order]


def normalized(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each vector scaled to length 1 (L2); a zero vector stays as it is."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return np.asarray(vectors / lengths, dtype=np.float32)


def is_one(vectors: Any) -> bool:
    """Whether this is a single vector."""
    import numpy as np

    return np.ndim(getattr(vectors, "vectors", vectors)) == 1


def _rows(vectors: Any, name: str) -> NDArray[np.float32]:
    import numpy as np

    try:
        with np.errstate(over="raise"):
            found = np.asarray(getattr(vectors, "vectors", vectors), dtype=np.float32)
    except (TypeError, ValueError):
        raise ValidationError(f"{name} must be vectors of numbers, all of one length.") from None
    except ArithmeticError:
        raise ValidationError(f"{name} has a number that is too large for float32.") from None
    if found.ndim not in (1, 2) or not found.size:
        raise ValidationError(f"{name} must be one vector or a list of them.")
    return found.reshape(-1, found.shape[-1])


def _measured(
    left: NDArray[np.float32], right: NDArray[np.float32], measure: str
) -> NDArray[np.float32]:
    import numpy as np

    if measure == "cosine":
        cosines: NDArray[np.float32] = np.clip(normalized(left) @ normalized(right).T, -1, 1)
        return cosines
    if measure == "dot":
        return np.asarray(left @ right.T)
    if measure != "euclidean":
        raise ValidationError(f"measure must be cosine, dot or euclidean, not {measure!r}.")
    # In twice the precision: the difference of large squares leaves little of a small distance.
    a, b = left.astype(np.float64), right.astype(np.float64)
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * (a @ b.T)
    return np.asarray(np.sqrt(np.maximum(squares, 0)), dtype=np.float32)
