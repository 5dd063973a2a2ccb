"""What happens is told as it happens, over a real port; what is told holds no secret."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import ColdStartTimeoutError, ConfigurationError, EndpointPausedError
from hf_integrations.services.chat import complete
from hf_integrations.telemetry import (
    CacheLookup,
    ColdStart,
    EndpointSeen,
    Event,
    Exchange,
    Failover,
    Repeat,
)
from tests.clocks import Clock
from tests.colours import Colour, Looped, Plain
from tests.services.calls import context, refusal
from tests.services.endpoints.orders import at, start

MODEL = "org/name"
DEAD = "http://127.0.0.1:9"
BOTH = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])


def settings(emulator: Emulator, heard: list[Event], **more: Any) -> dict[str, Any]:
    """Of a client that is listened to."""
    known: dict[str, Any] = {
        "base_url": emulator.url, "token": "hf_test", "on_event": heard.append,
        "retry_base_delay": 0.0, "check_endpoints": False,
    }  # fmt: skip
    return known | more


def chat(client: Any) -> Any:
    """A short conversation."""
    return client.chat.complete("Hello", model=MODEL, seed=1, temperature=0.0)


def of(kind: type[Any], heard: list[Event]) -> list[Any]:
    """The records of one kind."""
    return [event for event in heard if isinstance(event, kind)]


@BOTH
def test_a_repeat_is_told_before_it_is_sent(emulator: Emulator, colour: Colour) -> None:
    """With what went wrong, which the caller never sees."""
    heard: list[Event] = []
    emulator.fail("503 unavailable, cut_connection")
    colour(chat, **settings(emulator, heard))

    told = [(one.error, one.status, one.attempts) for one in of(Repeat, heard)]
    assert told[0] == ("ServiceUnavailableError", 503, 1)
    assert told[1][1:] == (None, 2)
    assert [type(event) for event in heard] == [Repeat, Repeat, Exchange]


@BOTH
def test_a_failover_is_told_with_who_is_next(emulator: Emulator, colour: Colour) -> None:
    """Nothing is told of a chain that ends."""
    heard: list[Event] = []
    where = settings(emulator, heard, base_url=DEAD, max_retries=0, failover=[emulator.url])
    colour(chat, **where)

    (one,) = of(Failover, heard)
    assert (one.name, one.following) == ("127.0.0.1:9", emulator.url.partition("://")[2])
    assert one.error == "NetworkError"


@BOTH
def test_look_ups_in_caches_are_told(emulator: Emulator, colour: Colour) -> None:
    """How many were found, and how many were not."""
    heard: list[Event] = []
    with_memory = settings(emulator, heard, generation_cache=True)

    def work(client: HfInferenceClient) -> None:
        for texts in (["a", "b"], ["b", "c"], ["a", "c"]):
            client.embeddings.create(texts, model=MODEL)
        chat(client)
        chat(client)

    Plain()(work, **with_memory)
    found = [(one.cache, one.hits, one.misses) for one in of(CacheLookup, heard)]
    assert found == [
        ("embeddings", 0, 2), ("embeddings", 1, 1), ("embeddings", 2, 0),
        ("answers", 0, 1), ("answers", 1, 0),
    ]  # fmt: skip


def test_a_cold_start_that_is_given_up_says_so() -> None:
    """As the last thing that is told of it."""
    heard: list[Event] = []
    where = context(on_event=heard.append, cold_start_timeout=5, check_endpoints=False)
    loading = refusal(503, "Model org/name is currently loading")
    with pytest.raises(ColdStartTimeoutError):
        Clock().play(complete(where, "Hello", model=MODEL), [loading] * 3)

    last = of(ColdStart, heard)[-1]
    assert (last.over, last.error) == (True, "ColdStartTimeoutError")


@BOTH
def test_the_state_of_an_endpoint_is_told_when_it_is_seen(
    emulator: Emulator, colour: Colour
) -> None:
    """And the error in which a call for it ended."""
    heard: list[Event] = []
    start(emulator)
    colour(lambda client: client.endpoints.list(), **at(emulator, on_event=heard.append))
    emulator.endpoints.pause("emulator", "mine")
    with pytest.raises(EndpointPausedError):
        colour(chat, **at(emulator, endpoint="emulator/mine", on_event=heard.append))

    seen = of(EndpointSeen, heard)
    assert {one.endpoint for one in seen} == {"emulator/mine"}
    assert (seen[-1].state, seen[-1].error) == ("paused", "EndpointPausedError")
    assert not any(one.error for one in seen[:-1])


def test_several_may_listen_and_the_list_is_fixed(emulator: Emulator) -> None:
    """What is done to the list afterwards means nothing; what is no function is refused."""
    first: list[Event] = []
    second: list[Event] = []
    listeners = [first.append, second.append]
    with HfInferenceClient(**settings(emulator, [], on_event=listeners)) as client:
        listeners.clear()
        chat(client)
    assert len(first) == len(second) == 1
    with pytest.raises(ConfigurationError, match="on_event must be a function, not int"):
        HfInferenceClient(on_event=[print, 3])


def test_connections_are_counted_in_both_colours(emulator: Emulator) -> None:
    """Those in use, and those that wait for the next request."""
    with HfInferenceClient(**settings(emulator, [])) as client:
        with client.chat.stream("Hello", model=MODEL) as stream:
            next(stream)
            assert (client.pool().idle, client.pool().in_use) == (0, 1)
            list(stream)
        assert (client.pool().idle, client.pool().in_use) == (1, 0)

    async def work() -> None:
        async with AsyncHfInferenceClient(**settings(emulator, [])) as client:
            async with client.chat.stream("Hello", model=MODEL) as stream:
                await anext(stream)
                assert (client.pool().idle, client.pool().in_use) == (0, 1)
                async for _ in stream:
                    pass
            assert (client.pool().idle, client.pool().in_use) == (1, 0)

    asyncio.run(work())
