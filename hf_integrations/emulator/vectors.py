"""Vectors without a model: texts that share words, word forms and phrases lie near each other.

Every feature (a stemmed word, two neighbouring words, three to five letters of a word) is hashed
to a few signed positions, weighed and summed. The hash is a fixed function of the text, so that
all processes and machines agree. Distance is lexical: synonyms do not meet.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hf_integrations.emulator.words import STOP_WORDS, stem, weight, words

Vectors: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.uint64]

POSITIONS = 8  # per word: several, so that no single collision weighs much
LETTERS_SHARE = 0.3  # how much letter groups add to their word
PAIRS_SHARE = 0.2  # how much a pair of neighbours adds to its words
ROOM = 8_192  # words remembered: 12 MB at 384 dimensions

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Vectorizer:
    """Turns texts into vectors of `dimensions` numbers; safe to use from several threads."""

    def __init__(self, dimensions: int = 384, *, room: int = ROOM) -> None:
        self.dimensions = dimensions
        self._room = room
        self._rows = np.zeros((min(room, 1_024), dimensions), dtype=np.float32)
        self._codes = np.zeros(len(self._rows), dtype=np.uint64)
        self._places: dict[str, int] = {}
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the raw sums, n × d; a text without a word is its own one word."""
        with self._lock:
            return np.array([self._sum(text) for text in texts], dtype=np.float32).reshape(
                len(texts), self.dimensions
            )

    def _sum(self, text: str) -> Vectors:
        found = list(words(text)) or [text]  # as a model, which has a vector for anything
        forms, weights = [stem(word) for word in found], [weight(word) for word in found]
        places, order = self._known(forms)
        counts = Counter(forms)
        heaviest = dict.fromkeys(order, 0.0)
        for form, value in zip(forms, weights, strict=True):
            heaviest[form] = max(heaviest[form], value)
        factors = [heaviest[form] * (1 + math.log(counts[form])) for form in order]
        total = np.array(factors, dtype=np.float32) @ self._rows[[places[form] for form in order]]
        return self._with_pairs(total, [places[form] for form in forms], weights)

    def _with_pairs(self, total: Vectors, places: list[int], weights: list[float]) -> Vectors:
        if len(places) < 2:
            return total
        codes, heights = self._codes[places], np.sqrt(np.array(weights, dtype=np.float32))
        pairs = codes[:-1] * _MIX[0] ^ (codes[1:] + _MIX[1]) * _MIX[1]
        unique, first, times = np.unique(pairs, return_index=True, return_counts=True)
        height = (heights[:-1] * heights[1:])[first] * (1 + np.log(times)) * (PAIRS_SHARE / 2)
        for turn in range(4):
            spots, signs = _spots(unique, turn, self.dimensions)
            total += np.bincount(spots, weights=signs * height, minlength=self.dimensions)
        return total

    def _known(self, forms: list[str]) -> tuple[dict[str, int], list[str]]:
        """Return the row of every form, learning the new ones, and the distinct forms."""
        order = list(dict.fromkeys(forms))
        fresh = [form for form in order if form not in self._places]
        if len(self._places) + len(fresh) > self._room:
            self._places.clear()
            fresh = order
        self._grow(len(self._places) + len(fresh))
        for form in fresh:
            place = len(self._places)
            self._codes[place], self._rows[place] = _code(form), self._row(form)
            self._places[form] = place
        return self._places, order

    def _grow(self, needed: int) -> None:
        if needed > len(self._rows):
            size = max(needed, 2 * len(self._rows))
            rows, codes = self._rows, self._codes
            self._rows = np.zeros((size, self.dimensions), dtype=np.float32)
            self._codes = np.zeros(size, dtype=np.uint64)
            self._rows[: len(rows)], self._codes[: len(codes)] = rows, codes

    def _row(self, form: str) -> Vectors:
        row = _spread([f"w{form}"], POSITIONS, self.dimensions)
        if form in STOP_WORDS:
            return row
        framed = f"<{form}>"[:34]  # letters of a very long word say nothing more
        groups = [framed[i : i + n] for n in (3, 4, 5) for i in range(len(framed) - n + 1)]
        if groups:
            letters = _spread([f"c{group}" for group in groups], 2, self.dimensions)
            row += letters * np.float32(LETTERS_SHARE / math.sqrt(len(groups)))
        return row


def unit(vectors: Vectors) -> Vectors:
    """Scale every row to length 1 (L2); a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled


def _code(form: str) -> int:
    return int.from_bytes(
        blake2b(form.encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )


def _spread(features: list[str], positions: int, dimensions: int) -> Vectors:
    """Sum the features, each of length 1 on `positions` signed positions."""
    digests = b"".join(
        blake2b(feature.encode("utf-8", "replace"), digest_size=4 * positions).digest()
        for feature in features
    )
    drawn = np.frombuffer(digests, dtype="<u4")
    signs = np.where(drawn & 1, 1.0, -1.0) / math.sqrt(positions)
    summed = np.bincount((drawn >> 1) % dimensions, weights=signs, minlength=dimensions)
    return summed.astype(np.float32)


def _spots(codes: Integers, turn: int, dimensions: int) -> tuple[NDArray[np.int64], Vectors]:
    mixed = codes + np.uint64(0x9E3779B97F4A7C15 * (turn + 1) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    mixed ^= mixed >> np.uint64(31)
    signs = np.where(mixed & np.uint64(1), 1.0, -1.0).astype(np.float32)
    return ((mixed >> np.uint64(1)) % np.uint64(dimensions)).astype(np.int64), signs
