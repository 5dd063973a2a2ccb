"""A router over several adapters: who is asked, who is asked next, and what it all says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    ConfigurationError,
    HfError,
    NotFoundError,
    RateLimitedError,
    StreamInterruptedError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.platform import (
    Chat,
    HfInferenceAdapter,
    ImageGeneration,
    ModelAdapter,
    ModelRouter,
    Rerouted,
)
from tests.platform.plain_http import PlainHttpAdapter

MODEL = "meta-llama/Llama-3.3-70B-Instruct"
HELLO = Chat(messages="Hello", model=MODEL)


class Two:
    """Two adapters, each at an emulator of its own."""

    def __init__(self, first: Emulator, second: Emulator) -> None:
        self.first, self.second = first, second
        self.adapters: list[ModelAdapter] = [
            self.at(first, "first"), self.at(second, "second"),
        ]  # fmt: skip

    def at(self, emulator: Emulator, name: str) -> ModelAdapter:
        """An adapter that repeats nothing."""
        return HfInferenceAdapter(
            base_url=emulator.url, token="hf_test", provider_id=name, max_retries=0,
            circuit_breaker=False,
        )  # fmt: skip

    def router(self, **settings: Any) -> ModelRouter:
        """Over both."""
        return ModelRouter(self.adapters, **settings)

    def asked(self) -> tuple[int, int]:
        """How many chats each has seen."""
        first, second = (
            len([one for one in each.requests if "chat" in one.path])
            for each in (self.first, self.second)
        )
        return first, second


@pytest.fixture
async def two(emulator: Emulator) -> AsyncIterator[Two]:
    """Both, closed afterwards."""
    with Emulator() as other:
        both = Two(emulator, other)
        yield both
        for adapter in both.adapters:
            await adapter.close()


async def test_the_next_is_asked_when_one_fails(two: Two) -> None:
    """And listeners are told, without what was said."""
    heard: list[Any] = []
    router = two.router()
    stop = router.events(heard.append)
    two.first.fail("unavailable")

    answer = await router.invoke(Chat(messages="plantedprompt", model=MODEL))

    assert (answer.provider, two.asked()) == ("second", (1, 1))
    expected = Rerouted(
        provider="first", following="second", kind="chat", error="ServiceUnavailableError"
    )
    assert expected in heard
    assert "plantedprompt" not in repr(heard)
    stop()
    told = len(heard)
    await router.invoke(HELLO)
    assert len(heard) == told


async def test_a_wrong_request_is_not_asked_again(two: Two) -> None:
    """The next could not do better."""
    with pytest.raises(ValidationError, match="max_tokens"):
        await two.router().invoke(Chat(messages="Hello", model=MODEL, max_tokens=-1))
    assert two.asked() == (0, 0)


async def test_fallback_can_be_turned_off(two: Two) -> None:
    """Then the first error is the answer."""
    two.first.fail("rate_limited")
    with pytest.raises(RateLimitedError):
        await two.router(fallback=False).invoke(HELLO)
    assert two.asked() == (1, 0)


async def test_when_all_fail_the_error_says_who_was_asked(two: Two) -> None:
    """And it is the one after which it is of use to ask again."""
    two.first.fail("unauthorized")
    two.second.fail("rate_limited")
    with pytest.raises(RateLimitedError) as caught:
        await two.router().invoke(HELLO)
    assert dict(caught.value.tried) == {
        "first": "AuthenticationError", "second": "RateLimitedError",
    }  # fmt: skip


async def test_a_stream_goes_to_the_next_only_before_its_first_piece(two: Two) -> None:
    """After it, a reader would see two beginnings."""
    router = two.router()
    two.first.fail("unavailable")
    pieces = [piece async for piece in router.invoke_stream(HELLO)]
    assert pieces[-1].response is not None
    assert pieces[-1].response.provider == "second"

    two.first.fail("cut")
    with pytest.raises(StreamInterruptedError):
        async for _ in router.invoke_stream(HELLO):
            pass
    assert two.asked() == (2, 1)


async def test_a_stream_that_is_left_is_closed(two: Two) -> None:
    """At the adapter too."""
    router = two.router()
    async with aclosing(router.invoke_stream(HELLO)) as pieces:
        await anext(pieces)
    assert (await router.invoke(HELLO)).provider == "first"


async def test_the_cheapest_is_asked(two: Two) -> None:
    """By the prices of the request's model at each."""
    names = {"first": f"{MODEL}:together", "second": f"{MODEL}:groq"}
    router = two.router(strategy="cheapest", models={"large": names})
    request = Chat(messages="Hello", model="large")

    assert (await router.estimate_cost(request)).model == f"{MODEL}:groq"
    assert (await router.invoke(request)).provider == "second"
    assert two.asked() == (0, 1)


