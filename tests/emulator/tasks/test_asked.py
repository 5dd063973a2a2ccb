"""What a task is asked."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import pytest

from hf_integrations.emulator.media import formats
from hf_integrations.emulator.parameters import Range
from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.tasks.asked import Asked, decoded, heard, seen
from hf_integrations.emulator.vectors import Vectorizer
from tests.emulator.samples import PICTURE, SOUND

VECTORS = Vectorizer(64)


def ask(inputs: Any = "x", data: bytes | None = None, **parameters: Any) -> Asked:
    """Return a request."""
    body = {} if data else {"inputs": inputs, "parameters": parameters}
    return Asked("org/m", VECTORS, body=body, data=data)


def refused(call: Any, *given: Any) -> str:
    """Return the message of a refusal, which must have status 400."""
    with pytest.raises(Refusal) as caught:
        call(*given)
    assert caught.value.status == 400
    return str(caught.value.body["error"])


def test_texts() -> None:
    """One, or several; nothing else, and none that is empty."""
    assert ask("a").text() == "a"
    assert ask("a").texts() == ["a"]
    assert ask(["a", "b"]).texts() == ["a", "b"]
    no_text: list[Any] = [None, "", 5, ["a"], {}]
    assert all("inputs" in refused(ask(inputs).text) for inputs in no_text)
    no_texts: list[Any] = [[], ["a", 5], [""], None]
    assert all("inputs" in refused(ask(inputs).texts) for inputs in no_texts)


def test_parameters_must_be_an_object() -> None:
    """Or nothing."""
    assert Asked("m", VECTORS, body={"parameters": None}).parameters == {}
    asked = Asked("m", VECTORS, body={"parameters": [1]})
    assert refused(lambda: asked.parameters) == "`parameters` must be an object"


def test_parts_stand_in_the_inputs_or_beside_them() -> None:
    """As the clients send them."""
    assert ask({"question": "a"}).part("question") == "a"
    assert Asked("m", VECTORS, body={"question": "b", "inputs": "x"}).part("question") == "b"
    assert ask("x").part("question") is None


def test_labels() -> None:
    """A list, or text with commas."""
    assert ask(candidate_labels=["a", "b"]).labels() == ["a", "b"]
    assert ask(candidate_labels="a, b,,").labels() == ["a", "b"]
    for labels in (None, [], 5, ["a", 5], ""):
        assert "candidate_labels" in refused(ask(candidate_labels=labels).labels)


def test_numbers_have_limits() -> None:
    """And a default."""
    assert ask().number("threshold", 0.5, Range(0, 1)) == 0.5
    assert ask(top_k=3).whole("top_k", 5) == 3
    for value in (0, 1.5, "3", True, 10**9):
        assert "top_k" in refused(ask(top_k=value).whole, "top_k", 5)


def test_choices_and_words() -> None:
    """The first is the default; texts may come in a list."""
    assert ask().choice("how", "a", "b") == "a"
    assert ask(how="b").choice("how", "a", "b") == "b"
    assert "one of a, b" in refused(ask(how=["b"]).choice, "how", "a", "b")
    assert ask(negative_prompt=["x", "y"]).words("negative_prompt") == "x y"
    assert ask().words("negative_prompt") == ""
    assert "prompt" in refused(ask(prompt=5).words, "prompt")


def test_files_come_raw_or_as_base64() -> None:
    """Plain, as a data URL, or as the image of a pair."""
    text = b64encode(PICTURE).decode()
    url = f"data:image/png;base64,{text}"
    for asked in (ask(data=PICTURE), ask(text), ask(url), ask({"image": text, "question": "?"})):
        assert asked.content() == PICTURE
        assert asked.picture().width == 96
    assert ask(data=SOUND).sound().rate == 16_000


@pytest.mark.parametrize("given", [None, "", 5, "not base64!", "data:,x"])
def test_what_is_no_file(given: Any) -> None:
    """Is refused by what it should have been."""
    assert "inputs" in refused(decoded, given)


def test_what_is_no_picture_and_no_sound() -> None:
    """In the words of the service."""
    assert refused(seen, SOUND) == "cannot identify image file"
    assert refused(heard, PICTURE) == "Malformed soundfile"
    assert heard(b"fLaC").seconds > 0.5
    assert formats.mime(b"fLaC") == "audio/flac"


def test_vectors_have_length_one() -> None:
    """A row for each text."""
    assert np.allclose(np.linalg.norm(ask().embed(["a cat", "b"]), axis=1), 1)
