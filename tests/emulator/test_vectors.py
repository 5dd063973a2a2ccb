"""Vectors: unit length, the same everywhere, near for near texts."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hf_integrations.emulator.vectors import Vectorizer, Vectors, unit

VECTORIZER = Vectorizer(384)
SENTENCE = "The assert statement inserts debugging assertions into a program."


def cosine(one: str, other: str) -> float:
    """Return the cosine of two texts."""
    vectors: Vectors = unit(VECTORIZER.embed([one, other]))
    return float(vectors[0] @ vectors[1])


@given(st.lists(st.text(max_size=80), max_size=6))
def test_every_text_has_a_vector_of_length_one(texts: list[str]) -> None:
    """Also one without a word: a store that compares directions must be able to keep it."""
    vectors = unit(VECTORIZER.embed(texts))
    lengths = np.linalg.norm(vectors, axis=1)

    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(lengths, 1, atol=1e-5)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_neighbours_in_a_batch_make_no_difference(texts: list[str]) -> None:
    """A text has one vector, alone or among others, in a new or a used vectorizer."""
    together = VECTORIZER.embed(texts)
    alone = np.vstack([Vectorizer(384).embed([text]) for text in texts])

    assert np.array_equal(together, alone)


def test_other_processes_agree() -> None:
    """The hash does not depend on the process, as Python's own does."""
    code = (
        "from hf_integrations.emulator.vectors import Vectorizer\n"
        f"print(Vectorizer(64).embed([{SENTENCE!r}]).tobytes().hex())"
    )
    found = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()

    assert found == Vectorizer(64).embed([SENTENCE]).tobytes().hex()


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("how do I raise an exception", "Raising exceptions", "a recipe for apple pie"),
        ("heat transfer in wings", "the wing's transfer of heat", "banks lend money"),
        ("The cat sat on the mat", "a cat is sitting on mats", "stock markets fell today"),
        ("open a file for reading", "file reading and opening", "the planets of the sun"),
        ("你好啊集团是一家公司", "你好啊集团", "今天天气很好"),
        ("embedding", "embeddings embedded", "football"),
    ],
)
def test_near_texts_are_nearer_than_far_ones(text: str, near: str, far: str) -> None:
    """Common words and word forms bring texts together."""
    assert cosine(text, near) > cosine(text, far) + 0.1


@given(st.sampled_from(SENTENCE.split()), st.integers(0, 9))
def test_a_changed_word_moves_a_text_less_than_another_text(word: str, at: int) -> None:
    """One other word leaves a text nearer to itself than a text about something else."""
    parts = SENTENCE.split()
    parts[at % len(parts)] = word

    assert cosine(SENTENCE, " ".join(parts)) > cosine(SENTENCE, "Bananas ripen in warm weather.")


def test_order_of_words_matters_a_little() -> None:
    """The same words in another order are near, and not the same."""
    assert 0.8 < cosine("dog bites man today", "man bites today dog") < 0.999


def test_function_words_hardly_matter() -> None:
    """Texts that share only `the` and `of` are far from each other."""
    assert abs(cosine("the tail of the comet", "the price of the bread")) < 0.3


def test_no_text_has_no_vector() -> None:
    """Nothing in, nothing out, and still so many columns."""
    assert VECTORIZER.embed([]).shape == (0, 384)


def test_a_full_memory_is_emptied_and_changes_nothing() -> None:
    """Words beyond the room are learnt again, with the same result."""
    small = Vectorizer(64, room=4)
    texts = ["one two three", "four five six", "one two three four five six seven eight", "one"]

    assert np.array_equal(small.embed(texts), Vectorizer(64).embed(texts))


def test_many_words_grow_the_memory() -> None:
    """More words than the first rows hold."""
    texts = [" ".join(f"word{n}" for n in range(start, start + 700)) for start in (0, 700, 1400)]

    assert np.array_equal(Vectorizer(32).embed(texts)[2], Vectorizer(32).embed(texts[2:])[0])


def test_threads_share_a_vectorizer() -> None:
    """Several threads at once get what one gets alone."""
    shared, texts = Vectorizer(64, room=16), [f"word{n} and word{n + 1}" for n in range(200)]
    found: list[Vectors] = []
    threads = [threading.Thread(target=lambda: found.append(shared.embed(texts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = Vectorizer(64).embed(texts)
    assert all(np.array_equal(one, expected) for one in found)
    assert len(found) == 4


@settings(max_examples=20)
@given(st.integers(1, 512))
def test_any_number_of_dimensions_works(dimensions: int) -> None:
    """From one number up."""
    assert Vectorizer(dimensions).embed([SENTENCE]).shape == (1, dimensions)


def test_very_long_words_are_no_trouble() -> None:
    """A word of a hundred thousand letters."""
    assert np.isfinite(VECTORIZER.embed(["x" * 100_000])).all()


def test_lone_surrogates_are_no_trouble() -> None:
    """A text that cannot be encoded has a vector all the same."""
    assert np.isfinite(VECTORIZER.embed(["\ud800 word"])).all()
