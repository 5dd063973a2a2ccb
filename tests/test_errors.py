"""The tree as drawn, errors that travel, and texts for people."""

from __future__ import annotations

import copy
import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations import errors
from hf_integrations.errors import HfError, StreamInterruptedError, ValidationError
from tests.playing import elsewhere

KINDS = sorted(
    (kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, HfError)),
    key=lambda kind: kind.__name__,
)
FACTS = {
    "status": 503,
    "provider": "hf-inference",
    "model": "org/name",
    "task": "chat-completion",
    "request_id": "abc",
    "hint": "Do this.",
    "retry_after": 2.5,
}
RETRYABLE = {
    "CircuitOpenError",
    "EndpointUnhealthyError",
    "GatewayTimeoutError",
    "InferenceTimeoutError",
    "ModelLoadingError",
    "NetworkError",
    "RateLimitedError",
    "ServerError",
    "ServiceUnavailableError",
}


def drawn() -> dict[str, str]:
    """Each class of the drawing with the one it hangs from."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│├└─ ]*)([A-Z]\w+Error|HfError)", line):
            depth = len(found[1]) // 4
            above[depth:] = [found[2]]
            if depth:
                parents[found[2]] = above[depth - 1]
    return parents


def test_the_drawing_is_true() -> None:
    """The tree at the top of the module is the tree of the classes."""
    classes = {kind.__name__: kind.__bases__[0].__name__ for kind in KINDS if kind is not HfError}

    assert drawn() == classes


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_pickling_with_its_facts(kind: type[HfError]) -> None:
    """Batch runners send errors from process to process."""
    error = kind("It failed.", **FACTS)  # type: ignore[arg-type]

    for twin in (elsewhere(error), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert twin.__dict__ == error.__dict__
        assert str(twin) == str(error)
        assert twin.args == ("It failed.",)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_can_be_made_from_nothing(kind: type[HfError]) -> None:
    """Every fact has a default."""
    error = kind()

    assert str(error) == ""
    assert {getattr(error, name) for name in FACTS} == {None}


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_ask_again_is_told_by_the_class(kind: type[HfError]) -> None:
    """Only what may pass by itself is retryable."""
    assert kind().retryable is (kind.__name__ in RETRYABLE)


def test_what_was_changed_on_an_error_travels_too() -> None:
    """A refused batch keeps its parts, and an instance may be less retryable than its class."""
    error = ValidationError("inputs[1] was refused")
    error.failed = {1: "too long"}
    error.partial = [0.5]
    network = errors.NetworkError("no certificate")
    network.retryable = False

    refused, untrusted = elsewhere((error, network))

    assert refused.failed == {1: "too long"}
    assert refused.partial == [0.5]
    assert untrusted.retryable is False


def test_an_interrupted_stream_keeps_its_text() -> None:
    """`partial` holds what had arrived, also elsewhere."""
    error = elsewhere(StreamInterruptedError("It broke.", partial="Once u"))

    assert error.partial == "Once u"
    assert str(error) == "It broke."


def test_the_text_says_what_where_and_what_to_do() -> None:
    """The message, the facts in brackets, the hint."""
    error = errors.ServerError("It failed.", **FACTS)  # type: ignore[arg-type]

    assert str(error) == (
        "It failed. [status 503, provider hf-inference, model org/name, task chat-completion, "
        "request id abc] Do this."
    )
    assert str(HfError("It failed.")) == "It failed."
    assert str(HfError("It failed.", status=0)) == "It failed. [status 0]"


@given(st.text(), st.text())
def test_any_text_may_be_a_message(message: str, hint: str) -> None:
    """Nothing in a message is taken for a format."""
    error = HfError(message, hint=hint)

    assert str(error).startswith(message)
    assert elsewhere(error).message == message
