"""Long work: side by side, with progress, partial failures by index, and a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import Struct

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError, ServerError, ValidationError
from tests.colours import Colour, Looped, Plain

MODEL = "org/name"
TEXTS = [f"text {number}" for number in range(10)]


@pytest.fixture(params=[Plain(), Looped()], ids=["plain", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Each of the two clients."""
    found: Colour = request.param
    return found


def settings(emulator: Emulator) -> dict[str, Any]:
    """Of a client that does nothing by itself."""
    return {
        "base_url": emulator.url, "token": "hf_test", "server": "tei", "max_retries": 0,
        "embedding_cache": False, "circuit_breaker": False,
    }  # fmt: skip


def test_a_corpus_is_embedded_and_the_order_stays(emulator: Emulator, colour: Colour) -> None:
    """In groups; progress is told up to the last."""
    seen: list[tuple[int, int]] = []
    report = colour(
        lambda one: one.batch(
            "feature-extraction", TEXTS, model=MODEL, group=3,
            progress=lambda done, total: seen.append((done, total)),
        ),
        **settings(emulator),
    )  # fmt: skip
    assert report.ok
    assert len(emulator.requests) == 4
    assert seen[-1] == (10, 10)
    with HfInferenceClient(**settings(emulator)) as client:
        again = client.embeddings.create(TEXTS, model=MODEL)
    np.testing.assert_array_equal(np.stack(report.results), again.vectors)


def test_one_that_fails_is_named_and_the_others_are_there(
    emulator: Emulator, colour: Colour
) -> None:
    """By index, with its error."""
    emulator.fail_next("server_error")
    where = settings(emulator)
    report = colour(
        lambda one: one.batch("text-classification", TEXTS, model=MODEL, concurrency=1), **where
    )
    assert list(report.failed) == [0]
    assert isinstance(report.failed[0], ServerError)
    assert report.results[0] is None
    assert all(labels[0].label for labels in report.results[1:])
    refused = colour(
        lambda one: one.batch("feature-extraction", ["a", "", "b"], model=MODEL),
        **settings(emulator),
    )
    assert list(refused.failed) == [1]
    assert refused.results[2] is not None


@pytest.mark.parametrize("task", ["text-classification", "feature-extraction"])
def test_what_is_in_the_journal_is_not_asked_for_again(
    emulator: Emulator, tmp_path: Path, task: str
) -> None:
    """Failures are; results come back as they were, wherever the file was cut off."""
    journal = tmp_path / "journal.jsonl"
    emulator.fail_next("server_error")
    where = settings(emulator)
    with HfInferenceClient(**where) as client:
        options: dict[str, Any] = {"model": MODEL, "journal": journal, "concurrency": 1, "group": 1}
        first = client.batch(task, TEXTS, **options)
        assert list(first.failed) == [0]
        asked = len(emulator.requests)
        second = client.batch(task, [*TEXTS, "one more"], **options)
        assert (second.resumed, second.ok) == (9, True)
        assert len(emulator.requests) == asked + 2
        np.testing.assert_array_equal(
            np.asarray(second.results[5], dtype=object), np.asarray(first.results[5], dtype=object)
        )
        journal.write_bytes(journal.read_bytes()[:-9])
        third = client.batch(task, [*TEXTS, "one more"], **options)
        assert (third.resumed, third.ok) == (10, True)
        assert client.batch(task, TEXTS, **options).resumed == 10
        other = client.batch(task, TEXTS[:1], **options | {"model": "org/other"})
        assert other.resumed == 0


def test_a_journal_knows_where_its_work_was_done(emulator: Emulator, tmp_path: Path) -> None:
    """Another server, provider or header is other work, however it was said."""
    options: dict[str, Any] = {"model": MODEL, "journal": tmp_path / "journal.jsonl"}
    start = settings(emulator) | {"server": "openai"}
    with Emulator() as other, HfInferenceClient(**start) as client:
        for there in (
            {}, {"default_provider": "groq"}, {"headers": {"x-tenant": "1"}},
            {"base_url": other.url},
        ):  # fmt: skip
            report = client.with_options(**there).batch("chat-completion", ["Hello"], **options)
            assert (report.ok, report.resumed) == (True, 0)
        for again in ({"base_url": f"{emulator.url}/v1"}, {"provider": "groq"}):
            view = client.with_options(**again)
            assert view.batch("chat-completion", ["Hello"], **options).resumed == 1
        named = client.batch("chat-completion", ["Hello"], provider="groq", **options)
        assert named.resumed == 1


