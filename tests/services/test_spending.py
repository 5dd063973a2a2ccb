"""What was spent, by the price list; and a budget that refuses further calls."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import BudgetExceededError, NetworkError
from hf_integrations.models.chat import ChatMessage, ChatRequest
from hf_integrations.models.hub import ModelProfile
from hf_integrations.services.chat import complete
from hf_integrations.services.spending import costs
from hf_integrations.transport.telemetry import Event, Exchange
from tests.colours import Colour, Looped, Plain
from tests.playing import play
from tests.services.calls import ok, refusal, router


@pytest.fixture(params=[Plain(), Looped()], ids=["plain", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Each of the two clients."""
    found: Colour = request.param
    return found


@pytest.fixture
def priced(emulator: Emulator) -> tuple[str, str]:
    """A model and a provider of the emulator's price list."""
    with HfInferenceClient(base_url=emulator.url, token="hf_test") as client:
        for one in client.hub.profiles():
            for offer in one.providers:
                if offer.pricing is not None and offer.pricing.output:
                    return one.id, offer.provider
    raise AssertionError("nothing has a price")


def settings(emulator: Emulator, **more: Any) -> dict[str, Any]:
    """Of a client of the emulator."""
    return {"base_url": emulator.url, "token": "hf_test"} | more


def test_costs_are_those_of_the_price_list(
    emulator: Emulator, priced: tuple[str, str], colour: Colour
) -> None:
    """Tokens as the server counts them, times dollars per million."""
    model, provider = priced

    async def spend_async(client: Any) -> Any:
        answer = await client.chat.complete("Hello", model=model, provider=provider)
        return answer.usage, await client.costs(), await client.hub.profile(model)

    def spend(client: Any) -> Any:
        if not isinstance(client, HfInferenceClient):
            return spend_async(client)
        answer = client.chat.complete("Hello", model=model, provider=provider)
        return answer.usage, client.costs(), client.hub.profile(model)

    usage, costs, profile = colour(spend, **settings(emulator))
    assert isinstance(profile, ModelProfile)
    price = next(offer.pricing for offer in profile.providers if offer.provider == provider)
    assert price is not None
    one = costs.by_model[0]
    assert (one.provider, one.requests) == (provider, 1)
    assert (one.input_tokens, one.output_tokens) == (usage.prompt_tokens, usage.completion_tokens)
    expected = usage.prompt_tokens * price.input + usage.completion_tokens * price.output
    assert costs.dollars == pytest.approx(expected / 1e6)


def test_a_used_up_budget_refuses_and_sends_nothing(
    emulator: Emulator, priced: tuple[str, str]
) -> None:
    """Whole, streamed and by name; until the counting begins anew."""
    model, provider = priced
    words: dict[str, Any] = {"model": model, "provider": provider, "max_tokens": 5}
    with HfInferenceClient(**settings(emulator, budget=1.0, collect_metrics=False)) as rich:
        rich.chat.complete("Hello", **words)
        spent = rich.costs().dollars
        client = rich.with_options(budget=spent)
        before = len(emulator.requests)
        with pytest.raises(BudgetExceededError, match=r"budget of .* is used up"):
            client.chat.complete("Hello", **words)
        with pytest.raises(BudgetExceededError):
            client.run("chat-completion", "Hello", **words)
        stream = client.chat.stream("Hello", **words)
        with pytest.raises(BudgetExceededError):
            next(stream)
        report = client.batch("chat-completion", ["Hello"], **words)
        assert isinstance(report.failed[0], BudgetExceededError)
        assert len(emulator.requests) == before
        client.clear_costs()
        client.with_options(budget=9 * spent).chat.complete("Hello", **words)


@pytest.mark.parametrize(
    ("words", "request_of_its_own"),
    [({"max_tokens": 100_000}, False), ({}, False), ({"max_tokens": 100_000}, True)],
)
def test_a_call_that_may_cost_more_than_is_left_is_refused(
    emulator: Emulator, priced: tuple[str, str], words: dict[str, Any], request_of_its_own: bool
) -> None:
    """By its max_tokens, or by what one without is reckoned with; fewer are allowed."""
    model, provider = priced
    more: dict[str, Any] = {"budget": 1e-4, "budget_reserve_tokens": 100_000}
    with HfInferenceClient(**settings(emulator, **more)) as client:
        messages: Any = "Hello"
        if request_of_its_own:
            messages, words = ChatRequest(messages=[ChatMessage("user", "Hello")], **words), {}
        with pytest.raises(BudgetExceededError, match=r"this call may cost \$.* left"):
            client.chat.complete(messages, model=model, provider=provider, **words)
        assert not [one for one in emulator.requests if one.method == "POST"]
        client.chat.complete("Hello", model=model, provider=provider, max_tokens=1)


def test_calls_on_their_way_count_with_what_they_may_cost(
    emulator: Emulator, priced: tuple[str, str]
) -> None:
    """So that they cannot pass together; what is over counts with what it has cost."""
    model, provider = priced
    words: dict[str, Any] = {"model": model, "provider": provider, "max_tokens": 1000}
    with HfInferenceClient(**settings(emulator, budget=1.0)) as client:
        profile = client.hub.profile(model)
        price = next(one.pricing for one in profile.providers if one.provider == provider)
        assert price is not None
        assert price.output is not None
        two = client.with_options(budget=2.5 * 1000 * price.output / 1e6)
        with (
            two.chat.stream("Hello", **words),
            two.chat.stream("Hello", **words),
            pytest.raises(BudgetExceededError),
        ):
            two.chat.complete("Hello", **words)
        assert two.chat.complete("Hello", **words).text


def test_a_stream_that_is_left_costs_what_has_come(
    emulator: Emulator, priced: tuple[str, str], colour: Colour
) -> None:
    """Its server has not said what it counted; so it is estimated, and said to be."""
    model, provider = priced
    events: list[Event] = []
    emulator.fail_next("slow_tokens", event_delay=0.1)  # else all of it may be there at once

    def leave(client: Any) -> Any:
        if not isinstance(client, HfInferenceClient):
            return leave_async(client)
        with client.chat.stream("Say much. " * 40, model=model, provider=provider) as stream:
            next(stream)
        return client.costs()

    async def leave_async(client: Any) -> Any:
        async with client.chat.stream("Say much. " * 40, model=model, provider=provider) as stream:
            await anext(stream)
        return await client.costs()

    found = colour(leave, **settings(emulator, on_event=events.append, resolve_models=False))
    assert found.dollars > 0
    (one,) = [event for event in events if isinstance(event, Exchange) and event.streamed]
    assert one.estimated
    assert 80 < (one.input_tokens or 0) < 160


def test_what_has_no_price_counts_as_nothing_and_is_named(emulator: Emulator) -> None:
    """A server of one's own has no list."""
    with HfInferenceClient(**settings(emulator, budget=1e-12)) as client:
        for _ in range(3):
            client.chat.complete("Hello", model="org/name")
        costs = client.costs()
    assert (costs.dollars, costs.unpriced) == (0, ["org/name"])


def test_a_price_list_that_fails_is_asked_again() -> None:
    """Only who is not in it has no price: else one fault would lift a budget for good."""
    where = router(max_retries=0, circuit_breaker=False)
    answer: dict[str, Any] = {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "x"}}]
    }
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    play(complete(where, "Hi", model="org/name:groq"), [ok(answer | {"usage": usage})])

    for fault in (NetworkError("cut"), refusal(404)):
        found, steps = play(costs(where), [fault])
        assert (found.unpriced, len(steps)) == (["org/name"], 1)
    assert play(costs(where), [])[1] == []
