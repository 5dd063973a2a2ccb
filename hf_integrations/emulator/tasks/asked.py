"""What a task is asked: inputs and parameters in one shape, whether they came as JSON or as bytes.

Refusals are worded as hf-inference words them: status 400 and text under `error`.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hf_integrations.emulator.media import pictures, sound, speech
from hf_integrations.emulator.media.pictures import Picture
from hf_integrations.emulator.media.sound import Sound
from hf_integrations.emulator.parameters import Range
from hf_integrations.emulator.problems import Refusal, hub_problem
from hf_integrations.emulator.vectors import Vectorizer, Vectors, unit

MOST = Range(1, 1_000, whole=True)


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes that a task has made, and their media type."""

    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a task.

    Attributes:
        model: its id.
        body: the JSON object that was sent; empty where the body was raw bytes.
        data: the raw body, where it was no JSON.
        mime: the media type that the raw body was sent with.
        accept: the media types that the client wants.
    """

    model: str
    vectorizer: Vectorizer
    body: Mapping[str, Any] = field(default_factory=dict)
    data: bytes | None = None
    mime: str = ""
    accept: str = ""

    @property
    def inputs(self) -> Any:
        """What is to be worked on."""
        return self.body.get("inputs")

    @property
    def parameters(self) -> Mapping[str, Any]:
        """How it is to be worked on."""
        given = self.body.get("parameters")
        if given is not None and not isinstance(given, dict):
            raise refuse("`parameters` must be an object")
        return given or {}

    def text(self) -> str:
        """Return the inputs, which must be text."""
        return as_text(self.inputs, "inputs")

    def texts(self) -> list[str]:
        """Return the inputs, which must be text or a list of texts."""
        many = self.inputs if isinstance(self.inputs, list) else [self.inputs]
        if not many:
            raise refuse("Error in `inputs`: it must not be empty")
        return [as_text(one, "inputs") for one in many]

    def part(self, name: str) -> Any:
        """Return a field of the inputs, or one beside them; None where there is none."""
        if isinstance(self.inputs, dict) and name in self.inputs:
            return self.inputs[name]
        return self.body.get(name)

    def labels(self) -> list[str]:
        """Return the candidate labels: a list, or text with commas."""
        given = self.parameters.get("candidate_labels", self.body.get("candidate_labels"))
        if isinstance(given, str):
            given = [one.strip() for one in given.split(",") if one.strip()]
        if not isinstance(given, list) or not given:
            raise refuse("Error in `parameters.candidate_labels`: field required")
        return [as_text(one, "parameters.candidate_labels") for one in given]

    def number(self, name: str, default: float, allowed: Range) -> float:
        """Return a number among the parameters."""
        value = self.parameters.get(name)
        if value is None:
            return default
        if not allowed.holds(value):
            raise refuse(f"Error in `parameters.{name}`: it must be {allowed}")
        return float(value)

    def whole(self, name: str, default: int, allowed: Range = MOST) -> int:
        """Return a whole number among the parameters."""
        return int(self.number(name, default, allowed))

    def choice(self, name: str, *allowed: str) -> str:
        """Return a parameter that is one of a few words; the first is the default."""
        value = self.parameters.get(name)
        if value is None:
            return allowed[0]
        if value not in allowed:
            raise refuse(f"Error in `parameters.{name}`: it must be one of {', '.join(allowed)}")
        return str(value)

    def words(self, name: str) -> str:
        """Return a parameter that is text, or a list of texts; empty where there is none."""
        value = self.parameters.get(name)
        if value is None:
            return ""
        many = value if isinstance(value, list) else [value]
        return " ".join(as_text(one, f"parameters.{name}") for one in many)

    def content(self) -> bytes:
        """Return the bytes to work on: the raw body, or base64 in the JSON."""
        if self.data is not None:
            return self.data
        given = self.part("image") or self.inputs
        return decoded(given)

    def picture(self) -> Picture:
        """Return the picture to look at."""
        return seen(self.content())

    def sound(self) -> Sound:
        """Return the sound to listen to."""
        return heard(self.content())

    def embed(self, texts: list[str]) -> Vectors:
        """Return vectors of length 1, n × d."""
        return unit(self.vectorizer.embed(texts))


def refuse(message: str) -> Refusal:
    """Refuse what was asked."""
    return hub_problem(400, message)


def as_text(value: Any, name: str) -> str:
    """Return `value`, which must be text with something in it."""
    if not isinstance(value, str) or not value:
        raise refuse(f"Error in `{name}`: it must be text, and not empty")
    return value


def decoded(given: Any) -> bytes:
    """Return the bytes of base64 text, plain or as a data URL."""
    if not isinstance(given, str) or not given:
        raise refuse("Error in `inputs`: send the file as raw bytes, or as base64 text")
    if given.startswith("data:"):
        given = given.partition(",")[2]
    try:
        return b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise refuse("Error in `inputs`: it is no valid base64") from error


def seen(data: bytes) -> Picture:
    """Return the picture in some bytes."""
    found = pictures.read(data)
    if found is None:
        raise refuse("cannot identify image file")
    return found


def heard(data: bytes) -> Sound:
    """Return the sound in some bytes."""
    found = sound.read(data)
    if found is not None:
        return found
    if not sound.is_coded(data):
        raise refuse("Malformed soundfile")
    return speech.coded(data)