def test_items_are_asked_of_whom_the_settings_say(emulator: Emulator) -> None:
    """Failover and the budget are for them, too."""
    where = settings(emulator) | {"base_url": "http://127.0.0.1:9", "failover": [emulator.url]}
    with HfInferenceClient(**where) as client:
        report = client.batch("text-classification", TEXTS[:2], model=MODEL)
    assert report.ok


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"items": "text"}, "items must be a list"),
        ({"items": ["a", 5]}, r"items\[1\] must be a string"),
        ({"items": ["a"], "concurrency": 0}, "concurrency must be a whole number"),
        ({"items": ["a"], "group": 1.5}, "group must be a whole number"),
    ],
)
def test_what_cannot_be_right_is_said_first(arguments: dict[str, Any], said: str) -> None:
    """Nothing is sent."""
    with HfInferenceClient(token=False) as client, pytest.raises(ValidationError, match=said):
        client.batch("feature-extraction", arguments.pop("items"), model=MODEL, **arguments)


@pytest.mark.parametrize(
    ("task", "options", "said"),
    [
        ("summarisation", {}, "There is no task 'summarisation'.* Did you mean summarization"),
        ("summarization", {"nonsense": 1}, "nonsense: summarization has no such parameter"),
        ("summarization", {"model": None}, "model: the router needs one"),
        ("summarization", {"provider": "groq"}, "summarization is not served through 'groq'"),
    ],
)
def test_what_is_wrong_for_every_item_is_said_once(
    task: str, options: dict[str, Any], said: str, colour: Colour
) -> None:
    """In place of a report in which every item failed."""
    with pytest.raises(ValidationError, match=said):
        colour(lambda c: c.batch(task, ["a", "b"], **{"model": MODEL} | options), token="hf_x")


def test_a_journal_that_cannot_be_written_is_an_error(emulator: Emulator, tmp_path: Path) -> None:
    """It was asked for."""
    with (
        HfInferenceClient(**settings(emulator)) as client,
        pytest.raises(ConfigurationError, match=r"journal: .* cannot be written"),
    ):
        client.batch("feature-extraction", ["a"], model=MODEL, journal=tmp_path / "no" / "file")


class Fruit(Struct):
    """What an answer shall be."""

    a: int


@pytest.mark.parametrize(
    ("task", "options"),
    [
        ("chat-completion", {}),
        ("chat-completion", {"response_format": Fruit}),
        ("text-generation", {}),
        ("text-classification", {}),
    ],
)
def test_what_is_taken_from_the_journal_is_what_it_was(
    emulator: Emulator, tmp_path: Path, task: str, options: dict[str, Any]
) -> None:
    """Of the same kind, with all that can be asked of it."""
    options |= {"model": MODEL, "journal": tmp_path / "journal.jsonl"}
    with HfInferenceClient(base_url=emulator.url, token="hf_test") as client:
        (first,) = client.batch(task, ["good"], **options).results
        again = client.batch(task, ["good"], **options)

    assert again.resumed == 1
    assert type(again.results[0]) is type(first)
    assert again.results[0] == first
    if "response_format" in options:
        assert again.results[0].parsed == first.parsed


def test_each_item_is_told_and_written_as_it_is_finished(
    emulator: Emulator, tmp_path: Path, colour: Colour
) -> None:
    """So that a run that is cut off loses nothing that was done."""
    journal, seen = tmp_path / "journal.jsonl", []

    def told(done: int, total: int) -> None:
        seen.append((done, total))
        written.append(len(journal.read_bytes().split()))

    written: list[int] = []
    colour(
        lambda one: one.batch(
            "text-classification", TEXTS[:3], model=MODEL, journal=journal, progress=told,
            concurrency=1,
        ),
        **settings(emulator) | {"server": "auto"},
    )  # fmt: skip
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert written == [1, 2, 3]


def test_an_item_that_cannot_be_known_again_is_refused_first(
    emulator: Emulator, tmp_path: Path
) -> None:
    """A path is known by its name; an object of no known kind is named by its place."""
    items = [tmp_path / "a.png", object()]
    with (
        HfInferenceClient(base_url=emulator.url, token="hf_test") as client,
        pytest.raises(ValidationError, match=r"journal: items\[1\] cannot be known again"),
    ):
        client.batch("image-classification", items, model=MODEL, journal=tmp_path / "journal")
    assert not emulator.requests
