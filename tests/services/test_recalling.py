"""Embeddings that are known are not asked for again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError, ValidationError
from tests.colours import Colour, Looped, Plain

MODEL = "org/name"


@pytest.fixture(params=[Plain(), Looped()], ids=["plain", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Each of the two clients."""
    found: Colour = request.param
    return found


def client(emulator: Emulator, **settings: Any) -> HfInferenceClient:
    """A client of the emulator."""
    return HfInferenceClient(**{"base_url": emulator.url, "token": "hf_test"} | settings)


def sent(emulator: Emulator) -> int:
    """How many requests for vectors there were."""
    return sum(one.path in ("/v1/embeddings", "/embed") for one in emulator.requests)


def test_only_what_is_missing_is_sent_and_the_order_stays(emulator: Emulator) -> None:
    """Known and new ones mixed; what is known costs nothing."""
    with client(emulator) as one:
        first = one.embeddings.create(["a", "b"], model=MODEL)
        mixed = one.embeddings.create(["c", "b", "d", "a"], model=MODEL)
        again = one.embeddings.create("b", model=MODEL)
        stats = one.cache_stats()["embeddings"]

    assert sent(emulator) == 2
    assert mixed.usage == first.usage  # two texts each
    np.testing.assert_array_equal(mixed.vectors[[3, 1]], first.vectors)
    np.testing.assert_array_equal(again.vectors[0], first.vectors[1])
    assert (mixed.requests, again.requests) == (1, 0)
    assert again.usage is not None
    assert again.usage.total_tokens == 0
    assert (stats.hits, stats.misses, stats.entries) == (3, 4, 4)


def test_other_parameters_and_other_models_are_other_vectors(emulator: Emulator) -> None:
    """Nothing is mixed up."""
    with client(emulator) as one:
        for options in (
            {}, {"dimensions": 8}, {"normalize": True}, {"extra_body": {"user": "x"}},
            {"extra_headers": {"x-tenant": "1"}}, {"extra_headers": {"x-tenant": "2"}},
        ):  # fmt: skip
            one.embeddings.create("a", model=MODEL, **options)
        one.with_options(headers={"x-tenant": "3"}).embeddings.create("a", model=MODEL)
        one.embeddings.create("a", model="org/other")
        assert one.clear_caches("org/other") == 1
        assert one.clear_caches() == 7
    assert sent(emulator) == 8


def test_what_one_token_was_given_is_given_to_no_other(emulator: Emulator) -> None:
    """Not everybody may see what a model gives; the same token finds it again."""
    with client(emulator) as one:
        for token in ("hf_test", "hf_other", "hf_test"):
            one.with_options(token=token).embeddings.create("a", model=MODEL)
        assert sent(emulator) == 2
        one.embeddings.create("a", model=MODEL, extra_headers={"Authorization": "Bearer hf_x"})
    assert sent(emulator) == 3


@pytest.mark.parametrize("settings", [{"embedding_cache": False}, {"embedding_cache_bytes": 1}])
def test_it_can_be_turned_off(emulator: Emulator, settings: dict[str, Any]) -> None:
    """Each text is sent each time."""
    with client(emulator, **settings) as one:
        for _ in range(2):
            one.embeddings.create("a", model=MODEL)
    assert sent(emulator) == 2


def test_a_refused_text_is_named_by_its_place_and_the_others_are_kept(emulator: Emulator) -> None:
    """Although only some were sent."""
    with client(emulator, server="tei") as one:
        one.embeddings.create(["a", "b"], model=MODEL)
        with pytest.raises(ValidationError, match=r"inputs\[3\]") as caught:
            one.embeddings.create(["a", "new", "b", ""], model=MODEL)
        assert list(caught.value.failed) == [3]
        rows = caught.value.partial.vectors
        assert np.isnan(rows[3]).all()
        assert not np.isnan(rows[:3]).any()
        before = len(emulator.requests)
        one.embeddings.create(["new"], model=MODEL)
        assert len(emulator.requests) == before


@pytest.mark.parametrize("most", [3 * 384 * 4, None, 3 * 384 * 4 - 1])
def test_a_corpus_takes_no_room_from_what_is_asked_for_again(
    emulator: Emulator, most: int | None
) -> None:
    """New vectors of one call that are too many are not remembered; few among many are."""
    with client(emulator, embedding_cache_call_bytes=most) as one:
        one.embeddings.create(["a", "b", "c"], model=MODEL)
        kept = one.cache_stats()["embeddings"].entries
        assert kept == (0 if most == 3 * 384 * 4 - 1 else 3)
        one.embeddings.create(["a", "d"], model=MODEL)
        assert one.cache_stats()["embeddings"].entries == (kept or 1) + 1


class Shelf:
    """A second tier in a dict."""

    def __init__(self, *, broken: bool = False) -> None:
        self.kept: dict[str, bytes] = {}
        self._broken = broken

    def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """Look."""
        if self._broken:
            raise OSError("hf_secret")
        return [self.kept.get(key) for key in keys]

    def put(self, entries: Sequence[tuple[str, bytes]], model: str) -> None:
        """Keep."""
        self.kept |= dict(entries)

    def clear(self, model: str | None) -> None:
        """Forget."""
        self.kept.clear()


def test_a_second_tier_outlives_the_client(emulator: Emulator, colour: Colour) -> None:
    """In both colours."""
    shelf = Shelf()
    settings = {"base_url": emulator.url, "token": "hf_test", "embedding_cache_store": shelf}
    first = colour(lambda one: one.embeddings.create(["a", "b"], model=MODEL), **settings)
    second = colour(lambda one: one.embeddings.create(["b", "c"], model=MODEL), **settings)

    assert (sent(emulator), second.usage.total_tokens) == (2, first.usage.total_tokens // 2)
    assert len(shelf.kept) == 3
    np.testing.assert_array_equal(second.vectors[0], first.vectors[1])


def test_a_corpus_goes_to_the_second_tier_only(emulator: Emulator) -> None:
    """Where there is room for it; what comes from there takes no memory either."""
    shelf = Shelf()
    with client(emulator, embedding_cache_store=shelf, embedding_cache_call_bytes=1) as one:
        for _ in range(2):
            one.embeddings.create(["a", "b"], model=MODEL)
        assert one.cache_stats()["embeddings"].entries == 0
    assert (sent(emulator), len(shelf.kept)) == (1, 2)


def test_a_tier_that_fails_breaks_nothing(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, by the kind of its failure alone."""
    with (
        caplog.at_level(logging.WARNING, "hf_integrations"),
        client(emulator, embedding_cache_store=Shelf(broken=True)) as one,
    ):
        assert len(one.embeddings.create(["a"], model=MODEL)) == 1
    assert caplog.messages == ["The store of embeddings raised OSError."]
    with pytest.raises(ConfigurationError, match="must have get, put and clear"):
        client(emulator, embedding_cache_store=[])


@pytest.mark.parametrize("kept", [b"abc", b"", "text", bytes(8)])
def test_a_vector_that_cannot_be_right_is_asked_for_anew(emulator: Emulator, kept: Any) -> None:
    """Half a number, nothing, a text, or one of other dimensions than the model has now."""
    with client(emulator) as one:
        right = one.embeddings.create(["a", "b"], model=MODEL).vectors
    shelf = Shelf()
    with client(emulator, embedding_cache_store=shelf) as one:
        one.embeddings.create(["a"], model=MODEL)
    shelf.kept = dict.fromkeys(shelf.kept, kept)
    with client(emulator, embedding_cache_store=shelf) as one:
        np.testing.assert_array_equal(one.embeddings.create(["a", "b"], model=MODEL).vectors, right)
