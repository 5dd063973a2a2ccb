"""The same call through huggingface_hub and through ours: the same requests, the same result.

For every pair of provider and task that huggingface_hub supports. What differs stands in
`differences`, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from huggingface_hub import InferenceClient
from huggingface_hub.inference._providers import PROVIDERS

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.emulator.partners.shelf import MODELS
from tests.colours import Colour, Looped, Plain
from tests.emulator.rerouted import hub_at
from tests.oracle.calls import CALLS, STRUCTURED, Call
from tests.oracle.differences import DIFFERENCES, Difference
from tests.oracle.seen import seen

TOKEN = "hf_test"
PAIRS = [
    (provider, task)
    for provider, tasks in PROVIDERS.items()
    for task in tasks
    if provider != "openai"
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulator]:
    """An emulator to which both are led, without waiting."""
    with Emulator() as running, hub_at(running.url):
        yield running


@pytest.fixture
def emulator(shared: Emulator) -> Emulator:
    """It has seen nothing yet."""
    shared.reset()
    return shared


def model_for(provider: str, task: str) -> str:
    """A model of the shelf, which has another name there; else one whose name tells its task."""
    known = (m.id for m in MODELS.values() if m.task == task and provider in m.ids)
    return next(known, f"org/{task}-model")


def theirs(call: Call, provider: str, task: str, token: str = TOKEN, **settings: Any) -> Any:
    """The result of huggingface_hub."""
    client = InferenceClient(provider=provider, api_key=token, **settings)  # type: ignore[arg-type]  # names as text
    return getattr(client, call.method)(model=model_for(provider, task), **call.theirs)


def ours(
    colour: Colour, emulator: Emulator, call: Call, provider: str, task: str, **settings: Any
) -> Any:
    """Our result."""
    named = {"base_url": emulator.url, "token": TOKEN, "provider": provider} | settings
    return colour(lambda client: call.ours(client, model_for(provider, task)), **named)


def expected(provider: str, task: str, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Their requests with our differences."""
    changed = deepcopy(requests)
    for difference in DIFFERENCES:
        if difference.concerns(provider, task):
            for one in changed:
                difference.becomes(one)
    return changed


@pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
@pytest.mark.parametrize(("provider", "task"), PAIRS)
def test_the_same_call_is_the_same_request_and_the_same_result(
    emulator: Emulator, colour: Colour, provider: str, task: str
) -> None:
    """Method, path, query, the headers that matter, the body, field by field; and what is read."""
    call = CALLS[task]
    read_theirs, read_ours = call.read
    their_result = theirs(call, provider, task)
    their_requests = seen(emulator)
    our_result = ours(colour, emulator, call, provider, task)

    assert seen(emulator) == expected(provider, task, their_requests)
    assert read_ours(our_result) == read_theirs(their_result)


@pytest.mark.parametrize(
    "provider", [p for p, tasks in PROVIDERS.items() if "conversational" in tasks and p != "openai"]
)
def test_structured_output_is_told_in_the_same_words(emulator: Emulator, provider: str) -> None:
    """Which are those of the provider."""
    model = {"model": f"org/{provider}-chat"}
    client: Any = InferenceClient(provider=provider, api_key=TOKEN)  # type: ignore[arg-type]  # names as text
    found = client.chat_completion(**STRUCTURED.theirs, **model)
    their_requests = seen(emulator)
    with HfInferenceClient(base_url=emulator.url, token=TOKEN, provider=provider) as mine:
        result = STRUCTURED.ours(mine, model["model"])

    assert seen(emulator) == expected(provider, "conversational", their_requests)
    assert result.text == found.choices[0].message.content


@pytest.mark.parametrize("provider", ["fal-ai", "replicate"])
def test_a_lora_brings_the_same_weights(emulator: Emulator, provider: str) -> None:
    """From the Hub, wherever that is asked."""
    lora = "openfree/ghibli-lora"
    client: Any = InferenceClient(provider=provider, api_key=TOKEN)  # type: ignore[arg-type]  # names as text
    client.text_to_image("a dog", model=lora)
    their_requests = seen(emulator)
    with HfInferenceClient(base_url=emulator.url, token=TOKEN, provider=provider) as mine:
        mine.image.generate("a dog", model=lora)

    assert seen(emulator) == their_requests
    assert "lora" in str(their_requests[0]["body"]).lower()


def test_left_to_the_router_a_chat_is_the_same_and_so_is_who_pays(emulator: Emulator) -> None:
    """Without a provider; with `bill_to`."""
    call = CALLS["conversational"]
    InferenceClient(api_key=TOKEN, bill_to="us").chat_completion(model="a/b", **call.theirs)
    their_requests = seen(emulator)
    with HfInferenceClient(
        base_url=emulator.url, token=TOKEN, provider="auto", bill_to="us"
    ) as mine:
        mine.chat.complete("Hello", model="a/b", provider="auto", max_tokens=20,
                           temperature=0.5, seed=1, stop=["x"])  # fmt: skip

    assert seen(emulator) == expected("auto", "conversational", their_requests)
    assert their_requests[0]["headers"]["x-hf-bill-to"] == "us"


@pytest.mark.parametrize(
    ("provider", "task"),
    [("fal-ai", "text-to-image"), ("replicate", "text-to-image"), ("wavespeed", "text-to-image"),
     ("zai-org", "text-to-image"), ("together", "text-to-video"), ("openai", "conversational")],
)  # fmt: skip
def test_with_a_key_of_its_own_a_provider_is_asked_alike(
    emulator: Emulator, provider: str, task: str
) -> None:
    """By the same scheme and the same path; our `base_url` stands for its host."""
    theirs(CALLS[task], provider, task, "sk-own")
    their_requests = seen(emulator)
    ours(Plain(), emulator, CALLS[task], provider, task, token="sk-own")

    assert seen(emulator) == expected(provider, task, their_requests)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.why)
def test_every_difference_is_one(emulator: Emulator, difference: Difference) -> None:
    """Of at least one pair, or it must leave the table."""
    for provider, task in PAIRS:
        if not difference.concerns(provider, task):
            continue
        theirs(CALLS[task], provider, task)
        before = seen(emulator)
        after = deepcopy(before)
        for one in after:
            difference.becomes(one)
        if after != before:
            return
    pytest.fail("there is no such difference")
