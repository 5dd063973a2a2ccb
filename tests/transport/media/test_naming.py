"""Errors with the name of their argument."""

from __future__ import annotations

import pickle

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.transport.media.naming import named, naming


def test_the_name_comes_first() -> None:
    """In the message, the text and what pickle keeps; the facts stay."""
    error = named(ValidationError("it is broken.", hint="Mend it."), "image")

    assert error.message == "image: it is broken."
    assert str(error) == str(pickle.loads(pickle.dumps(error))) == "image: it is broken. Mend it."  # noqa: S301


def test_it_is_the_same_error() -> None:
    """With its own traceback, and without a second one."""
    error = ValidationError("it is broken.")
    with pytest.raises(ValidationError, match=r"^audio: it is broken") as caught, naming("audio"):
        raise error

    assert caught.value is error
    assert error.__cause__ is None


def test_a_bug_keeps_its_words() -> None:
    """Only errors of ours are about an argument."""
    with pytest.raises(KeyError, match=r"^'x'$"), naming("audio"):
        raise KeyError("x")
