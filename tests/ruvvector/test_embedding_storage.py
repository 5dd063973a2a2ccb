"""Texts in, texts out: with functions and with clients, plain and in asyncio."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError, StoreError, ValidationError
from hf_integrations.ruvvector import AsyncHfEmbeddingStorage, HfEmbeddingStorage
from hf_integrations.ruvvector.embedding_storage import BATCH

Keep = Callable[..., Any]
TEXTS = ["leek soup", "plum cake", "a wooden chair"]


class Counting:
    """An embedding function that remembers what it was asked, and fails when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.left = 10**9

    def __call__(self, texts: list[str]) -> Any:
        """The letters of each text, counted."""
        self.left -= 1
        if self.left < 0:
            raise StoreError("out of breath")
        self.asked += texts
        return [[text.count(letter) + 0.1 for letter in "aeioulpc"] for text in texts]


class InLoop:
    """An `AsyncHfEmbeddingStorage` behind a plain face."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._runner = asyncio.Runner()
        self._inner = AsyncHfEmbeddingStorage(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        return lambda *args, **kwargs: self._runner.run(method(*args, **kwargs))

    def end(self) -> None:
        """Close the storage and the loop."""
        self._runner.run(self._inner.close())
        self._runner.close()


@pytest.fixture(params=["sync", "async"])
def keep(request: pytest.FixtureRequest, postgres_dsn: str, schema: str) -> Iterator[Keep]:
    """Makes storages in the test's schema."""
    made: list[Any] = []

    def make(embedder: Any, **settings: Any) -> Any:
        kind: Any = HfEmbeddingStorage if request.param == "sync" else InLoop
        made.append(kind(embedder, postgres_dsn, schema=schema, **settings))
        return made[-1]

    yield make
    for storage in made:
        storage.end() if isinstance(storage, InLoop) else storage.close()


def test_texts_are_stored_and_found(keep: Keep) -> None:
    """By their meaning, by words and meaning, with metadata, model and provider."""
    storage = keep(Counting(), model="letters", provider="me")
    ids = storage.store(TEXTS, metadata=[{"n": n} for n in range(3)], ids=["a", None, "c"])
    assert (ids[0], ids[2], len(ids[1])) == ("a", "c", 32)
    assert storage.search("leek soup", k=1)[0].text == "leek soup"
    assert storage.search("soup", filter={"n": 1})[0].id == ids[1]
    assert storage.hybrid_search("chairs", k=1)[0].id == "c"
    record = storage.get(["a"])[0]
    assert (record.model, record.provider, record.metadata) == ("letters", "me", {"n": 0})


def test_what_is_there_is_not_embedded_again(keep: Keep) -> None:
    """Same text, metadata and model; a changed one is."""
    embed = Counting()
    storage = keep(embed, model="letters")
    ids = storage.store([*TEXTS, TEXTS[0]])
    assert (embed.asked, ids[0]) == (TEXTS, ids[3])
    assert storage.store(TEXTS) == ids[:3]
    assert embed.asked == TEXTS
    storage.store(TEXTS, metadata=[None, {"new": 1}, {}])
    assert embed.asked == [*TEXTS, "plum cake"]
    storage.store(["pear cake"], ids=[ids[1]])
    assert embed.asked[4:] == ["pear cake"]
    assert storage.count() == 3
    other = keep(embed, model="other")
    other.store(TEXTS)
    assert (len(embed.asked), other.count()) == (8, 6)


def test_what_broke_off_is_completed(keep: Keep) -> None:
    """Whole batches are stored, and only the rest is embedded."""
    embed = Counting()
    storage = keep(embed)
    texts = [f"text {n}" for n in range(2 * BATCH + 10)]
    embed.left = 2
    with pytest.raises(StoreError, match="out of breath"):
        storage.store(texts)
    assert storage.count() == 2 * BATCH
    embed.left = 1
    storage.store(texts)
    assert sorted(embed.asked) == sorted(texts)
    assert storage.count() == len(texts)


def test_the_index_is_made_when_it_is_due(keep: Keep) -> None:
    """After all batches, once."""
    storage = keep(Counting(), index_after=5)
    storage.store([f"{n} cake" for n in range(20)])
    assert "One-Time Filter" in storage.explain([1.0] * 8)
    assert storage.store([]) == []


