"""Requests to the management API, and to health routes."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.config import HfInferenceConfig
from hf_integrations.credentials import ambient
from hf_integrations.errors import AuthenticationError, ValidationError
from hf_integrations.routing.management import (
    HEALTH_TIMEOUT,
    health_request,
    management_request,
    management_root,
    split_name,
)

HOST = "https://x.us-east-1.aws.endpoints.huggingface.cloud"


def config(**settings: Any) -> HfInferenceConfig:
    """Settings with a token."""
    return HfInferenceConfig(**{"token": "hf_x"} | settings)


def test_an_order_has_a_token_a_body_and_its_own_timeout() -> None:
    """Each part of the path is one step of it."""
    request = management_request(
        config(headers={"X-Mine": "1"}, management_timeout=7), "PUT", "endpoint", "me", "a b/c",
        query=[("tail", "5")], body={"a": 1},
    )  # fmt: skip
    assert request.url.endswith("/v2/endpoint/me/a%20b%2Fc?tail=5")
    headers = dict(request.headers)
    assert headers["authorization"] == "Bearer hf_x"
    assert (headers["x-mine"], headers["content-type"]) == ("1", "application/json")
    assert (request.body, request.timeout.total) == (b'{"a":1}', 7.0)


def test_a_token_that_was_found_goes_only_home() -> None:
    """To no other API, and to no health route elsewhere."""
    found = ambient("hf_found", "HF_TOKEN")
    management_request(config(token=found), "GET", "endpoint", "me")
    with pytest.raises(AuthenticationError):
        management_request(config(token=found, management_url="http://h"), "GET", "x")
    assert "authorization" in dict(health_request(config(token=found), f"{HOST}/health").headers)
    away = health_request(config(token=found), "https://mine.example/health")
    assert "authorization" not in dict(away.headers)
    assert away.timeout.total == HEALTH_TIMEOUT


@pytest.mark.parametrize(
    ("settings", "root"),
    [
        ({}, "https://api.endpoints.huggingface.cloud/v2"),
        ({"base_url": "https://router.huggingface.co/v1"},
         "https://api.endpoints.huggingface.cloud/v2"),
        ({"base_url": HOST}, "https://api.endpoints.huggingface.cloud/v2"),
        ({"base_url": "http://localhost:1/v1"}, "http://localhost:1/v2"),
        ({"base_url": "http://localhost:1", "management_url": "http://h/m/"}, "http://h/m"),
    ],
)  # fmt: skip
def test_where_the_api_is(settings: dict[str, Any], root: str) -> None:
    """Hugging Face's, unless the settings stand for all of it."""
    assert management_root(config(**settings)) == root


def test_names_come_together_or_apart() -> None:
    """The same namespace twice is no contradiction."""
    assert split_name("mine") == (None, "mine")
    assert split_name("me/mine") == split_name("mine", "me") == ("me", "mine")
    assert split_name("me/mine", "me") == ("me", "mine")


@pytest.mark.parametrize(
    ("name", "namespace"),
    [("me/mine", "you"), ("a/b/c", None), ("", None), ("..", None), ("./x", None), (5, None),
     ("x", ""), ("x", 5), ("a b", None), ("a\n", None)],
)  # fmt: skip
def test_names_that_are_none_are_refused(name: Any, namespace: Any) -> None:
    """Before they become a path."""
    with pytest.raises(ValidationError):
        split_name(name, namespace)
