"""Where calls will go: the Hub is asked once, in both colours, and may be out of reach."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    ConfigurationError,
    HfError,
    ModelNotAvailableOnProviderError,
    NetworkError,
    NotFoundError,
    ServiceUnavailableError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.flow import Response, Send
from hf_integrations.routing.table import TASKS
from hf_integrations.services.context import Context
from hf_integrations.services.resolver import target
from tests.colours import Colour, Looped, Plain
from tests.playing import play
from tests.services.calls import ok, refusal, requests, router, urls

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
FLUX = "black-forest-labs/FLUX.1-dev"
ENTRY = {"status": "live", "providerId": "there", "task": "conversational"}
MODEL = ok({"id": "org/name", "inferenceProviderMapping": {"groq": ENTRY}})
both = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])


def asking(**settings: Any) -> Context:
    """A context for the router that asks the Hub."""
    return router(resolve_models=True, **settings)


@both
def test_a_client_tells_where_a_call_would_go(emulator: Emulator, colour: Colour) -> None:
    """With the name of the model there; nothing is sent there."""
    found = colour(
        lambda client: client.resolver.target("text-to-image", model=FLUX, provider="fal-ai"),
        base_url=emulator.url, token="hf_test",
    )  # fmt: skip
    assert found.url(TASKS["text-to-image"]) == f"{emulator.url}/fal-ai/fal-ai/flux/dev"
    assert [one.path for one in emulator.requests] == [f"/api/models/{FLUX}"]


@both
@pytest.mark.parametrize("mapping", ["object", "list"])
def test_both_forms_of_the_list_are_read(colour: Colour, mapping: str) -> None:
    """Over a socket."""
    with Emulator(mapping=mapping) as emulator:
        found = colour(
            lambda client: client.chat.complete("Hello", model=LLAMA, provider="groq"),
            base_url=emulator.url, token="hf_test",
        )  # fmt: skip
        assert found.text.startswith("Hello!")


@both
def test_a_wrong_pair_fails_before_it_is_sent(emulator: Emulator, colour: Colour) -> None:
    """And says who has the model."""
    with pytest.raises(ModelNotAvailableOnProviderError, match=r"by groq \(conv"):
        colour(
            lambda client: client.chat.complete("Hello", model=LLAMA, provider="novita"),
            base_url=emulator.url, token="hf_test",
        )  # fmt: skip
    with pytest.raises(UnsupportedTaskError, match="is not served through 'groq', which serves"):
        colour(
            lambda client: client.image.generate("a dog", model=FLUX, provider="groq"),
            base_url=emulator.url, token="hf_test",
        )  # fmt: skip
    assert [one.method for one in emulator.requests] == ["GET"]


def test_the_hub_is_asked_once_for_all_views() -> None:
    """For an hour; another token asks for itself, as it may see other models."""
    here = asking()
    play(target(here, "chat-completion", model="org/name", provider="groq"), [MODEL])
    view = here.view(here.config.with_options(max_retries=0))
    found, steps = play(target(view, "chat-completion", model="org/name:groq"), [])
    assert (found.model, steps) == ("there", [])
    other = here.view(here.config.with_options(token="hf_other"))
    assert len(play(target(other, "chat-completion", model="org/name:groq"), [MODEL])[1]) == 1


@pytest.mark.parametrize(
    "answer",
    [refusal(500), refusal(429), NetworkError("x"), Response(200, {}, b"<html>"), refusal(404)],
    ids=repr,
)
def test_a_hub_out_of_reach_holds_nothing_up(answer: Any) -> None:
    """A chat goes to the router, which knows as much; it is asked once and briefly."""
    found, steps = play(target(asking(), "chat-completion", model="org/name:groq"), [answer])
    assert found.model == "org/name:groq"
    assert isinstance(steps[0], Send)
    assert (steps[0].request.timeout.total, len(steps)) == (10.0, 1)


def test_where_only_the_hub_knows_the_name_it_is_asked_again() -> None:
    """And when it does not answer, that is said."""
    here = asking(max_retries=1, retry_base_delay=0.001, retry_max_delay=0.001)
    with pytest.raises(ServiceUnavailableError):
        play(
            target(here, "text-to-image", model="org/name:fal-ai"),
            [refusal(503), None, refusal(503)],
        )


def test_a_model_that_is_not_there_is_told() -> None:
    """The Hub says 401 for it to whoever has no token."""
    for status in (404, 401):
        gone = Response(
            status, {"x-error-code": "RepoNotFound"}, b'{"error": "Repository not found"}'
        )
        with pytest.raises(NotFoundError, match="There is no model 'org/name' on the Hub"):
            play(target(asking(), "text-to-image", model="org/name:fal-ai"), [gone])


def test_with_its_own_key_a_provider_is_asked_by_its_own_names() -> None:
    """Which may be longer than those of the Hub, that is then not asked."""
    own = asking(token="fal-key")
    found, steps = play(
        target(own, "text-to-image", model="fal-ai/flux/dev", provider="fal-ai"), []
    )
    assert (found.model, steps) == ("fal-ai/flux/dev", [])
    assert found.url(TASKS["text-to-image"]) == "https://fal.run/fal-ai/flux/dev"
    for name in ("fal-ai/../x", "/x", "a//b"):
        with pytest.raises(ValidationError, match="organisation/name"):
            play(target(own, "text-to-image", model=name, provider="fal-ai"), [])


def test_thin_settings_and_offline_ask_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine is asked all the same."""
    assert urls(play(target(router(), "fill-mask", model="a/b"), [])[1]) == []
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert play(target(asking(), "fill-mask", model="a/b"), [])[1] == []
    own = asking(hub_url="http://localhost:1")
    answer = ok({"id": "a/b", "pipeline_tag": "fill-mask"})
    steps = play(target(own, "fill-mask", model="a/b"), [answer])[1]
    assert requests(steps)[0].url.startswith("http://localhost:1/api/models/a/b?")


