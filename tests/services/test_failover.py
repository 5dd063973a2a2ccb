"""A call that one does not serve is asked of the next, and it is said who answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    ConfigurationError,
    NetworkError,
    RateLimitedError,
    ServiceUnavailableError,
    ValidationError,
)
from hf_integrations.flow import Send
from hf_integrations.services.chat import complete
from hf_integrations.services.failover import can_fail_over, over
from hf_integrations.services.hub import search
from tests.colours import Colour, Looped, Plain
from tests.services.calls import context, router

MODEL = "org/name"
DEAD = "http://127.0.0.1:9"
QUICK: dict[str, Any] = {"max_retries": 0, "check_endpoints": False, "resolve_models": False}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


@pytest.fixture(params=[Plain(), Looped()], ids=["plain", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Each of the two clients."""
    found: Colour = request.param
    return found


@pytest.fixture
def other() -> Iterator[Emulator]:
    """A second server."""
    with Emulator() as running:
        yield running


def name(emulator: Emulator) -> str:
    """How it is called."""
    return emulator.url.partition("://")[2]


def settings(first: str, *others: Any, **more: Any) -> dict[str, Any]:
    """Of a client with a chain."""
    quick = {"token": "hf_test", "max_retries": 0, "embedding_cache": False}
    return {**quick, "base_url": first, "failover": list(others), **more}


def chat(client: Any) -> Any:
    """A short conversation."""
    return client.chat.complete("Hello", model=MODEL)


def test_the_next_one_answers_when_the_first_does_not(emulator: Emulator, colour: Colour) -> None:
    """And the answer says who that was, whatever its kind."""
    where = settings(DEAD, emulator.url)
    assert colour(chat, **where).served_by == name(emulator)
    vectors = colour(lambda one: one.embeddings.create(["a"], model=MODEL), **where)
    assert vectors.served_by == name(emulator)
    labels = colour(lambda one: one.text.classify("good", model=MODEL), **where)
    assert labels.served_by == name(emulator)
    ran = colour(lambda one: one.run("text-classification", "good", model=MODEL), **where)
    assert ran.served_by == name(emulator)


def test_a_stream_begins_elsewhere_before_its_first_piece(
    emulator: Emulator, colour: Colour
) -> None:
    """After it, nothing is repeated."""

    def stream(client: Any) -> Any:
        return client.chat.stream("Hello", model=MODEL)

    assert colour.items(stream, **settings(DEAD, emulator.url))
    with HfInferenceClient(**settings(DEAD, emulator.url)) as client, stream(client) as one:
        assert "".join(chunk.text for chunk in one) == one.text
        assert one.served_by == name(emulator)


def test_a_stream_that_begins_elsewhere_gives_all_of_its_pieces(
    emulator: Emulator, colour: Colour
) -> None:
    """Also to whoever iterates it without a block, so that the first piece opens it."""

    def texts(client: Any) -> Any:
        stream = client.chat.stream("Hello", model=MODEL)
        if isinstance(client, HfInferenceClient):
            return [chunk.text for chunk in stream]
        return listed(stream)

    async def listed(stream: Any) -> list[str]:
        return [chunk.text async for chunk in stream]

    here = colour(texts, **settings(emulator.url))
    assert colour(texts, **settings(DEAD, emulator.url)) == here
    assert "".join(here)


def test_when_nobody_answers_the_error_says_who_was_asked(emulator: Emulator) -> None:
    """In order, with what came of it."""
    emulator.fail_next("unavailable")
    with (
        HfInferenceClient(**settings(DEAD, emulator.url)) as client,
        pytest.raises(ServiceUnavailableError) as caught,
    ):
        chat(client)
    assert dict(caught.value.tried) == {
        "127.0.0.1:9": "NetworkError",
        name(emulator): "ServiceUnavailableError",
    }


@pytest.mark.parametrize(
    ("fault", "kind"), [("invalid", ValidationError), ("rate_limited", RateLimitedError)]
)
def test_a_wrong_call_and_a_limit_are_nobodys_fault(
    emulator: Emulator, fault: str, kind: type[Exception]
) -> None:
    """The next one is not asked."""
    emulator.fail_next(fault)
    with HfInferenceClient(**settings(emulator.url, DEAD)) as client, pytest.raises(kind):
        chat(client)


def served(client: HfInferenceClient, calls: int) -> list[str | None]:
    """Who answers so many calls."""
    return [chat(client).served_by for _ in range(calls)]


