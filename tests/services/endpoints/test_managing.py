"""Endpoints managed over a real socket, in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    AuthenticationError,
    DecodeError,
    NetworkError,
    NotFoundError,
    ValidationError,
)
from hf_integrations.flow import Send
from hf_integrations.models.endpoint_images import EndpointImage
from hf_integrations.services.endpoints import managing
from tests.playing import play
from tests.services.calls import ok, refusal, urls
from tests.services.endpoints.orders import Colour, at, both, managed, order, state, told


@both
def test_an_endpoint_is_made_read_changed_and_deleted(swift: Emulator, colour: Colour) -> None:
    """By name; whose it is, is asked of the Hub."""
    made = colour(lambda c: c.endpoints.create(order(env={"A": "b"}, tags=["x"])), **at(swift))
    assert (made.id, made.status, made.url) == ("emulator/mine", "pending", None)
    assert made.created_at is not None

    changed = colour(
        lambda c: c.endpoints.update("mine", max_replica=3, image=EndpointImage.tgi()), **at(swift)
    )
    assert changed.raw["compute"]["scaling"]["maxReplica"] == 3
    assert changed.raw["compute"]["scaling"]["scaleToZeroTimeout"] == 60
    assert changed.image.variant == "tgi"

    [one] = colour(lambda c: c.endpoints.list(), **at(swift))
    assert one.id == "emulator/mine"
    assert colour(lambda c: c.endpoints.delete("emulator/mine"), **at(swift)) is None
    assert colour(lambda c: c.endpoints.list(namespace="emulator"), **at(swift)) == []


@both
def test_a_namespace_may_be_said_or_set(swift: Emulator, colour: Colour) -> None:
    """Beside the name, in it, or in the settings; then the Hub is not asked."""
    swift.endpoints.create("team", order().body())
    for call, settings in (
        (lambda c: c.endpoints.get("mine", namespace="team"), {}),
        (lambda c: c.endpoints.get("team/mine"), {}),
        (lambda c: c.endpoints.get("mine"), {"default_namespace": "team"}),
    ):
        assert colour(call, **at(swift, **settings)).id == "team/mine"
    assert not [one for one in swift.requests if "whoami" in one.path]


@both
def test_whose_the_token_is_is_asked_once(up: Emulator, colour: Colour) -> None:
    """By each client."""
    colour(lambda client: client.endpoints.wait_for_running("mine"), **at(up))
    assert len([one for one in up.requests if "whoami" in one.path]) == 1


@both
def test_a_wrong_name_lists_near_ones(up: Emulator, colour: Colour) -> None:
    """Of the same namespace."""
    with pytest.raises(NotFoundError, match="emulator/mime") as caught:
        colour(lambda c: c.endpoints.get("mime"), **at(up))
    assert "mine" in (caught.value.hint or "")
    assert caught.value.status == 404


@both
def test_a_name_that_is_taken_says_so(up: Emulator, colour: Colour) -> None:
    """With what to do."""
    with pytest.raises(ValidationError, match="has an endpoint mine already") as caught:
        colour(lambda c: c.endpoints.create(order()), **at(up))
    assert caught.value.status == 409
    assert "update" in (caught.value.hint or "")


@both
def test_a_call_that_cannot_be_right_is_not_sent(swift: Emulator, colour: Colour) -> None:
    """And the argument is named."""
    wrong: list[tuple[Callable[[Any], Any], str]] = [
        (lambda c: c.endpoints.get("a/b/c"), "namespace"),
        (lambda c: c.endpoints.get(".."), "name"),
        (lambda c: c.endpoints.get(""), "name"),
        (lambda c: c.endpoints.get(5), "name"),
        (lambda c: c.endpoints.get("a/b", namespace="c"), "namespace"),
        (lambda c: c.endpoints.list(namespace="a/b"), "namespace"),
        (lambda c: c.endpoints.create({"name": "mine"}), "config"),
        (lambda c: c.endpoints.update("mine"), "update"),
        (lambda c: c.endpoints.update("mine", max_replicas=1), "max_replicas"),
        (lambda c: c.endpoints.logs("mine", tail=0), "tail"),
    ]
    for call, named in wrong:
        with pytest.raises(ValidationError, match=named):
            colour(call, **at(swift))
    assert swift.requests == []


@both
def test_logs_and_metrics_are_text(up: Emulator, colour: Colour) -> None:
    """The last lines, if one wants no more."""
    log = colour(lambda c: c.endpoints.logs("mine"), **at(up))
    assert "initializing" in log
    last = colour(lambda c: c.endpoints.logs("mine", tail=1), **at(up))
    assert last == log.splitlines(keepends=True)[-1]
    assert "# EOF" in colour(lambda c: c.endpoints.metrics("mine"), **at(up))


@both
def test_hardware_has_prices(swift: Emulator, colour: Colour) -> None:
    """And the words of a configuration."""
    found = colour(lambda c: c.endpoints.hardware(), **at(swift))
    [l4] = [one for one in found if one.id == "aws-us-east-1-nvidia-l4-x1"]
    assert (l4.price_per_hour, l4.instance_type, l4.is_available) == (0.8, "nvidia-l4", True)


@both
def test_what_was_told_is_remembered_for_a_while(up: Emulator, colour: Colour) -> None:
    """`find` asks once, `get` every time."""
    from hf_integrations import HfInferenceClient

    with HfInferenceClient(**at(up, default_namespace="emulator")) as client:
        for _ in range(3):
            assert client.endpoints.find("mine").is_running
        assert len(up.requests) == 1
        client.endpoints.get("mine")
        client.endpoints.find("mine")
        assert len(up.requests) == 2
        client.endpoints.pause("mine")
        assert client.endpoints.find("mine").status == "paused"
    assert state(up) == "paused"


def test_an_order_is_not_given_twice() -> None:
    """When no answer comes, it may have been taken."""
    steps: list[Any] = []
    with pytest.raises(NetworkError) as caught:
        play(managing.create(managed(max_retries=3), order()), [NetworkError("cut")], steps)
    assert [type(step) for step in steps] == [Send]
    assert "get('me/mine')" in (caught.value.hint or "")


def test_the_api_is_hugging_faces_unless_the_settings_say_otherwise() -> None:
    """At the `base_url` that stands for all of it, or where `management_url` says."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "https://api.endpoints.huggingface.cloud/v2/"),
        ({"base_url": "http://host/v1"}, "http://host/v2/"),
        ({"base_url": "https://x.endpoints.huggingface.cloud"}, "https://api.endpoints.huggi"),
        ({"management_url": "http://mine/api"}, "http://mine/api/"),
    ]
    for settings, host in cases:
        _, steps = play(managing.get(managed(**settings), "mine"), [told("running")])
        assert isinstance(steps[0], Send)
        assert steps[0].request.url.startswith(host)
    assert urls(steps) == ["/api/endpoint/me/mine"]


