"""Inference through an endpoint by its name."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    ConfigurationError,
    EndpointFailedError,
    EndpointPausedError,
    ModelLoadingError,
    NotFoundError,
    ValidationError,
)
from hf_integrations.models.endpoint_images import EndpointImage
from tests.services.endpoints.orders import Colour, at, both, order, start, state

NAMED = {"endpoint": "emulator/mine"}


def said(client: Any) -> Any:
    """A call that goes wherever the settings say."""
    return client.chat.complete("Hello", max_tokens=9)


def text(answer: Any) -> str:
    """What was answered."""
    return str(answer.choices[0].message.content)


@both
def test_calls_go_to_the_endpoint_by_name(up: Emulator, colour: Colour) -> None:
    """Looked up at the first call; its model is the one it has."""
    answer = colour(said, **at(up, **NAMED))
    assert text(answer)
    assert answer.model == "org/m"
    paths = [one.path for one in up.requests]
    assert paths[0] == "/v2/endpoint/emulator/mine"
    assert paths[1].startswith("/e/")
    assert paths[1].endswith("/v1/chat/completions")
    assert not [path for path in paths if path.endswith("/info")]


@both
def test_streams_go_there_too(up: Emulator, colour: Colour) -> None:
    """By the same name."""
    chunks = colour.items(lambda c: c.chat.stream("Hello"), **at(up, **NAMED))
    assert len(chunks) > 2


@both
def test_the_engine_is_known_by_the_image(swift: Emulator, colour: Colour) -> None:
    """So that TEI is asked as TEI is."""
    start(swift, image=EndpointImage.tei(), task="feature-extraction")
    found = colour(lambda c: c.embeddings.create(["a", "b"]), **at(swift, **NAMED))
    assert found.vectors.shape[0] == 2
    assert swift.requests[-1].path.startswith("/e/")


def test_a_client_of_an_endpoint_shares_what_is_known(up: Emulator) -> None:
    """One look-up for all, however many calls; nothing is asked before the first."""
    with HfInferenceClient(**at(up)) as client, client.endpoints.client("emulator/mine") as mine:
        assert up.requests == []
        for _ in range(3):
            assert text(mine.chat.complete("Hello"))
        assert client.endpoints.find("emulator/mine").is_running
    assert len([one for one in up.requests if one.path.startswith("/v2/")]) == 1


@both
def test_one_that_is_not_there_yet_is_waited_for(swift: Emulator, colour: Colour) -> None:
    """As `auto_wait_for_model` says, and told as any cold start is."""
    swift.clock.stop()
    swift.endpoints.create("emulator", order().body())
    with pytest.raises(ModelLoadingError, match="pending"):
        colour(said, **at(swift, **NAMED, auto_wait_for_model=False))
    swift.clock.speed = 20
    events: list[Any] = []
    assert text(colour(said, **at(swift, **NAMED, on_cold_start=events.append)))
    assert events[-1].over
    assert events[0].model == "org/m"


@both
def test_a_paused_one_says_how_to_resume_it(up: Emulator, colour: Colour) -> None:
    """Or is resumed, when that is wanted."""
    up.endpoints.pause("emulator", "mine")
    with pytest.raises(EndpointPausedError) as caught:
        colour(said, **at(up, **NAMED))
    assert "resume('emulator/mine')" in (caught.value.hint or "")
    assert text(colour(said, **at(up, **NAMED, auto_resume_paused=True)))
    assert state(up) == "running"


@both
def test_a_failed_one_says_why(up: Emulator, colour: Colour) -> None:
    """In the words of the API."""
    up.endpoints.force("emulator/mine", "failed", "CUDA out of memory")
    with pytest.raises(EndpointFailedError, match="CUDA out of memory"):
        colour(said, **at(up, **NAMED))


@both
def test_one_that_sleeps_is_held_for(up: Emulator, colour: Colour) -> None:
    """By the proxy, which is told how long: one request is enough."""
    up.endpoints.scale_to_zero("emulator", "mine")
    assert text(colour(said, **at(up, **NAMED)))
    [asked] = [one for one in up.requests if one.path.startswith("/e/")]
    assert asked.headers["x-scale-up-timeout"] == "115"


@both
def test_contradictions_are_refused_unsent(up: Emulator, colour: Colour) -> None:
    """A provider has no endpoints; a name that is none is named."""
    with pytest.raises(ValidationError, match="provider"):
        colour(lambda c: c.chat.complete("x", provider="groq"), **at(up, **NAMED))
    with pytest.raises(ValidationError, match="namespace"):
        colour(said, **at(up, endpoint="a/b/c"))
    with pytest.raises(ConfigurationError, match="endpoint"):
        HfInferenceClient(endpoint="")
    assert up.requests == []


@both
def test_an_endpoint_that_there_is_not(up: Emulator, colour: Colour) -> None:
    """Lists near ones, at the first call."""
    with pytest.raises(NotFoundError) as caught:
        colour(said, **at(up, endpoint="emulator/mime"))
    assert "mine" in (caught.value.hint or "")


@both
def test_a_model_that_is_a_url_goes_there(up: Emulator, colour: Colour) -> None:
    """Whatever endpoint the settings name."""
    settings = at(up, **NAMED, server="tei")
    found = colour(lambda c: c.embeddings.create(["a"], model=f"{up.url}/"), **settings)
    assert found.vectors.shape[0] == 1
    assert not [one for one in up.requests if one.path.startswith(("/e/", "/v2/"))]
