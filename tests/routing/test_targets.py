"""Where a call goes, and what goes there with it; above all, the token."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import (
    ConfigurationError,
    HfError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.routing.table import ROWS
from hf_integrations.routing.targets import (
    Target,
    is_hugging_face,
    is_router,
    resolve,
)
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind, Task

SECRET = "hf_very_secret"
ROUTER = "https://router.huggingface.co"
OWN = "http://localhost:8080"
EVIL = "https://evil.com\\.huggingface.co"


def config(**settings: Any) -> HfInferenceConfig:
    """Settings with a token that was given, unless it is said otherwise."""
    return HfInferenceConfig(**{"token": SECRET} | settings)


def goes(
    settings: HfInferenceConfig,
    task: Task = CHAT,
    *,
    model: Any = "org/name",
    provider: Any = None,
) -> Target:
    """The target of a call."""
    return resolve(settings, task, model=model, provider=provider)


@pytest.mark.parametrize(
    ("model", "provider", "default", "said"),
    [
        ("org/name", None, "auto", "auto"),
        ("org/name", "auto", "groq", "auto"),
        ("org/name:cheapest", None, "groq", "cheapest"),
        ("org/name:preferred", None, "auto", "preferred"),
        ("gpt2", None, "auto", "auto"),
    ],
)
def test_the_router_chooses_by_the_rule_in_the_model(
    model: str, provider: str | None, default: str, said: str
) -> None:
    """Nothing need be looked up."""
    target = goes(config(default_provider=default), model=model, provider=provider)

    assert target == Target(ROUTER, Kind.ROUTER, said, model)
    assert target.url(CHAT) == f"{ROUTER}/v1/chat/completions"
    assert target.host == "router.huggingface.co"


@pytest.mark.parametrize(
    ("model", "provider", "default"),
    [
        ("org/name", "groq", "auto"),
        ("org/name", None, "groq"),
        ("org/name:groq", "groq", "auto"),
        ("org/name:groq", "auto", "auto"),
    ],
)
def test_a_provider_is_named_by_argument_by_suffix_or_by_default(
    model: str, provider: str | None, default: str
) -> None:
    """Below its prefix at the router; what the model is called there is open yet."""
    target = goes(config(default_provider=default), model=model, provider=provider)

    assert (target.provider, target.model, target.is_settled) == ("groq", "org/name", False)
    assert target.url(CHAT) == f"{ROUTER}/groq/openai/v1/chat/completions"


def test_a_provider_that_is_younger_than_the_table_is_left_to_the_router() -> None:
    """For a chat; for another task nobody knows how to ask it."""
    target = goes(config(), provider="new-one")
    assert (target.url(CHAT), target.model) == (f"{ROUTER}/v1/chat/completions", "org/name:new-one")
    with pytest.raises(UnsupportedTaskError, match="register_provider"):
        goes(config(), FEATURE_EXTRACTION, provider="new-one")


def test_a_key_of_the_providers_own_goes_to_its_own_host() -> None:
    """A base_url of one's own stands for that too."""
    groq = goes(config(token="gsk-1", bill_to="us"), provider="groq")
    assert groq.url(CHAT) == "https://api.groq.com/openai/v1/chat/completions"
    fal = config(token="k")
    queued, at_once = (
        goes(fal, ROWS[name], provider="fal-ai") for name in ("text-to-video", "text-to-image")
    )
    assert queued.url(ROWS["text-to-video"]) == "https://queue.fal.run/org/name"
    assert at_once.url(ROWS["text-to-image"]) == "https://fal.run/org/name"
    own = goes(config(token="k", base_url=OWN), ROWS["text-to-video"], provider="fal-ai")
    assert own.url(ROWS["text-to-video"]) == f"{OWN}/fal-ai/org/name?_subdomain=queue"