def test_there_must_be_a_token() -> None:
    """Before anything is sent."""
    with pytest.raises(AuthenticationError, match="token"):
        play(managing.get(managed(token=False), "mine"), [])


def test_a_token_of_an_organisation_needs_a_namespace() -> None:
    """It has no account of its own."""
    ctx = managed(default_namespace=None)
    with pytest.raises(ValidationError, match="namespace"):
        play(managing.get(ctx, "mine"), [ok({"name": "team", "type": "org"})])


@pytest.mark.parametrize("body", [[], {"items": 5}, {}])
def test_other_answers_are_an_error_of_ours(body: Any) -> None:
    """Not a KeyError."""
    with pytest.raises(DecodeError):
        play(managing.list_all(managed()), [ok(body)])


def test_an_answer_without_an_endpoint_is_asked_after() -> None:
    """As some orders are only acknowledged."""
    info, steps = play(managing.update(managed(), "mine", tags=["x"]), [ok({}), told("updating")])
    assert info.status == "updating"
    assert len(steps) == 2


def test_near_names_are_a_courtesy() -> None:
    """Where the list cannot be had, the error is the same without them."""
    with pytest.raises(NotFoundError, match="me/mine"):
        play(managing.get(managed(max_retries=0), "mine"), [refusal(404), refusal(403)])