def test_the_strategies(emulator: Emulator, other: Emulator) -> None:
    """By order, by turns, by chance, by habit."""
    one, two = name(emulator), name(other)

    def who(strategy: str, calls: int = 4) -> list[str | None]:
        where = settings(emulator.url, other.url, failover_strategy=strategy)
        with HfInferenceClient(**where) as client:
            return served(client, calls)

    assert who("priority") == [one] * 4
    assert who("round_robin") == [one, two, one, two]
    assert set(who("random", 30)) == {one, two}
    emulator.fail_next("unavailable")
    assert who("sticky") == [two] * 4


def test_rounds_of_tool_calls_stay_with_whom_they_began(
    emulator: Emulator, other: Emulator
) -> None:
    """Although it is another's turn, and streamed or not."""
    where = settings(emulator.url, other.url, failover_strategy="round_robin")
    with HfInferenceClient(**where) as client:
        for streamed in (False, True):
            question = {"role": "user", "content": "What is the weather in Paris?"}
            options: dict[str, Any] = {
                "model": MODEL, "tools": [TOOL], "tool_choice": "required",
            }  # fmt: skip
            if streamed:
                with client.chat.stream([question], **options) as stream:
                    first = stream.response()
                    began = stream.served_by
            else:
                first = client.chat.complete([question], **options)
                began = first.served_by
            call = first.tool_calls[0]
            answers = [
                question,
                first.message,
                {"role": "tool", "tool_call_id": call.id, "content": "sunny"},
            ]
            for _ in range(3):
                again = client.chat.complete(answers, model=MODEL, tools=[TOOL])
                assert again.served_by == began
            chat(client)


def test_an_alternative_has_its_own_model_and_token(emulator: Emulator, other: Emulator) -> None:
    """What it does not say is as for the first; a provider's suffix is left behind."""
    there = {"base_url": other.url, "model": "org/there", "token": "hf_there"}
    with HfInferenceClient(**settings(DEAD, there)) as client:
        chat(client)
        client.chat.complete("Hello", model=f"{MODEL}:groq")
    sent = other.requests
    assert len({one.token_digest for one in sent}) == 1
    with HfInferenceClient(**settings(DEAD, {"base_url": other.url})) as client:
        chat(client)
    assert len({one.token_digest for one in other.requests}) == 2


def test_providers_of_the_router_take_over(emulator: Emulator) -> None:
    """By name, as in a call."""
    emulator.fail_next("unavailable")
    where = settings(emulator.url, "together", default_provider="groq")
    with HfInferenceClient(**where) as client:
        assert chat(client).served_by == "together"
        assert chat(client).served_by == "groq"


def test_a_provider_may_be_asked_where_something_stands_for_the_router(
    emulator: Emulator, other: Emulator, colour: Colour
) -> None:
    """Both are named, and who answered is told by both."""
    there = {"provider": "together", "base_url": other.url}
    for where in (settings(DEAD, there), settings(DEAD, there, default_provider="groq")):
        assert colour(chat, **where).served_by == f"{name(other)}/together"
    assert {one.path.split("/")[1] for one in other.requests if one.method == "POST"} == {
        "together"
    }
    assert emulator.requests == []


def second_of(where: Any, **call: Any) -> Any:
    """What is asked of the second in a chain."""
    flow = over(complete, where, ("Hello",), {"model": MODEL} | call)
    next(flow)
    ask = flow.throw(NetworkError("cut"))
    assert isinstance(ask, Send)
    return ask.request


def test_a_provider_alone_is_asked_at_the_router_of_hugging_face() -> None:
    """A server of one's own knows no providers; what is for that one stays there."""
    where = context(
        server="openai", token="hf_mine", headers={"x-api-key": "sesame"}, failover=["groq"],
        **QUICK,
    )  # fmt: skip
    asked = second_of(where)
    assert asked.url.startswith("https://router.huggingface.co/")
    assert b'"org/name:groq"' in asked.body
    assert "sesame" not in str(asked.headers)
    assert second_of(where, provider="together").url.startswith("http://host/")


def test_a_colon_in_the_name_of_a_servers_own_model_names_no_provider() -> None:
    """As Ollama writes them; another server of one's own is asked for the same."""
    where = context(server="openai", failover=["http://other.host"], **QUICK)
    asked = second_of(where, model="llama3:8b")
    assert asked.url.startswith("http://other.host/")
    assert b'"llama3:8b"' in asked.body
    flow = over(complete, where, ("Hello",), {"model": "llama3:8b"})
    next(flow)
    flow.throw(NetworkError("cut"))
    with pytest.raises(NetworkError) as caught:
        flow.throw(NetworkError("cut"))
    assert list(caught.value.tried) == ["host", "other.host"]


