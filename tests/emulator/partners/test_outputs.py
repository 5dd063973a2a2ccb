"""What is given out by URL."""

from __future__ import annotations

from base64 import b64encode

import pytest

from hf_integrations.emulator.media import formats
from hf_integrations.emulator.partners.outputs import Outputs, fetched
from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.tasks.asked import Made
from tests.emulator.samples import PICTURE, SOUND


def test_the_same_has_the_same_name() -> None:
    """And its ending tells what it is."""
    outputs = Outputs()
    name = outputs.keep(Made(PICTURE, "image/png"))
    assert name == outputs.keep(Made(PICTURE, "image/png"))
    assert name.endswith(".png")
    assert outputs.find(name) == Made(PICTURE, "image/png")
    assert outputs.keep(Made(b"x", "what/ever")).endswith(".bin")


def test_the_oldest_make_room() -> None:
    """What was used last stays; one is always kept."""
    outputs = Outputs(most_bytes=25)
    names = [outputs.keep(Made(bytes([n]) * 10, "")) for n in range(2)]
    outputs.keep(Made(bytes([0]) * 10, ""))
    third = outputs.keep(Made(bytes([2]) * 10, ""))
    assert outputs.find(names[1]) is None
    assert outputs.find(names[0])
    assert outputs.find(third)
    large = outputs.keep(Made(b"x" * 100, ""))
    assert outputs.find(large)
    assert outputs.find(third) is None
    outputs.clear()
    assert outputs.find(large) is None


def test_urls_stand_for_files() -> None:
    """Data URLs for themselves, own outputs for what they are."""
    outputs = Outputs()
    url = f"data:image/png;base64,{b64encode(PICTURE).decode()}"
    assert fetched(outputs, url, "image") == PICTURE
    name = outputs.keep(Made(SOUND, "audio/wav"))
    assert fetched(outputs, f"http://127.0.0.1:1/outputs/{name}", "audio") == SOUND
    with pytest.raises(Refusal):
        fetched(outputs, "file:///etc/passwd", "image")


def test_other_urls_are_never_fetched() -> None:
    """They stand for something that depends on the URL alone."""
    outputs = Outputs()
    one, same, other = (
        fetched(outputs, f"https://example.com/{name}.png", "image") for name in "aab"
    )
    assert one == same != other
    assert formats.mime(one) == "image/png"
    assert formats.mime(fetched(outputs, "https://example.com/a.mp3", "audio")) == "audio/wav"
    assert fetched(outputs, "https://example.com/outputs/none.png", "image")