def test_openai_is_reached_with_a_key_of_its_own_only() -> None:
    """The router does not lead to it, nor does the Hub know its models."""
    with pytest.raises(ConfigurationError, match="openai is not reached through Hugging Face"):
        goes(config(), provider="openai")
    target = goes(config(token="sk-1"), model="gpt-4o", provider="openai")
    assert (target.url(CHAT), target.is_settled) == (
        "https://api.openai.com/v1/chat/completions", True,
    )  # fmt: skip


def test_a_model_may_be_left_open_if_the_settings_say_so() -> None:
    """Then the Hub's own choice is taken."""
    assert not goes(config(use_default_models=True), FEATURE_EXTRACTION, model=None).is_settled
    assert not goes(config(use_default_models=True), CHAT, model=None).is_settled


@pytest.mark.parametrize("task", [TEXT_GENERATION, FEATURE_EXTRACTION])
@pytest.mark.parametrize(
    ("model", "provider"),
    [("org/name", None), ("org/name", "hf-inference"), ("org/name:hf-inference", None)],
)
def test_native_tasks_are_asked_of_hf_inference_by_path(
    task: Task, model: str, provider: str | None
) -> None:
    """The router's `/v1` does not have them."""
    target = goes(config(), task, model=model, provider=provider)

    assert target.provider == "hf-inference"
    assert target.url(task).startswith(f"{ROUTER}/hf-inference/models/org/name")


@pytest.mark.parametrize(("model", "provider"), [("org/name", "groq"), ("org/name:fastest", None)])
def test_native_tasks_of_other_providers_are_refused(model: str, provider: str | None) -> None:
    """The error names the task, who was meant, and what to use."""
    with pytest.raises(UnsupportedTaskError, match="feature-extraction is not served") as caught:
        goes(config(), FEATURE_EXTRACTION, model=model, provider=provider)
    assert caught.value.model == "org/name"
    assert caught.value.provider in {"groq", "fastest"}


@pytest.mark.parametrize(
    "url", ["https://host", "https://host/", "https://host/v1", "https://host/v1/"]
)
def test_a_server_of_ones_own_is_named_by_base_url_or_by_model(url: str) -> None:
    """With and without `/v1`; what answers there is not known yet."""
    by_base = goes(config(base_url=url), model=None)
    by_model = goes(config(), model=url)

    assert by_base == by_model == Target("https://host", None, "", None)
    assert goes(config(base_url=url)).model == "org/name"


def test_what_answers_may_be_said() -> None:
    """Then it need not be found out."""
    kinds = {"tei": Kind.TEI, "tgi": Kind.TGI, "openai": Kind.OPENAI, "auto": None}

    assert {server: goes(config(base_url=OWN, server=server)).kind for server in kinds} == kinds


def test_a_base_url_stands_in_for_the_router_when_a_provider_is_named() -> None:
    """So an emulator or a proxy can."""
    named = goes(config(base_url=OWN), provider="groq")
    default = goes(config(base_url=f"{OWN}/v1", default_provider="groq"))

    assert named == default
    assert named.url(CHAT) == f"{OWN}/groq/openai/v1/chat/completions"
    assert goes(config(base_url=f"{ROUTER}/v1/")).kind is Kind.ROUTER


