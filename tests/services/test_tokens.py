"""A server's own tokenizer, over a real socket and by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.models.messages import ChatMessage
from hf_integrations.services.tokens import count, decode, encode, info
from tests.colours import Colour, Looped, Plain
from tests.playing import play
from tests.services.calls import bodies, context, ok, router

TEXT = "green tea, please"
ENGINES = ("tgi", "tei", "vllm", "sglang", "llama.cpp")


class Engine(NamedTuple):
    """An engine that runs."""

    engine: str
    url: str


@pytest.fixture(params=[Plain, Looped])
def ask(request: pytest.FixtureRequest) -> Colour:
    """Both clients."""
    colour: Colour = request.param()
    return colour


@pytest.fixture(scope="module", params=ENGINES)
def server(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One engine alone."""
    with Emulator(engine=request.param) as running:
        yield Engine(request.param, running.url)


def at(server: Engine) -> dict[str, Any]:
    """The settings for a client of it; with `/v1`, as people write it."""
    return {"base_url": f"{server.url}/v1", "token": False}


def test_every_engine_cuts_and_counts(ask: Colour, server: Engine) -> None:
    """It is found out which it is."""
    tokens = ask(lambda client: client.tokens.encode(TEXT), **at(server))

    assert len(tokens) == ask(lambda client: client.tokens.count(TEXT), **at(server)) > 3
    texts = [token.text for token in tokens]
    bare = TEXT.replace(" ", "")  # the emulator's tokens are words
    assert server.engine == "sglang" or "".join(texts) == bare
    assert ask(lambda client: client.tokens.encode(""), **at(server)) == []


def test_tokens_become_text_again_where_there_is_a_way(ask: Colour, server: Engine) -> None:
    """At text-generation-inference there is none."""

    def there_and_back(client: Any) -> Any:
        return client.tokens.decode(tokens)

    tokens = ask(lambda client: client.tokens.encode(TEXT), **at(server))
    if server.engine == "tgi":
        with pytest.raises(UnsupportedTaskError, match="no way back"):
            ask(there_and_back, **at(server))
    else:
        assert ask(there_and_back, **at(server)) == TEXT


def test_conversations_are_counted_with_their_template(ask: Colour, server: Engine) -> None:
    """Where the engine does that."""
    talk = [ChatMessage("user", TEXT)]
    if server.engine in ("tei", "sglang"):
        with pytest.raises(UnsupportedTaskError, match="does not count"):
            ask(lambda client: client.tokens.count(talk), **at(server))
    else:
        alone = ask(lambda client: client.tokens.count(TEXT), **at(server))
        assert ask(lambda client: client.tokens.count(talk), **at(server)) >= alone


def test_a_server_tells_what_it_is(ask: Colour, server: Engine) -> None:
    """Its engine, its model, and how much fits in."""
    found = ask(lambda client: client.tokens.info(), **at(server))

    assert found.engine == server.engine
    assert found.model_id
    assert found.context > 1000


def test_a_model_that_is_a_url_is_asked_there() -> None:
    """Whatever the client asks else; vLLM and SGLang want the model's name."""
    _, steps = play(encode(context(server="vllm"), "a", model="m"), [ok({"tokens": [1]})])
    assert bodies(steps) == [{"model": "m", "prompt": "a", "return_token_strs": True}]

    _, steps = play(
        encode(context(server="llama.cpp"), "a", model="http://x/v1"), [ok({"tokens": []})]
    )
    assert bodies(steps) == [{"content": "a", "with_pieces": True, "add_special": True}]


@pytest.mark.parametrize("ctx", [router(), context(server="openai"), context(server="endpoint")])
def test_others_tell_no_tokens(ctx: Any) -> None:
    """And the error says who does."""
    for flow in (encode(ctx, "a", model="org/name"), count(ctx, "a", model="org/name")):
        with pytest.raises(UnsupportedTaskError, match=r"Served by TGI, TEI, vLLM"):
            play(flow, [])
    with pytest.raises(UnsupportedTaskError, match="The router tells nothing"):
        play(info(router(), model="org/name"), [])


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        (encode(context(), 5), "text must be a string, not int."),  # type: ignore[arg-type]
        (encode(context(), "a", temperature=1), "temperature: there is no such parameter."),  # type: ignore[call-arg]
        (decode(context(), [True]), "tokens must be whole numbers"),
        (decode(context(), ["a"]), "tokens must be whole numbers, or what"),  # type: ignore[list-item]
        (decode(context(), 5), "tokens must be a list of whole numbers"),  # type: ignore[arg-type]
        (count(context(), []), "messages: give a string"),
    ],
)
def test_what_cannot_be_right_is_not_sent(flow: Any, said: str) -> None:
    """The argument is named."""
    with pytest.raises(ValidationError) as caught:
        play(flow, [])
    assert str(caught.value).startswith(said)


def test_an_estimate_asks_nobody() -> None:
    """Of a text or a conversation; a tokenizer that is here counts as well."""
    assert play(count(router(), "a text of words", by="words"), []) == (6, [])
    assert play(count(router(), "a text of words", by="heuristic"), []) == (4, [])
    assert play(count(router(), "a text of words", tokenizer=str.split), []) == (4, [])
    talk = [{"role": "user", "content": "four"}]
    assert play(count(router(), talk, by="heuristic"), []) == (5, [])
    with pytest.raises(ValidationError, match="by must be server"):
        play(count(router(), "a", by="guess"), [])  # type: ignore[arg-type]
