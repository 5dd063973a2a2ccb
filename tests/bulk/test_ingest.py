"""Documents into a real store."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from hf_integrations.bulk import Document, Report, ingest, refuse_mixture
from hf_integrations.errors import ConfigurationError, NetworkError, ValidationError
from hf_integrations.ruvvector import RuvVectorStore


class Embedder:
    """Counts what it is asked, and can fail at the n-th call."""

    def __init__(self, fail_at: int = 0) -> None:
        self.texts: list[str] = []
        self.calls = 0
        self.fail_at = fail_at

    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of two numbers."""
        self.calls += 1
        if self.calls == self.fail_at:
            raise NetworkError("the line was cut")
        self.texts += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


@pytest.fixture
def store(postgres_dsn: str, schema: str) -> Iterator[RuvVectorStore]:
    """An empty collection."""
    with RuvVectorStore(postgres_dsn, "corpus", schema=schema) as made:
        yield made


def documents(count: int, pieces: int = 1) -> list[Document]:
    """Documents of so many pieces each."""
    return [
        Document(
            f"d{number}", "\n\n".join(f"{number} {piece} " + "x" * 90 for piece in range(pieces))
        )
        for number in range(count)
    ]


def run(store: RuvVectorStore, corpus: list[Document], embed: Embedder, model: str = "m") -> Report:
    """Ingest in small pieces."""
    return ingest(corpus, store=store, embed=embed, model=model, size=100)


def test_documents_are_split_embedded_and_stored(store: RuvVectorStore) -> None:
    """Each piece keeps where it came from."""
    report = run(store, documents(2, pieces=3), Embedder())

    assert report == Report(documents=2, pieces=6, stored=6, skipped=0, repeated=0, removed=0)
    (record,) = store.get(["d1#2"])
    assert record.metadata == {
        "corpus": "", "source": "d1", "piece": 2, "heading": "", "embedded_by": "m",
    }  # fmt: skip
    assert record.model == "m"


def test_a_second_run_embeds_nothing(store: RuvVectorStore) -> None:
    """What is there unchanged is skipped."""
    run(store, documents(3), Embedder())
    again = Embedder()

    report = run(store, documents(3), again)

    assert (report.stored, report.skipped, again.calls) == (0, 3, 0)


def test_only_what_changed_is_embedded(store: RuvVectorStore) -> None:
    """One changed piece is one text."""
    corpus = documents(3)
    run(store, corpus, Embedder())
    again = Embedder()

    report = run(store, [*corpus[:2], Document("d2", "new words")], again)

    assert (report.stored, report.skipped, again.texts) == (1, 2, ["new words"])


def test_what_a_shorter_document_no_longer_has_is_removed(store: RuvVectorStore) -> None:
    """No answer is taken from a text that is gone."""
    run(store, documents(1, pieces=4), Embedder())

    report = run(store, [Document("d0", "short")], Embedder())

    assert (report.removed, store.count()) == (3, 1)


def test_what_stands_in_two_documents_is_kept_once(store: RuvVectorStore) -> None:
    """From the shorter of them, so that an answer names the more specific source."""
    report = run(
        store, [Document("long", "same\n\n" + "x" * 95), Document("short", "same")], Embedder()
    )

    assert (report.pieces, report.stored, report.repeated) == (3, 2, 1)
    assert [record.id for record in store.get()] == ["long#1", "short#0"]


def test_what_has_become_a_repeat_is_removed(store: RuvVectorStore) -> None:
    """A document that comes later may be the more specific one."""
    long = Document("long", "same\n\n" + "x" * 95)
    run(store, [long], Embedder())

    report = run(store, [long, Document("short", "same")], Embedder())

    assert (report.stored, report.removed, store.count()) == (1, 1, 2)


def test_another_model_embeds_everything_anew(store: RuvVectorStore) -> None:
    """Vectors of two models do not mix."""
    run(store, documents(2), Embedder())

    assert run(store, documents(2), Embedder(), model="other").stored == 2


def test_documents_of_two_folders_with_equal_names_stand_side_by_side(
    store: RuvVectorStore,
) -> None:
    """And a second run of either skips what is unchanged."""
    one, two = Document("readme", "first", "one"), Document("readme", "second", "two")
    run(store, [one], Embedder())
    run(store, [two], Embedder())

    assert sorted(record.text for record in store.get()) == ["first", "second"]
    assert [run(store, [each], Embedder()).skipped for each in (one, two)] == [1, 1]


def test_documents_that_are_gone_are_removed_where_that_is_said(store: RuvVectorStore) -> None:
    """Those of the same corpus, and only they; without a word all stay."""
    corpus = [Document(name, f"text {name}", "one") for name in "abc"]
    run(store, [*corpus, Document("a", "other", "two")], Embedder())

    assert run(store, corpus[:1], Embedder()).removed == 0
    report = ingest(
        corpus[:1],
        store=store,
        embed=Embedder(),
        model="m",
        size=100,
        gone=lambda name: name == "b",
    )
    assert (report.removed, report.skipped) == (1, 1)
    assert sorted(record.text for record in store.get()) == ["other", "text a", "text c"]


def test_a_collection_does_not_mix_two_models(store: RuvVectorStore) -> None:
    """What would stay of another model is a reason to stop before anything is done."""
    run(store, [Document("a", "one", "here"), Document("b", "two", "here")], Embedder(), "m")
    embed = Embedder()

    with pytest.raises(ConfigurationError, match="embedded by m, not by other"):
        run(store, [Document("a", "new", "here")], embed, "other")
    assert (embed.calls, store.count()) == (0, 2)

    refuse_mixture(store, "m")
    report = ingest(
        [Document("a", "new", "here")],
        store=store, embed=embed, model="other", gone=lambda name: True,
    )  # fmt: skip
    assert (report.stored, report.removed) == (1, 1)
    refuse_mixture(store, "other")


def test_an_interrupted_run_is_completed_by_a_second(store: RuvVectorStore) -> None:
    """Whole batches are stored, and only the rest is embedded again."""
    corpus = documents(600)
    with pytest.raises(NetworkError):
        run(store, corpus, Embedder(fail_at=2))
    kept = store.count()
    again = Embedder()

    report = run(store, corpus, again)

    assert kept == 256
    assert (report.stored, report.skipped, store.count()) == (344, 256, 600)
    assert len(again.texts) == 344


def test_progress_is_told(store: RuvVectorStore) -> None:
    """Each step, how many pieces are done, and of how many."""
    told: list[tuple[str, int, int]] = []

    ingest(
        documents(300),
        store=store,
        embed=Embedder(),
        model="m",
        size=100,
        progress=lambda step, done, total: told.append((step, done, total)),
    )

    assert told == [
        ("compare", 300, 300),
        ("embed", 0, 300),
        ("embed", 256, 300),
        ("embed", 300, 300),
    ]


@pytest.mark.parametrize(
    ("corpus", "words"),
    [([], "there is none"), ([Document("a", "x"), Document("a", "y")], "same source")],
    ids=["empty", "twice"],
)
def test_a_corpus_that_cannot_be_kept_is_refused(
    store: RuvVectorStore, corpus: list[Document], words: str
) -> None:
    """Before anything is embedded or stored."""
    with pytest.raises(ValidationError, match=words):
        run(store, corpus, Embedder())
    assert store.count() == 0
