"""What calls have in common is worked out once."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations import HfInferenceConfig
from hf_integrations.errors import ValidationError
from hf_integrations.flow import Request, Timeout
from hf_integrations.routing.orders import Route
from hf_integrations.routing.providers import (
    InferenceProvider,
    register_provider,
    unregister_provider,
)
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, Kind
from hf_integrations.services.requests import MOST, Requests


def test_only_the_body_differs() -> None:
    """The second request is made of the first; no body is kept for it."""
    requests, made = Requests(), []

    def make() -> Request:
        made.append(1)
        return Request("POST", "http://host/v1", Timeout(1.0), body=b"secret prompt")

    first = requests.like("here", make, b"secret prompt")
    second = requests.like("here", make, b"another")

    assert (first.body, second.body, len(made)) == (b"secret prompt", b"another", 1)
    assert second == Request("POST", "http://host/v1", Timeout(1.0), body=b"another")
    assert all(kept.body == b"" for kept in requests._known.values())


def test_what_is_remembered_has_an_end() -> None:
    """A program that asks a new model each time does not fill memory."""
    requests = Requests()
    for number in range(3 * MOST):
        url = f"http://host/{number}"
        requests.like(number, lambda url=url: Request("GET", url, Timeout(1.0)), b"")  # type: ignore[misc]

    assert len(requests._known) <= MOST


def test_where_a_call_goes_is_worked_out_once() -> None:
    """By task and model; what answers there is known, unless it has to be asked."""
    requests, own = Requests(), HfInferenceConfig(base_url="http://host", token="hf_x")
    first = requests.target(own, CHAT, model="org/name", provider=None)

    assert requests.target(own, CHAT, model="org/name", provider=None) is first
    assert (first.kind, first.model, first.is_placed) == (Kind.OPENAI, "org/name", True)
    assert requests.target(own, CHAT, model="org/other", provider=None).model == "org/other"
    for asked in (
        requests.target(own, CHAT, model="org/name", provider=None, matters=True),
        requests.target(own, FEATURE_EXTRACTION, model="org/name", provider=None),
    ):
        assert (asked.kind, asked.is_placed) == (None, False)


def test_a_provider_by_name_is_looked_up_each_time() -> None:
    """Its row may be replaced meanwhile."""
    requests, config = Requests(), HfInferenceConfig(token="hf_x")
    try:
        for path in ("/v1/one", "/v1/two"):
            routes = {CHAT.name: Route(path)}
            register_provider(InferenceProvider("my-lab", "https://my.lab", routes=routes))
            found = requests.target(config, CHAT, model="org/name:my-lab", provider=None)
            assert found.url(CHAT).endswith(path)
    finally:
        unregister_provider("my-lab")


@pytest.mark.parametrize("name", ["model", "provider"])
def test_what_can_be_no_name_is_said_to_be_none(name: str) -> None:
    """A list, for instance, of which nothing can be remembered."""
    requests, own = Requests(), HfInferenceConfig(base_url="http://host", token="hf_x")
    given: dict[str, Any] = {"model": "org/name", "provider": None} | {name: ["x"]}
    with pytest.raises(ValidationError, match=name):
        requests.target(own, CHAT, **given)


def test_targets_that_are_remembered_have_an_end() -> None:
    """As requests have."""
    requests, own = Requests(), HfInferenceConfig(base_url="http://host", token="hf_x")
    for number in range(2 * MOST):
        requests.target(own, CHAT, model=f"org/{number}", provider=None)

    assert len(requests._targets) <= MOST
