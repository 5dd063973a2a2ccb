"""What every call may be told besides its own parameters."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import CHAT, Kind
from hf_integrations.services.options import Call
from tests.services.calls import OWN, context

TARGET = Target(OWN, Kind.OPENAI, "", "org/name")


def test_options_and_parameters_are_told_apart() -> None:
    """What was not set is neither; a false value was set."""
    given = {"timeout": 5, "extra_body": None, "seed": 0, "stop": None, "logprobs": False}
    call, parameters = Call.split(given)

    assert call == Call(timeout=5)
    assert parameters == {"seed": 0, "logprobs": False}
    assert len(given) == 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"extra_body": [1]}, "extra_body must be a dict."),
        ({"extra_body": "x"}, "extra_body must be a dict."),
        ({"extra_headers": "x"}, "extra_headers must be a dict of texts, not str."),
        ({"extra_headers": {"x": 1}}, "extra_headers: the value of 'x' must be a line"),
        ({"extra_headers": {"x": "a\nb"}}, "extra_headers: the value of 'x' must be a line"),
        ({"extra_headers": {"a b": "x"}}, "extra_headers: 'a b' is no name of a header."),
    ],
)
def test_options_are_checked_before_anything_is_sent(options: dict[str, Any], said: str) -> None:
    """Each by its name."""
    with pytest.raises(ValidationError) as caught:
        Call.split(options)
    assert str(caught.value).startswith(said)


def test_extra_fields_win() -> None:
    """And stand where the field stood; the caller's dict stays as it is."""
    extra = {"seed": 2, "new": {"a": [1]}}
    call, _ = Call.split({"extra_body": extra})

    assert call.body({"model": "m", "seed": 1}) == b'{"model":"m","seed":2,"new":{"a":[1]}}'
    assert Call().body({"model": "m"}) == b'{"model":"m"}'
    assert extra == {"seed": 2, "new": {"a": [1]}}


def test_each_request_has_the_token_that_was_given_for_it() -> None:
    """A function may choose among several, of which one is not valid for ever."""
    given: list[str] = []

    def choose() -> str:
        given.append(f"hf_{len(given) % 3}")
        return given[-1]

    where = context(token=choose)
    for _ in range(6):
        request = Call().request(where, TARGET, CHAT, b"{}")
        assert dict(request.headers)["authorization"] == f"Bearer {given[-1]}"
    assert len(given) == 6


def test_a_rotated_token_is_sent_at_once() -> None:
    """Requests that are alike share what was worked out, but never an old token."""
    tokens = ["hf_one"]
    where = context(token=lambda: tokens[-1])
    first = Call().request(where, TARGET, CHAT, b"{}")
    tokens.append("hf_two")
    second = Call().request(where, TARGET, CHAT, b"{}")

    assert ("authorization", "Bearer hf_one") in first.headers
    assert ("authorization", "Bearer hf_two") in second.headers


def test_extra_fields_must_be_json() -> None:
    """Else nothing is sent."""
    call, _ = Call.split({"extra_body": {"new": object()}})
    with pytest.raises(ValidationError, match="cannot be written as JSON"):
        call.body({"model": "m"})


def test_a_request_has_the_options() -> None:
    """Headers and timeout, whole and streamed."""
    call, _ = Call.split({"extra_headers": {"X-One": "1"}, "timeout": 7})
    whole = call.request(context(), TARGET, CHAT, b"{}")
    streamed = call.request(context(), TARGET, CHAT, b"{}", streamed=True, path="/other")

    assert dict(whole.headers)["x-one"] == "1"
    assert (whole.timeout.total, streamed.timeout.silence) == (7, 7)
    assert streamed.url == f"{OWN}/other"
    assert msgspec.json.decode(whole.body) == {}