async def test_the_fastest_is_asked_once_both_are_measured(two: Two) -> None:
    """By a clock; what is old is measured again."""
    ticks = iter([0, 0, 5, 10, 10, 11, 20, 20, 21, 400, 400, 401])
    router = two.router(strategy="fastest", clock=lambda: float(next(ticks)))

    answers = [await router.invoke(HELLO) for _ in range(4)]

    assert [one.provider for one in answers] == ["first", "second", "second", "first"]


async def test_turns_are_taken_and_looking_takes_none(two: Two) -> None:
    """Each request goes to the one after."""
    router = two.router(strategy="round_robin")
    found = []
    for _ in range(4):
        await router.estimate_cost(HELLO)
        found.append((await router.invoke(HELLO)).provider)
    assert found == ["first", "second"] * 2


async def test_a_session_stays_with_one(two: Two) -> None:
    """Whatever other sessions do."""
    router = two.router(strategy="sticky")
    found: dict[str, set[str]] = {}
    for _ in range(2):
        for session in map(str, range(8)):
            answer = await router.invoke(Chat(messages="Hello", model=MODEL, session=session))
            found.setdefault(session, set()).add(answer.provider)
    assert all(len(who) == 1 for who in found.values())
    assert set().union(*found.values()) == {"first", "second"}


async def test_an_adapter_without_a_name_for_a_model_is_not_asked(two: Two) -> None:
    """As it does not have it."""
    router = two.router(models={"mine": {"second": MODEL}, "nobodys": {}})
    answer = await router.invoke(Chat(messages="Hello", model="mine"))

    assert (answer.provider, two.asked()) == ("second", (0, 1))
    assert (await router.list_models())[:2] == ["mine", "nobodys"]
    assert await router.validate_model("mine")
    assert not await router.validate_model("nobodys")
    for ask in (router.invoke, router.estimate_cost):
        with pytest.raises(NotFoundError, match="No adapter"):
            await ask(Chat(messages="Hello", model="nobodys"))
    with pytest.raises(NotFoundError, match="No adapter"):
        await router.capabilities("nobodys")


async def test_what_one_cannot_do_the_other_does(two: Two) -> None:
    """Its abilities are those of all; an adapter's lack is no failure that hides the real one."""
    plain = PlainHttpAdapter(two.first.url, "hf_test")
    router = ModelRouter([plain, two.adapters[1]])
    request = ImageGeneration(prompt="tea", model="black-forest-labs/FLUX.1-dev")
    two.second.fail("quota")
    with pytest.raises(HfError) as caught:
        await router.invoke(request)
    assert not isinstance(caught.value, UnsupportedTaskError)
    assert {"image_generation", "chat"} <= (await router.capabilities()).abilities
    await plain.close()


async def test_routers_can_be_nested(two: Two) -> None:
    """A router is an adapter."""
    inner = two.router(provider_id="inner")
    outer = ModelRouter([inner])
    two.first.fail("unavailable")
    assert (await outer.invoke(HELLO)).provider == "second"
    assert outer.status().provider == "router"


async def test_health_and_status_are_those_of_all(two: Two) -> None:
    """One check for each; figures are summed."""
    router = two.router()
    await router.invoke(HELLO)
    two.first.fail("2 x unavailable", method="GET")
    health = await router.health_check()
    assert [(one.name, one.ok) for one in health.checks] == [("first", False), ("second", True)]
    assert "ServiceUnavailable" in health["first"].detail
    parts = [one.status() for one in two.adapters]
    assert router.status().calls == sum(one.calls for one in parts)
    assert router.status().available


def test_a_router_is_made_of_what_can_work() -> None:
    """Else it says what to change, and shows no secret."""
    one = HfInferenceAdapter(token="hf_very_secret")
    with pytest.raises(ConfigurationError, match="at least one"):
        ModelRouter([])
    with pytest.raises(ConfigurationError, match="provider_id of its own"):
        ModelRouter([one, HfInferenceAdapter(token=False)])
    strategy: Any = "best"
    with pytest.raises(ConfigurationError, match="strategy must be one of fallback, cheapest"):
        ModelRouter([one], strategy=strategy)
    with pytest.raises(ConfigurationError, match="models: there is no adapter acme"):
        ModelRouter([one], models={"small": {"acme": "x"}})
    assert "secret" not in repr(ModelRouter([one])) + repr(one)
