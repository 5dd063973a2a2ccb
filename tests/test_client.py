"""The clients themselves: loops, threads, views, closing, copies, and what they show."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import threading
from typing import Any

import httpx
import msgspec
import pytest

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.config import HfInferenceConfig
from hf_integrations.emulator import Emulator, RecordedRequest
from hf_integrations.errors import ConfigurationError, RateLimitedError
from tests.playing import elsewhere

SECRET = "hf_very_secret"
MODEL = "org/name"
HELLO = "Hello! How can I help you?"
QUICK: dict[str, Any] = {"retry_base_delay": 0, "retry_max_delay": 2, "max_retries": 1}


def at(emulator: Emulator, **settings: Any) -> dict[str, Any]:
    """The settings for a client of the emulator."""
    return {"base_url": emulator.url, "token": SECRET} | QUICK | settings


def body(request: RecordedRequest) -> Any:
    """What a request carried."""
    return msgspec.json.decode(request.raw)


def test_an_asyncio_client_works_in_one_loop_after_another(emulator: Emulator) -> None:
    """And is closed in none of them."""
    client = AsyncHfInferenceClient(**at(emulator))

    async def use() -> str:
        async with client.chat.stream("hi", model=MODEL) as stream:
            return "".join([chunk.text async for chunk in stream])

    assert [asyncio.run(use()) for _ in range(3)] == [HELLO] * 3
    asyncio.run(client.close())


def test_an_asyncio_client_works_in_loops_side_by_side(emulator: Emulator) -> None:
    """One for each thread."""
    client, found = AsyncHfInferenceClient(**at(emulator)), []

    async def use() -> None:
        answers = [client.chat.complete("hi", model=MODEL) for _ in range(10)]
        found.extend([answer.text for answer in await asyncio.gather(*answers)])

    threads = [threading.Thread(target=asyncio.run, args=(use(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [HELLO] * 30
    asyncio.run(client.close())


async def test_a_plain_client_works_inside_a_running_loop(emulator: Emulator) -> None:
    """As in a notebook."""
    with HfInferenceClient(**at(emulator)) as client:
        assert client.chat.complete("hi", model=MODEL).text == HELLO
        assert len(client.embeddings.create(["a"] * 100, model=MODEL)) == 100
        assert "".join(chunk.text for chunk in client.chat.stream("hi", model=MODEL)) == HELLO


def test_a_plain_client_is_shared_between_threads(emulator: Emulator) -> None:
    """Safely."""
    with HfInferenceClient(**at(emulator)) as client:
        found: list[str] = []

        def use() -> None:
            found.extend(client.chat.complete("hi", model=MODEL).text for _ in range(5))

        threads = [threading.Thread(target=use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [HELLO] * 40


def test_streams_left_early_or_forgotten_leave_a_working_client(emulator: Emulator) -> None:
    """Their connections go, and nothing is warned of."""
    with HfInferenceClient(**at(emulator)) as client:
        for _ in range(5):
            next(client.chat.stream("hi", model=MODEL))
            with client.chat.stream("hi", model=MODEL) as stream:
                next(stream)
        gc.collect()
        assert client.chat.complete("hi", model=MODEL).text == HELLO


async def test_asyncio_streams_left_early_or_forgotten_leave_a_working_client(
    emulator: Emulator,
) -> None:
    """As the plain ones."""
    async with AsyncHfInferenceClient(**at(emulator)) as client:
        for _ in range(5):
            await anext(client.chat.stream("hi", model=MODEL))
            async with client.chat.stream("hi", model=MODEL) as stream:
                await anext(stream)
        gc.collect()
        assert (await client.chat.complete("hi", model=MODEL)).text == HELLO


async def test_a_cancelled_call_leaves_a_working_client(emulator: Emulator) -> None:
    """Nothing is stuck."""
    async with AsyncHfInferenceClient(**at(emulator)) as client:
        emulator.fail_next(delay=30)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.chat.complete("hi", model=MODEL)
        assert (await client.chat.complete("hi", model=MODEL)).text == HELLO


def test_a_view_has_other_settings_and_the_same_connections(emulator: Emulator) -> None:
    """And what was learnt about the server; each is closed on its own."""
    client = HfInferenceClient(**at(emulator))
    view = client.with_options(max_retries=0, provider="groq", headers={"x-one": "1"})
    client.text_generation.generate("Once")
    client.close()

    with pytest.raises(ConfigurationError, match="This client is closed; make a new one"):
        client.chat.complete("hi", model=MODEL)
    with pytest.raises(ConfigurationError, match="closed"):
        list(client.chat.stream("hi", model=MODEL))
    with pytest.raises(ConfigurationError, match="closed"):
        client.with_options(max_retries=1)
    with view:
        view.chat.complete("hi", model=MODEL)
        view.with_options(provider="auto").text_generation.generate("Once")
    view.close()
    assert emulator.requests[2].path == "/api/models/org/name"
    assert emulator.requests[3].headers["x-one"] == "1"
    assert emulator.requests[3].path == "/groq/openai/v1/chat/completions"
    assert [one.path for one in emulator.requests].count("/info") == 1


async def test_a_closed_asyncio_client_says_so(emulator: Emulator) -> None:
    """Closing twice does nothing."""
    client = AsyncHfInferenceClient(**at(emulator))
    view = client.with_options(max_retries=0)
    await client.chat.complete("hi", model=MODEL)
    await client.close()
    await client.close()

    with pytest.raises(ConfigurationError, match="closed"):
        await client.chat.complete("hi", model=MODEL)
    assert (await view.embeddings.create("a", model=MODEL)).vectors.shape == (1, 384)
    assert (await view.text_generation.generate("a")).text
    await view.close()


def test_a_limit_of_one_account_holds_back_no_other(emulator: Emulator) -> None:
    """What a server says of a token and a model is about these; who waits for nothing is well."""
    emulator.fail_next("rate_limited", headers={"retry-after": "3600"})
    where: dict[str, Any] = {"max_retries": 0, "max_rate_limit_wait": 0.001}
    with HfInferenceClient(base_url=emulator.url, token="hf_test", **where) as client:
        other = client.with_options(token="hf_other")
        for held in ("server", "us"):
            with pytest.raises(RateLimitedError) as caught:
                client.chat.complete("Hello", model="org/name")
            assert (caught.value.status is None) == (held == "us")
        assert other.chat.complete("Hello", model="org/name").text
        assert client.chat.complete("Hello", model="org/other").text


def test_a_setting_of_connections_cannot_change_while_they_are_shared() -> None:
    """It would be ignored."""
    with HfInferenceClient(token=False) as client, pytest.raises(ConfigurationError) as caught:
        client.with_options(http_engine="httpx", ca_file=None)
    assert str(caught.value).startswith("ca_file, http_engine cannot change")


def test_settings_come_as_an_object_or_one_by_one() -> None:
    """Single ones change those of the object."""
    config = HfInferenceConfig(token="hf_a", max_retries=1, default_provider="groq")
    client = HfInferenceClient(config, token="hf_b", provider="together", stream_timeout=5)

    assert client.config.credential is not None
    assert client.config.credential.reveal() == "hf_b"
    assert (client.config.max_retries, client.config.stream_timeout) == (1, 5)
    assert client.config.default_provider == "together"
    assert HfInferenceClient(config).config is config
    assert HfInferenceClient(token=False, default_provider="x").config.default_provider == "x"


@pytest.mark.parametrize("kind", [HfInferenceClient, AsyncHfInferenceClient])
def test_one_setting_under_two_names_cannot_say_two_things(kind: Any) -> None:
    """Else one of them would be left out without a word."""
    both = {"provider": "groq", "default_provider": "together"}
    with pytest.raises(ConfigurationError, match="provider and default_provider are one setting"):
        kind(token=False, **both)
    with pytest.raises(ConfigurationError, match="provider and default_provider are one setting"):
        kind(token=False).with_options(**both)
    same = kind(token=False, provider="groq", default_provider="groq")
    assert same.config.default_provider == "groq"


@pytest.mark.parametrize("kind", [HfInferenceClient, AsyncHfInferenceClient])
def test_what_is_no_setting_is_refused(kind: Any) -> None:
    """A token in the place of the settings is not shown."""
    with pytest.raises(ConfigurationError, match="Did you mean max_retries"):
        kind(max_retry=1)
    with pytest.raises(ConfigurationError, match="config must be a HfInferenceConfig") as caught:
        kind(SECRET)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("kind", [HfInferenceClient, AsyncHfInferenceClient])
def test_a_client_shows_no_secret_and_can_be_copied_and_pickled(kind: Any) -> None:
    """A copy shares connections; a pickle begins anew, without the token."""
    client = kind(token=SECRET, headers={"x-key": SECRET}, base_url="http://host")

    assert repr(client).startswith(f"{kind.__name__}(HfInferenceConfig(token=Token(from the token")
    assert SECRET not in repr(client)
    for twin in (copy.copy(client), copy.deepcopy(client)):
        assert twin.config.credential.reveal() == SECRET
    assert SECRET.encode() not in pickle.dumps(kind(token=SECRET))
    assert elsewhere(client).config.base_url == "http://host"


def test_a_client_of_the_callers_own_sends_and_stays_open(emulator: Emulator) -> None:
    """It cannot be pickled, and says so."""
    with httpx.Client() as own:
        with HfInferenceClient(**at(emulator), http_client=own) as client:
            assert client.chat.complete("hi", model=MODEL).text == HELLO
            with pytest.raises(ConfigurationError, match="http_client= of its own"):
                pickle.dumps(client)
        assert not own.is_closed


def test_a_client_that_was_never_used_has_nothing_to_close() -> None:
    """And looks at nothing: no network in a constructor."""
    HfInferenceClient(token=False, base_url="http://nowhere.invalid").close()
    asyncio.run(AsyncHfInferenceClient(token=False).close())


def test_both_colours_share_what_is_known_of_a_server(emulator: Emulator) -> None:
    """A client and its twin for asyncio count, cache, limit and break together, and close alone."""
    with HfInferenceClient(**at(emulator)) as client:
        client.embeddings.create(["a text"], model="org/name")

        async def ask() -> None:
            async with client.in_asyncio() as twin:
                await twin.embeddings.create(["a text"], model="org/name")
                assert twin.in_plain().config is client.config

        asyncio.run(ask())
        assert client.cache_stats()["embeddings"].hits == 1
        client.embeddings.create(["another"], model="org/name")
