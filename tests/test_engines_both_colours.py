"""Each engine alone, behind a URL, in both colours, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import UnsupportedTaskError, ValidationError
from tests.colours import Colour, Looped, Plain

GENERATING = ("tgi", "vllm", "sglang", "llama.cpp")
PROMPT = "dish: soup, guests: 4"
SCHEMA = {"type": "object", "properties": {"dish": {"type": "string"}}, "required": ["dish"]}


class Engine(NamedTuple):
    """An engine that runs."""

    name: str
    emulator: Emulator

    def asked(self, path: str) -> list[Any]:
        """The bodies that went to a path."""
        return [msgspec.json.decode(one.raw) for one in self.emulator.requests if one.path == path]


@pytest.fixture(params=[Plain, Looped])
def ask(request: pytest.FixtureRequest) -> Colour:
    """Both clients."""
    colour: Colour = request.param()
    return colour


@pytest.fixture(scope="module", params=GENERATING)
def running(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One engine for all tests."""
    with Emulator(engine=request.param, models=["org/m"]) as emulator:
        yield Engine(request.param, emulator)


@pytest.fixture
def engine(running: Engine) -> Engine:
    """An engine that has seen nothing yet."""
    running.emulator.reset()
    return running


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
def test_a_base_url_works_with_and_without_v1(ask: Colour, engine: Engine, path: str) -> None:
    """And with a slash at its end; nothing is asked first, and no token is needed."""
    where = {"base_url": engine.emulator.url + path, "token": False}
    answer = ask(lambda client: client.chat.complete("Hi!", model="org/m"), **where)

    assert answer.text == "Hello! How can I help you?"
    assert [one.path for one in engine.emulator.requests] == ["/v1/chat/completions"]


def test_text_is_generated_whole_and_as_it_is_written(ask: Colour, engine: Engine) -> None:
    """The same text, with the same reason and the same count."""
    where = {"base_url": engine.emulator.url, "token": False}
    asked: dict[str, Any] = {"model": "org/m", "max_new_tokens": 5, "details": True}
    whole = ask(lambda client: client.text_generation.generate(PROMPT, **asked), **where)
    streamed = ask(
        lambda client: client.text_generation.stream(PROMPT, **asked).response(), **where
    )

    assert (streamed.text, streamed.finish_reason) == (whole.text, whole.finish_reason)
    assert whole.finish_reason == "length"
    assert whole.details.generated_tokens == streamed.details.generated_tokens == 5
    assert "".join(token.text for token in streamed.details.tokens) == streamed.text


def test_an_engine_is_asked_once_what_it_is(ask: Colour, engine: Engine) -> None:
    """At the first call for which it matters; `server=` saves the question."""
    grammar = {"type": "json", "value": SCHEMA}

    def call(client: Any) -> Any:
        return client.text_generation.generate(PROMPT, model="org/m", grammar=grammar)

    where = {"base_url": engine.emulator.url, "token": False}
    ask(call, **where)
    asked = [one.path for one in engine.emulator.requests]
    assert asked[0] == "/info"
    assert len(asked) == {"tgi": 2, "llama.cpp": 4}.get(engine.name, 3)

    engine.emulator.reset()
    ask(call, **where, server=engine.name)
    assert len(engine.emulator.requests) == 1


def test_tgi_takes_no_more_than_it_said(ask: Colour) -> None:
    """What is too much is not sent."""
    with Emulator(engine="tgi") as emulator, pytest.raises(ValidationError, match="at most"):
        ask(
            lambda client: client.text_generation.generate("x", stop=list("abcde")),
            base_url=emulator.url, token=False,
        )  # fmt: skip
    assert [one.path for one in emulator.requests] == ["/info"]


def test_an_embedding_server_is_no_chat_server(ask: Colour) -> None:
    """Nor does it generate text; it says so before anything is sent to a wrong route."""
    with Emulator(engine="tei") as emulator:
        where = {"base_url": emulator.url, "token": False}
        with pytest.raises(UnsupportedTaskError, match="text-embeddings-inference"):
            ask(lambda client: client.text_generation.generate("x"), **where)
        vectors = ask(lambda client: client.embeddings.create(["a"] * 40), **where)
        assert vectors.vectors.shape == (40, 384)
        assert [one.path for one in emulator.requests].count("/info") == 2


def test_one_model_behind_a_slash_is_asked_there(ask: Colour, emulator: Emulator) -> None:
    """When the setting says so: text, and vectors."""
    where = {"base_url": emulator.url, "token": "hf_x", "server": "endpoint"}
    text = ask(lambda client: client.text_generation.generate("Hi!", max_new_tokens=4), **where)
    vectors = ask(lambda client: client.embeddings.create(["a", "b"]), **where)

    assert text.text
    assert vectors.vectors.shape == (2, 384)
    assert {one.path for one in emulator.requests} == {"/"}
