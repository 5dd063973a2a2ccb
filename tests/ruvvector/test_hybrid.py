"""Searching by words, and by vector and words together, in both colours."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector import Filter, RuvVectorStore
from hf_integrations.ruvvector.hybrid import MAX_QUERY
from tests.postgres import administrator, index_minded
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
RANDOM = np.random.default_rng(3)
# Made-up words, so that no stemmer and no list of stop words has an opinion about them.
VOCABULARY = [f"{a}{b}o{c}u" for a in "bdfgklmnprstvz" for b in "aeiu" for c in "bdgkmnprtz"]
CHANCES = 1 / np.arange(2, len(VOCABULARY) + 2)
CHANCES /= CHANCES.sum()
TEXTS = [
    " ".join(RANDOM.choice(VOCABULARY, size=RANDOM.integers(5, 60), p=CHANCES)) for _ in range(400)
]
VECTORS = RANDOM.normal(size=(400, 6)).astype(np.float32)
NAMES = [f"{row:03}" for row in range(400)]
METADATA = [{"kind": row % 5, "alone": row == 77} for row in range(400)]
QUERY = " ".join(VOCABULARY[row] for row in (0, 3, 40, 80, 3))


def bm25(query: str, texts: dict[str, str]) -> dict[str, float]:
    """BM25 a second time, in plain Python: length in different words, repeated words count."""
    words = {name: Counter(re.findall(r"\w+", text)) for name, text in texts.items()}
    mean = sum(map(len, words.values())) / len(words)
    scores: dict[str, float] = {}
    for word, times in Counter(re.findall(r"\w+", query)).items():
        rows = sum(word in counts for counts in words.values())
        weight = times * math.log(1 + (len(words) - rows + 0.5) / (rows + 0.5))
        for name, counts in words.items():
            if tf := counts[word]:
                norm = 1.2 * (0.25 + 0.75 * len(counts) / mean)
                scores[name] = scores.get(name, 0) + weight * tf * 2.2 / (tf + norm)
    return scores


def best(scores: dict[str, float], k: int) -> list[str]:
    """The names with the highest scores, equal ones in their order."""
    return sorted(scores, key=lambda name: (-round(scores[name], 9), name))[:k]


@pytest.fixture
def library(open_store: MakeStore) -> AnyStore:
    """400 texts with an index over words."""
    store = open_store(language="simple")
    store.add(TEXTS, VECTORS, ids=NAMES, metadata=METADATA)
    return store


def ids(matches: Any) -> list[str]:
    """The ids of matches."""
    return [match.id for match in matches]


def test_texts_are_ranked_by_bm25(library: AnyStore) -> None:
    """The same rows, order and scores as plain Python has."""
    expected = bm25(QUERY, dict(zip(NAMES, TEXTS, strict=True)))
    found = library.text_search(QUERY, k=30)
    assert ids(found) == best(expected, 30)
    np.testing.assert_allclose([m.score for m in found], [expected[m.id] for m in found], rtol=1e-5)
    assert found[0].text == TEXTS[int(found[0].id)]
    assert found[0].metadata == METADATA[int(found[0].id)]


def test_a_filter_keeps_what_passes_it(library: AnyStore) -> None:
    """All rows that pass and share a word are found, however few; weights are of all rows."""
    expected = bm25(QUERY, dict(zip(NAMES, TEXTS, strict=True)))
    kind = {name: score for name, score in expected.items() if int(name) % 5 == 3}
    assert ids(library.text_search(QUERY, k=400, filter={"kind": 3})) == best(kind, 400)
    alone = Filter.key("alone").eq(True)
    assert ids(library.text_search(TEXTS[77], filter=alone)) == ["077"]
    assert library.text_search(TEXTS[77], filter={"kind": 9}) == []


def test_statistics_are_right_after_every_change(library: AnyStore) -> None:
    """Added, changed and deleted rows count at once."""
    library.text_search(QUERY)
    texts = dict(zip(NAMES, TEXTS, strict=True))
    library.delete(NAMES[:100])
    library.add([QUERY, "nothing", QUERY + " " + TEXTS[0]], VECTORS[:3], ids=["new", "150", "151"])
    for name in NAMES[:100]:
        del texts[name]
    texts |= {"new": QUERY, "150": "nothing", "151": QUERY + " " + TEXTS[0]}
    found = library.text_search(QUERY, k=50)
    assert ids(found) == best(bm25(QUERY, texts), 50)
    assert {"new", "151"} <= set(ids(found))
    library.delete_all()
    assert library.text_search(QUERY) == []


def test_words_are_those_of_the_language(open_store: MakeStore) -> None:
    """Other forms of a word are found, and stop words say nothing."""
    store = open_store()
    store.add(["The cats were running", "Der Hund", "a dog"], np.eye(3), ids=["a", "b", "c"])
    assert ids(store.text_search("a cat that runs")) == ["a"]
    assert (
        store.text_search("the a of") == store.text_search("") == store.text_search(" ... ") == []
    )

    german = open_store(collection="german", language="german")
    german.add(["Die Häuser der Hunde", "Das Auto"], np.eye(2), ids=["a", "b"])
    assert ids(german.text_search("ein Haus")) == ["a"]


def test_any_word_is_enough(library: AnyStore) -> None:
    """A question need not have all its words in a text, and unknown ones cost nothing."""
    expected = bm25(VOCABULARY[5], dict(zip(NAMES, TEXTS, strict=True)))
    assert ids(library.text_search(f"{VOCABULARY[5]} unknownword", k=5)) == best(expected, 5)


HOSTILE = [
    "'", "''", "\\", "\\'", "a'b", "(", ")", "&|!", "a & ", ":*", "<->", "a:b", "%", "%s", "$1",
    "'; DROP TABLE x; --", "née 日本語", "🎉",
    "https://a.b/c?d=e&f='g'", "a\\b:c'd", "\n\t", '"a" -b',
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_questions_of_any_characters_are_safe(library: AnyStore, text: str) -> None:
    """Nothing in a text has a special meaning, in texts and in questions."""
    library.add([f"{text} {VOCABULARY[1]}"], [[1.0] * 6], ids=["hostile"])
    assert "hostile" in ids(library.text_search(f"{VOCABULARY[1]} {text}", k=401))
    assert len(library.hybrid_search(text, VECTORS[0])) == 10
    assert library.count() == 401


@pytest.fixture(scope="module")
def shared(postgres_dsn: str) -> Any:
    """A store that is only read from."""
    with RuvVectorStore(postgres_dsn, "hybrid", schema="test_hybrid", language="simple") as store:
        store.add(TEXTS, VECTORS, ids=NAMES)
        yield store
    with administrator(postgres_dsn) as connection:
        connection.execute("DROP SCHEMA test_hybrid CASCADE")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_question_is_an_error(shared: RuvVectorStore, text: str) -> None:
    """Whatever it is made of."""
    assert len(shared.text_search(text, k=3)) <= 3


def test_a_long_question_is_cut(library: AnyStore) -> None:
    """A document can be the question; it takes no time without end."""
    assert library.text_search("x " * MAX_QUERY + VOCABULARY[0]) == []
    assert ids(library.text_search(" ".join(VOCABULARY), k=3))


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ((5, VECTORS[0]), {}, "text is a int; give a string"),
        (("a\x00", VECTORS[0]), {}, "text holds a NUL"),
        (("a", VECTORS[0][:3]), {}, "vector has 3 dimensions and the collection 6"),
        (("a",), {}, "vectors are missing"),
        (("a", VECTORS[0], 1_001), {}, "k is at most 1000 in a hybrid search"),
        (("a", VECTORS[0]), {"candidates": 1_001}, "candidates is at most 1000"),
        (("a", VECTORS[0]), {"candidates": 0}, "candidates is a whole number"),
        (("a", VECTORS[0]), {"fusion": "max"}, "fusion 'max' is not known; choose: rrf, scores"),
        (("a", VECTORS[0]), {"text_weight": 1.5}, "text_weight is a number from 0, vectors alone"),
        (("a", VECTORS[0]), {"text_weight": True}, "text_weight is a number"),
        (("a", VECTORS[0]), {"filter": {"a": {"$x": 1}}}, "is not known"),
    ],
)
def test_wrong_questions_say_what_is_wrong(
    library: AnyStore, arguments: tuple[Any, ...], options: dict[str, Any], sentence: str
) -> None:
    """Nothing wrong is sent."""
    with pytest.raises(ValidationError, match=sentence):
        library.hybrid_search(*arguments, **options)


def fused(text_weight: float, k: int = 10) -> dict[str, float]:
    """Reciprocal rank fusion in plain Python, of 100 and 100."""
    near = VECTORS @ VECTORS[9] / np.linalg.norm(VECTORS, axis=1)
    by_vector = [NAMES[row] for row in np.argsort(-near)[:100]]
    by_words = best(bm25(QUERY, dict(zip(NAMES, TEXTS, strict=True))), 100)
    scores: dict[str, float] = {}
    for weight, ranking in ((1 - text_weight, by_vector), (text_weight, by_words)):
        for place, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0) + weight * 61 / (60 + place)
    return scores


@pytest.mark.parametrize("weight", [0.5, 0.3, 0, 1])
def test_ranks_are_fused_as_documented(library: AnyStore, weight: float) -> None:
    """The same rows, order and scores as plain Python has, with every weight."""
    expected = fused(weight)
    found = library.hybrid_search(QUERY, VECTORS[9], k=20, text_weight=weight)
    np.testing.assert_allclose([m.score for m in found], [expected[m.id] for m in found])
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    np.testing.assert_allclose(found[-1].score, sorted(expected.values())[-20])
    distance = {m.id: m.distance for m in library.search(VECTORS[9], k=400)}
    assert all(math.isclose(m.distance, distance[m.id], abs_tol=1e-6) for m in found)
    score = {m.id: m.score for m in library.text_search(QUERY, k=100)}
    assert {m.id: m.text_score for m in found} == {m.id: score.get(m.id) for m in found}


def test_scores_can_be_fused_instead(library: AnyStore) -> None:
    """With the weight at an end, the order is that of one side."""
    by_vector = library.hybrid_search(QUERY, VECTORS[9], fusion="scores", text_weight=0)
    assert ids(by_vector) == ids(library.search(VECTORS[9]))
    by_words = library.hybrid_search(QUERY, VECTORS[9], fusion="scores", text_weight=1)
    assert ids(by_words) == ids(library.text_search(QUERY))
    both = library.hybrid_search(QUERY, VECTORS[9], fusion="scores", candidates=400, k=400)
    assert all(0 <= match.score <= 1 for match in both)
    one = library.hybrid_search(QUERY, VECTORS[9], filter={"alone": True}, fusion="scores")
    assert ids(one) == ["077"]


def test_each_question_is_searched_by_its_own_words(open_store: MakeStore) -> None:
    """Nothing of the first question is left when the second is asked."""
    store = open_store()
    fruit = ["a banana", "a cherry", "an apple"]
    store.add(fruit, np.ones((3, 2)), ids=fruit)
    for name in (*fruit, *reversed(fruit)):
        assert store.hybrid_search(name, [1, 1], k=1)[0].id == name
        assert [match.id for match in store.text_search(name)] == [name]


def test_the_store_embeds_the_question_where_it_can(open_store: MakeStore) -> None:
    """Text alone is enough; vectors come when they are asked for."""
    store = open_store(embed=lambda texts: [[float(len(text)), 1.0] for text in texts], metric="l2")
    store.add(["apple", "pear tree"], ids=["a", "b"])
    (first, second) = store.hybrid_search("apple", include_vectors=True)
    assert (first.id, first.score, first.distance) == ("a", 1.0, 0.0)
    assert first.vector.tolist() == [5.0, 1.0]
    assert second.text_score is None
    assert store.hybrid_search("apple")[0].vector is None


@pytest.mark.parametrize("k", [10, 150, 400])
def test_a_filtered_hybrid_search_is_never_short(
    open_store: MakeStore, postgres_dsn: str, k: int
) -> None:
    """min(k, matches) rows, also where an index over vectors finds too few."""
    store = open_store(index_minded(postgres_dsn), index_after=0, language="simple")
    store.add(TEXTS, VECTORS, ids=NAMES, metadata=METADATA)
    for filter_, number in (({"kind": 3}, 80), ({"alone": True}, 1), ({"kind": 9}, 0), (None, 400)):
        found = store.hybrid_search(QUERY, VECTORS[0], k, filter_)
        assert len(set(ids(found))) == len(found) == min(k, number)


def test_frequent_words_alone_are_searched_for_in_full(open_store: MakeStore) -> None:
    """Rows are looked for by rare words; where these find too few, by all of them."""
    store = open_store(language="simple")
    texts = ["common words" if row % 2 else "common" for row in range(7_000)]
    texts[4_001] = "rare words"
    names = [f"{row:05}" for row in range(7_000)]
    store.add(texts, np.ones((7_000, 1)), ids=names)
    assert ids(store.text_search("rare", k=5)) == ["04001"]
    found = store.text_search("rare common", k=10)
    assert found[0].id == "04001"
    assert len(found) == 10
    half = store.text_search("words", k=5_000)
    assert len(half) == 3_500


def test_a_question_of_many_words_finds_by_each(open_store: MakeStore) -> None:
    """Ranking takes the rarest; where these find too few, all of them are looked for."""
    store = open_store(language="simple")
    texts = [VOCABULARY[row % 40] for row in range(160)]
    store.add(texts, np.ones((160, 1)))
    assert len(store.text_search(" ".join(VOCABULARY[:40]), k=200)) == 160


def test_a_missing_collection_is_empty_and_stays_missing(open_store: MakeStore) -> None:
    """Reading makes nothing where nothing is."""
    store = open_store()
    assert store.text_search("a") == store.hybrid_search("a", [1.0]) == []
    assert store.count() == 0