def test_wrong_items_are_named_before_anything_is_embedded(keep: Keep) -> None:
    """By their index."""
    embed = Counting()
    storage = keep(embed)
    with pytest.raises(ValidationError, match="item 1: its text holds a NUL"):
        storage.store(["a", "b\x00"])
    with pytest.raises(ValidationError, match="metadata has 1 items for 2 texts"):
        storage.store(["a", "b"], metadata=[{}])
    assert embed.asked == []


@dataclass
class Answer:
    """What a client answers."""

    vectors: Any


class Client:
    """A client that embeds; asynchronous where it is told to be."""

    def __init__(self, *, awaited: bool) -> None:
        self.embeddings, self._awaited = self, awaited
        self.threads: set[int] = set()

    def create(self, texts: list[str], *, model: str) -> Any:
        """The number of letters, or a promise of it."""
        assert model == "org/name"
        self.threads.add(threading.get_ident())
        answer = Answer(np.array([[float(len(text)), 1.0] for text in texts]))
        return self._later(answer) if self._awaited else answer

    async def _later(self, answer: Answer) -> Answer:
        await asyncio.sleep(0)
        return answer


def test_a_client_embeds(keep: Keep) -> None:
    """A plain one in both colours; beside a loop it works in a thread."""
    client = Client(awaited=False)
    storage = keep(client, model="org/name", metric="l2")
    storage.store(["a", "aaaa"])
    assert storage.search("bbbb", k=1)[0].text == "aaaa"
    assert (threading.get_ident() in client.threads) is not isinstance(storage, InLoop)


def test_an_asynchronous_client_embeds_in_asyncio_only(keep: Keep) -> None:
    """The plain storage says which one takes it."""
    storage = keep(Client(awaited=True), model="org/name")
    if isinstance(storage, InLoop):
        storage.store(["a", "aaaa"])
        assert storage.count() == 2
    else:
        with pytest.raises(ValidationError, match="AsyncHfEmbeddingStorage takes it"):
            storage.store(["a"])


@pytest.mark.parametrize("kind", [HfEmbeddingStorage, AsyncHfEmbeddingStorage])
def test_an_embedder_is_a_function_or_a_client(kind: Any) -> None:
    """Anything else is refused where it is given."""
    with pytest.raises(ConfigurationError, match="embedder is a int; give a client, or a function"):
        kind(5, "postgresql://x/y")
    with pytest.raises(ConfigurationError, match="model is missing"):
        kind(Client(awaited=False), "postgresql://x/y")


async def test_our_own_clients_embed(postgres_dsn: str, schema: str) -> None:
    """The plain and the asynchronous one, against a server."""
    with Emulator() as emulator:
        settings: dict[str, Any] = {"base_url": emulator.url, "token": "hf_test"}
        plain: dict[str, Any] = {"schema": schema, "model": "org/name"}

        def in_thread() -> list[str]:
            with (
                HfInferenceClient(**settings) as client,
                HfEmbeddingStorage(client, postgres_dsn, **plain) as storage,
            ):
                storage.store(TEXTS)
                return [match.text for match in storage.search("plum cake", k=1)]

        assert await asyncio.to_thread(in_thread) == ["plum cake"]
        async with (
            AsyncHfInferenceClient(**settings) as client,
            AsyncHfEmbeddingStorage(client, postgres_dsn, **plain) as storage,
        ):
            await storage.store([*TEXTS, "a plum"])
            assert (await storage.search("a plum", k=1))[0].text == "a plum"
            assert await storage.count() == 4


async def test_a_storage_can_be_copied_and_pickled(
    postgres_dsn: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its client, whose token stays behind."""
    with Emulator(engine="tei") as emulator:
        client = HfInferenceClient(base_url=emulator.url, token="hf_very_secret")
        with client, HfEmbeddingStorage(client, postgres_dsn, schema=schema, model="m") as storage:
            storage.store(TEXTS)
            written = pickle.dumps(storage)
            assert b"hf_very_secret" not in written
            monkeypatch.setenv("DATABASE_URL", postgres_dsn)
            with pickle.loads(written) as other, copy.deepcopy(storage) as third:  # noqa: S301
                assert other.search("soup", k=1)[0].text == "leek soup"
                assert third.search("soup", k=1)[0].text == "leek soup"
                embed: Any = other._state.embed
                embed.args[0].close()  # the client that came along