def test_a_default_model_is_taken_only_if_the_settings_say_so() -> None:
    """The first that the Hub shows for the task."""
    shown = ok({"fill-mask": {"widgetModels": ["org/name"]}})
    found, steps = play(target(router(use_default_models=True), "fill-mask"), [shown])
    assert (found.model, found.provider) == ("org/name", "hf-inference")
    assert urls(steps) == ["/api/tasks"]
    with pytest.raises(ValidationError, match="the Hub shows none for fill-mask"):
        play(target(router(use_default_models=True), "fill-mask"), [ok({})])
    with pytest.raises(ValidationError, match="use_default_models=True"):
        play(target(router(), "fill-mask"), [])


@both
def test_a_task_without_a_model_is_done_by_the_hubs_choice(
    emulator: Emulator, colour: Colour
) -> None:
    """Over a socket."""
    found = colour(
        lambda client: client.text.fill_mask("Paris is the [MASK] of France."),
        base_url=emulator.url, token="hf_test", provider="hf-inference", use_default_models=True,
    )  # fmt: skip
    assert found.best.token
    paths = [one.path for one in emulator.requests]
    assert paths[0] == "/api/tasks"
    assert paths[-1] == "/hf-inference/models/google-bert/bert-base-uncased"


def test_an_unknown_task_is_named() -> None:
    """As everywhere."""
    with pytest.raises(ConfigurationError, match="no task 'nonsense'"):
        play(target(router(), "nonsense", model="a/b"), [])


@pytest.mark.parametrize(
    "mapping", [None, [], {}, {"groq": None}, {"groq": {}}, [1, "x", {"provider": 5}], "x", 5]
)
def test_a_strange_list_is_no_bug(mapping: Any) -> None:
    """But an error of ours."""
    answer = ok({"id": "org/name", "inferenceProviderMapping": mapping})
    with pytest.raises(HfError):
        play(target(asking(), "text-to-image", model="org/name:fal-ai"), [answer])
