"""Vectors that come in any order, from any thread, end in one array."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hf_integrations.errors import DecodeError
from hf_integrations.services.gathering import Gathered


def block(rows: int, *, first: int = 0, dimensions: int = 3) -> np.ndarray:
    """Rows that can be told apart."""
    numbers = np.arange(first, first + rows, dtype=np.float32)
    return np.repeat(numbers[:, None], dimensions, axis=1)


def test_answers_fill_their_rows_from_any_thread() -> None:
    """Whichever comes first makes the array."""
    gathered = Gathered(400)
    with ThreadPoolExecutor(8) as threads:
        for start in range(396, -1, -4):
            threads.submit(gathered.put, start, block(4, first=start))

    assert np.array_equal(gathered.array(), block(400))
    assert gathered.array().dtype == np.float32


def test_an_answer_to_all_is_not_copied() -> None:
    """It is the array."""
    gathered, vectors = Gathered(2), block(2)
    gathered.put(0, vectors)

    assert gathered.array() is vectors


def test_rows_that_never_came_are_nan() -> None:
    """Those of refused texts."""
    gathered = Gathered(3)
    gathered.put(0, block(1))
    gathered.put(2, block(1, first=2))
    found = gathered.array([1])

    assert np.isnan(found[1]).all()
    assert np.array_equal(found[[0, 2]], block(3)[[0, 2]])


def test_vectors_of_another_length_are_refused() -> None:
    """One array has one length."""
    gathered = Gathered(3)
    gathered.put(0, block(1))

    with pytest.raises(DecodeError, match=r"several lengths: \[2, 3\]"):
        gathered.put(1, block(1, dimensions=2))
