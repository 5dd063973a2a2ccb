"""The Hub over a real socket, in both colours."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import AuthenticationError, DecodeError, NotFoundError, ValidationError
from hf_integrations.flow import Response
from hf_integrations.services import hub
from tests.colours import Colour, Looped, Plain
from tests.playing import play
from tests.services.calls import context, ok, refusal, router, urls

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
both = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])


def at(emulator: Emulator) -> dict[str, Any]:
    """The settings for a client of it."""
    return {"base_url": emulator.url, "token": "hf_test"}


@both
def test_a_model_tells_what_it_is_and_who_serves_it(emulator: Emulator, colour: Colour) -> None:
    """In one question."""
    found = colour(lambda client: client.hub.model(LLAMA), **at(emulator))

    assert (found.id, found.pipeline_tag, found.availability) == (LLAMA, "text-generation", "warm")
    assert [one.provider for one in found.providers] == ["groq", "together"]
    assert colour(lambda c: c.hub.availability(LLAMA), **at(emulator)) == "warm"
    assert colour(lambda c: c.hub.providers(LLAMA), **at(emulator)) == found.providers


@both
def test_search_finds_by_name_task_and_provider(emulator: Emulator, colour: Colour) -> None:
    """No more than are wanted."""
    found = colour(
        lambda c: c.hub.search("flux", task="text-to-image", provider="fal-ai", limit=1),
        **at(emulator),
    )
    assert [one.id for one in found] == ["black-forest-labs/FLUX.1-dev"]


@both
def test_the_token_tells_whose_it_is(emulator: Emulator, colour: Colour) -> None:
    """Or that it is not accepted."""
    account = colour(lambda client: client.hub.whoami(), **at(emulator))

    assert (account.name, account.token_role) == ("emulator", "fineGrained")
    with pytest.raises(AuthenticationError):
        colour(lambda client: client.hub.whoami(), **at(emulator) | {"token": "hf_invalid"})


@both
def test_tasks_come_with_models_to_try(emulator: Emulator, colour: Colour) -> None:
    """By name."""
    found = colour(lambda client: client.hub.tasks(), **at(emulator))
    assert found["fill-mask"].widget_models == ["google-bert/bert-base-uncased"]


@both
def test_a_profile_has_context_tools_and_prices(emulator: Emulator, colour: Colour) -> None:
    """Of all who serve a model, or of the one that is named."""
    whole = colour(lambda client: client.hub.profile(LLAMA), **at(emulator))
    one = colour(lambda client: client.hub.profile(f"{LLAMA}:together"), **at(emulator))

    assert (whole.context_length, whole.supports_tools) == (131_072, True)
    assert whole.pricing.output == 0.79
    assert [offer.provider for offer in one.providers] == ["together"]
    everything = colour(lambda client: client.hub.profiles(), **at(emulator))
    assert LLAMA in {found.id for found in everything}


def test_a_profile_is_asked_for_once() -> None:
    """And by each token for itself; thin settings remember nothing."""
    answers = [ok({"id": "a/b", "providers": []})]
    here = router()
    play(hub.profile(here, "a/b"), answers)
    view = here.view(here.config.with_options(max_retries=0))
    assert play(hub.profile(view, "a/b:groq"), [])[1] == []
    other = here.view(here.config.with_options(token="hf_other"))
    assert len(play(hub.profile(other, "a/b"), answers)[1]) == 1
    thin = router(model_cache_ttl=0)
    for _ in range(2):
        assert len(play(hub.profile(thin, "a/b"), answers)[1]) == 1


def test_a_server_of_ones_own_lists_its_models() -> None:
    """By one route or the other; the only one needs no name."""
    listed = ok({"data": [{"id": "own", "max_model_len": 4_096}]})
    found, steps = play(hub.profile(context(), "a/b"), [refusal(404), listed])

    assert found.context_length == 4_096
    assert urls(steps) == ["/v1/models/a/b", "/v1/models"]
    assert play(hub.profile(context(), ""), [listed])[0].id == "own"
    two = ok({"data": [{"id": "a"}, {"id": "b"}]})
    with pytest.raises(NotFoundError, match="It has a, b"):
        play(hub.profile(context(), "c"), [refusal(404), two])


def test_what_is_not_the_hub_is_told_so() -> None:
    """And what cannot be right is not sent."""
    with pytest.raises(DecodeError, match="hub_url"):
        play(hub.whoami(router()), [Response(200, {}, b"<html>")])
    with pytest.raises(NotFoundError):
        play(hub.profile(router(), "a/b"), [refusal(404)])
    for limit in (0, 1_001, "x"):
        with pytest.raises(ValidationError, match="limit"):
            play(hub.search(router(), limit=limit), [])  # type: ignore[arg-type]  # on purpose
    for name in ("text", "task", "provider", "author", "sort"):
        for value in (5, ["a"], "\ud800", "a\nb"):
            with pytest.raises(ValidationError, match=f"{name} must be a plain text"):
                play(hub.search(router(), **{name: value}), [])  # type: ignore[arg-type]