@pytest.mark.parametrize(
    ("model", "provider", "kind", "said"),
    [
        (None, None, ValidationError, "model: the router needs one"),
        ("", None, ValidationError, "model must be a non-empty string"),
        (" ", None, ValidationError, "model must be a non-empty string"),
        (5, None, ValidationError, "model must be a non-empty string"),
        ("a/b/c", None, ValidationError, "model: give 'organisation/name'"),
        ("../name", None, ValidationError, "model: give 'organisation/name'"),
        ("org/..", None, ValidationError, "model: give 'organisation/name'"),
        ("org/.:x", None, ValidationError, "model: give 'organisation/name'"),
        ("org/name\n", None, ValidationError, "model: give 'organisation/name'"),
        ("org/name?x", None, ValidationError, "model: give 'organisation/name'"),
        ("org/name:a:b", None, ValidationError, "model: give 'organisation/name'"),
        ("org/name", "Groq!", ConfigurationError, "provider: 'Groq!' is no provider's name"),
        ("org/name", "", ValidationError, "provider must be a provider's name"),
        ("org/name", 5, ValidationError, "provider must be a provider's name"),
        ("org/name:groq", "together", ValidationError, "leave one of them out"),
        (OWN, "groq", ValidationError, "leave one of them out"),
        ("https://me:pass@host", None, ValidationError, "model must not carry a password"),
        ("https://[", None, ValidationError, "model is no URL that can be asked"),
        (EVIL, None, ValidationError, "model is no URL that can be asked"),
    ],
)
def test_words_that_cannot_be_right_are_refused_before_anything_is_sent(
    model: Any, provider: Any, kind: type[HfError], said: str
) -> None:
    """Each by its argument."""
    with pytest.raises(kind, match=said):
        goes(config(), model=model, provider=provider)


@given(st.text())
def test_any_model_is_a_place_or_an_error_of_ours(model: str) -> None:
    """And its place is below the root: no model leads out of it."""
    try:
        target = goes(config(), FEATURE_EXTRACTION, model=model)
    except ValidationError:
        return
    url = target.url(FEATURE_EXTRACTION)
    assert url.startswith(f"{ROUTER}/hf-inference/models/")
    assert "/../" not in url
    assert url.isascii()


@pytest.mark.parametrize("kind", [None, Kind.TGI])
def test_a_server_that_does_not_serve_a_task_is_told_so(kind: Kind | None) -> None:
    """With what it is, and what would."""
    target = Target("https://host", kind, "", "org/name")
    with pytest.raises(UnsupportedTaskError, match=r"host is .* does not serve") as caught:
        target.url(FEATURE_EXTRACTION)
    assert "text-embeddings-inference" in str(caught.value)
    assert caught.value.task == "feature-extraction"


HOME = [
    ROUTER,
    "https://huggingface.co/api",
    "https://hf.co",
    "https://ABC.us-east-1.aws.endpoints.huggingface.cloud",
    "https://api.endpoints.huggingface.cloud/v2",
]
FOREIGN = [
    OWN,
    "http://router.huggingface.co",
    "https://huggingface.co.evil.com",
    "https://evil-huggingface.co",
    "https://huggingface.cloud",
    "https://evil.com/huggingface.co",
    "https://evil.com#.huggingface.co",
    "https://evil.com?.huggingface.co",
    "https://huggingface.co@evil.com",
    EVIL,
    "https://evil.com%2f.huggingface.co",
    "https://evil.com\u3002huggingface.co",
    "https://",
]


@pytest.mark.parametrize("url", HOME)
def test_hosts_of_hugging_face_are_known(url: str) -> None:
    """Its own, and dedicated endpoints."""
    assert is_hugging_face(url)


@pytest.mark.parametrize("url", FOREIGN)
def test_hosts_that_only_look_alike_are_foreign(url: str) -> None:
    """In every way that a parser of URLs has been fooled; and nothing goes over plain HTTP."""
    assert not is_hugging_face(url)


def test_the_router_is_known_with_and_without_its_version() -> None:
    """But nothing else is the router."""
    assert is_router(f"{ROUTER}/v1/")
    assert not is_router(f"{ROUTER}.evil.com")
    assert not is_router("http://router.huggingface.co")


def test_an_endpoint_of_the_settings_is_asked_unless_a_call_says_otherwise() -> None:
    """Where it is, is not known yet; a model that is a URL goes there; a provider contradicts."""
    config = HfInferenceConfig(token="hf_x", endpoint="me/mine", base_url="http://h")
    target = resolve(config, CHAT, model=None, provider=None)
    assert (target.endpoint, target.root, target.kind) == ("me/mine", "", None)
    assert resolve(config, CHAT, model="http://other", provider=None).root == "http://other"
    with pytest.raises(ValidationError, match="provider"):
        resolve(config, CHAT, model=None, provider="groq")
