"""What was spent, by the price list; and a budget that refuses further calls."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import BudgetExceededError, NetworkError
from hf_integrations.models.hub import ModelProfile
from hf_integrations.services.chat import complete
from hf_integrations.services.spending import costs
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
    with HfInferenceClient(**settings(emulator, budget=1e-12, collect_metrics=False)) as client:
        client.chat.complete("Hello", model=model, provider=provider)
        with pytest.raises(BudgetExceededError, match="budget of"):
            client.chat.complete("Hello", model=model, provider=provider)
        before = len(emulator.requests)
        with pytest.raises(BudgetExceededError):
            client.run("chat-completion", "Hello", model=model, provider=provider)
        stream = client.chat.stream("Hello", model=model, provider=provider)
        with pytest.raises(BudgetExceededError):
            next(stream)
        assert len(emulator.requests) == before
        client.clear_costs()
        client.chat.complete("Hello", model=model, provider=provider)


def test_what_has_no_price_counts_as_nothing_and_is_named(emulator: Emulator) -> None:
    """A server of one's own has no list."""
    with HfInferenceClient(**settings(emulator, budget=1e-12)) as client:
        for _ in range(2):
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
