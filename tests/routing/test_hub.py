"""Requests to the Hub."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.routing.hub import hub_request, hub_root, is_offline, model_path, router_root

OWN = "http://localhost:8080"
ENDPOINT = "https://x.us-east-1.aws.endpoints.huggingface.cloud"


def config(**settings: Any) -> HfInferenceConfig:
    """Settings with a token."""
    return HfInferenceConfig(**{"token": "hf_secret"} | settings)


@pytest.mark.parametrize(
    ("settings", "hub", "router"),
    [
        ({}, "https://huggingface.co", "https://router.huggingface.co"),
        ({"base_url": f"{OWN}/v1"}, OWN, OWN),
        ({"base_url": OWN, "hub_url": "https://hub"}, "https://hub", OWN),
        (
            {"base_url": "https://router.huggingface.co/v1"},
            "https://huggingface.co", "https://router.huggingface.co",
        ),
        ({"base_url": ENDPOINT}, "https://huggingface.co", ENDPOINT),  # it is no Hub
    ],
)  # fmt: skip
def test_what_stands_for_hugging_face_is_asked(
    settings: dict[str, Any], hub: str, router: str
) -> None:
    """Unless another Hub is named."""
    assert (hub_root(config(**settings)), router_root(config(**settings))) == (hub, router)


def headers(settings: HfInferenceConfig) -> dict[str, str]:
    """Those of a question."""
    return dict(hub_request(settings, "/api/whoami-v2").headers)


def test_only_a_token_of_hugging_face_goes_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider's own key stays; what was found goes only home."""
    assert headers(config())["authorization"] == "Bearer hf_secret"
    assert "authorization" not in headers(config(token="sk-groq"))
    assert headers(config(token="mine", hub_url=OWN))["authorization"] == "Bearer mine"
    monkeypatch.setenv("HF_TOKEN", "hf_found")
    assert "authorization" not in headers(HfInferenceConfig(hub_url=OWN))
    assert headers(HfInferenceConfig())["authorization"] == "Bearer hf_found"


def test_offline_concerns_the_hub_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no server on this machine; huggingface_hub refuses both."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    assert is_offline(config())
    assert not is_offline(config(base_url=OWN))
    with pytest.raises(ConfigurationError, match="hub_offline"):
        hub_request(config(), "/api/tasks")
    assert hub_request(config(hub_url=OWN), "/api/tasks").url == f"{OWN}/api/tasks"


def test_a_question_is_written_as_a_url() -> None:
    """With what it asks for."""
    request = hub_request(config(), "/api/models", [("search", "a b"), ("expand[]", "tags")])
    assert request.url == "https://huggingface.co/api/models?search=a+b&expand%5B%5D=tags"


@pytest.mark.parametrize("name", ["", "../x", "a/b/c", "a b", None, "a/.."])
def test_a_name_that_is_none_is_refused(name: Any) -> None:
    """It would be another path."""
    with pytest.raises(ValidationError, match="organisation/name"):
        model_path(name)
    assert model_path("org/name:groq") == "org/name"