def test_the_key_of_a_server_of_ones_own_is_not_sent_to_hugging_face() -> None:
    """It is said how to give the other a key of its own; one that was given goes there."""
    where = context(server="openai", token="local-key", failover=["groq"], **QUICK)
    with pytest.raises(ConfigurationError, match="has no token of its own") as caught:
        next(over(complete, where, ("Hello",), {"model": MODEL}))
    assert "local-key" not in str(caught.value)

    at = {"model": "http://my.host"}
    with pytest.raises(ConfigurationError, match=r"is a key of my\.host's"):
        next(over(complete, router(token="local-key", failover=["groq"]), ("Hello",), at))

    there = {"provider": "groq", "token": "hf_other"}
    where = context(server="openai", token="local-key", failover=[there], **QUICK)
    asked = second_of(where)
    assert dict(asked.headers)["authorization"] == "Bearer hf_other"


def test_nothing_is_asked_of_others_by_default() -> None:
    """The chain is empty."""
    with (
        HfInferenceClient(base_url=DEAD, token="hf_test", max_retries=0) as client,
        pytest.raises(NetworkError) as caught,
    ):
        chat(client)
    assert caught.value.tried == {}


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ("groq", "failover must be a list"),
        ([5], r"failover\[0\] must be a provider, a URL, or a dict"),
        ([{"url": "x"}], r"failover\[0\] must be a provider, a URL, or a dict"),
        ([{"model": "a"}], r"failover\[0\] must have a provider, a base_url, or both"),
        (["http://"], r"failover\[0\]: base_url is no URL"),
        (["groq", "groq"], "names somebody twice"),
        ([" "], "must be a provider's name"),
    ],
)
def test_a_chain_that_cannot_work_is_refused(chain: Any, said: str) -> None:
    """By the place of what is wrong; and so is a strategy that does not exist."""
    with pytest.raises(ConfigurationError, match=said):
        HfInferenceClient(failover=chain)
    with pytest.raises(ConfigurationError, match="failover_strategy must be one of priority"):
        HfInferenceClient(failover_strategy="best")


def test_only_what_has_a_provider_is_asked_of_others() -> None:
    """The Hub has no second."""
    assert can_fail_over(complete)
    assert not can_fail_over(search)


@pytest.mark.parametrize("other", ["together", {"base_url": "https://my.host"}])
def test_the_key_of_one_provider_is_sent_to_nobody_else(other: Any) -> None:
    """Nothing is sent, and it is said how to give each a key of its own."""
    where = router(token="gsk_secret", default_provider="groq", failover=[other])
    with pytest.raises(ConfigurationError, match="has no token of its own") as caught:
        next(over(complete, where, ("Hello",), {"model": MODEL}))
    assert "gsk_secret" not in str(caught.value)

    named = {"provider": other} if isinstance(other, str) else other
    where = router(
        token="gsk_secret", default_provider="groq", failover=[{**named, "token": "other"}]
    )
    ask = next(over(complete, where, ("Hello",), {"model": MODEL}))
    assert isinstance(ask, Send)
    assert ask.request.url.startswith("https://api.groq.com/")


def test_headers_are_for_whom_the_call_is_for() -> None:
    """They may hold a gateway's password, which no other server is told."""
    other = {"base_url": "http://other.host", "token": "hf_other"}
    where = context(server="openai", headers={"x-api-key": "sesame"}, failover=[other], **QUICK)
    chat = over(complete, where, ("Hello",), {"model": MODEL})
    first = next(chat)
    second = chat.throw(NetworkError("cut"))
    assert isinstance(first, Send)
    assert isinstance(second, Send)

    assert ("x-api-key", "sesame") in first.request.headers
    assert second.request.url.startswith("http://other.host/")
    assert "sesame" not in str(second.request.headers)


@pytest.mark.parametrize(
    ("other", "url"),
    [("groq", "https://router.huggingface.co/"), ("http://other.host", "http://other.host/")],
)
def test_an_endpoint_that_does_not_answer_is_passed_by(other: str, url: str) -> None:
    """Who comes next is asked, and not the endpoint again."""
    where = router(server="openai", endpoint="me/mine", failover=[other], **QUICK)
    chat = over(complete, where, ("Hello",), {"model": MODEL})
    assert isinstance(next(chat), Send)  # of where the endpoint is
    asked = chat.throw(NetworkError("cut"))
    assert isinstance(asked, Send)

    assert asked.request.url.startswith(url)
