"""Pictures, sound, film and files in messages become the parts that servers take."""

from __future__ import annotations

import io
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models.media import Audio, Image, Media, Video
from hf_integrations.models.messages import ChatMessage
from hf_integrations.services.materials import are_plain, in_words
from tests.playing import play
from tests.services.calls import context
from tests.services.tasks_at_hand import GIF, PNG, PNG64, WAV, WAV64
from tests.transport.media.conftest import plain

URL = "https://example.com/a.png"
SEEN = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG64}"}}
HEARD = {"type": "input_audio", "input_audio": {"data": WAV64, "format": "wav"}}
FILM = {"type": "video_url", "video_url": {"url": Video(GIF).data_uri}}
PDF = b"%PDF-1.7\n%%EOF"
PAPER_URL = f"data:application/pdf;base64,{b64encode(PDF).decode()}"
PAPER = {"type": "file", "file": {"filename": "file.pdf", "file_data": PAPER_URL}}


def read(*parts: Any) -> list[Any]:
    """The parts as they are sent."""
    message = {"role": "user", "content": list(parts)}
    (found,) = plain(in_words(context(), [message]))
    assert isinstance(found, dict)
    content: list[Any] = found["content"]
    return content


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("What?", {"type": "text", "text": "What?"}),
        (Image(PNG), SEEN),
        (PNG, SEEN),
        (Media(PNG), SEEN),
        (io.BytesIO(PNG), SEEN),
        (PIL.Image.open(io.BytesIO(PNG)), None),
        (np.zeros((2, 2, 3), np.uint8), None),
        (Audio(WAV), HEARD),
        (WAV, HEARD),
        (Video(GIF), FILM),
        (PDF, PAPER),
        ({"type": "image", "image": PNG}, SEEN),
        ({"type": "image", "image": PNG64}, SEEN),
        ({"type": "image", "image": URL}, {"type": "image_url", "image_url": {"url": URL}}),
        ({"type": "image_url", "image_url": URL}, {"type": "image_url", "image_url": {"url": URL}}),
        ({"type": "image_url", "image_url": PNG}, SEEN),
        ({"type": "image_url", "image_url": {"url": Image(PNG)}}, SEEN),
        ({"type": "audio", "audio": WAV}, HEARD),
        ({"type": "video", "video": GIF}, FILM),
        ({"type": "file", "file": PDF}, PAPER),
    ],
)
def test_everything_that_can_be_looked_at_becomes_a_part(given: Any, sent: Any) -> None:
    """By what it is; a URL is the server's to fetch."""
    assert not are_plain([{"role": "user", "content": [given]}])
    (found,) = read(given)

    if sent is None:
        assert found["image_url"]["url"].startswith("data:image/png;base64,")
    else:
        assert found == sent


def test_a_path_is_a_file_and_a_text_is_a_text(tmp_path: Path) -> None:
    """A text that happens to be a path is not read."""
    path = tmp_path / "report.pdf"
    path.write_bytes(PDF)

    (file,) = read(path)
    assert file["file"]["filename"] == "report.pdf"
    assert read({"type": "file", "file": str(path)}) == [file]
    assert read(str(path), PNG)[0] == {"type": "text", "text": str(path)}
    wire = {"type": "image_url", "image_url": {"url": str(path)}}
    assert read(wire, "x")[0] == wire


def test_a_detail_stays_beside_its_picture() -> None:
    """In either form."""
    expected = {"type": "image_url", "image_url": {**SEEN["image_url"], "detail": "low"}}  # type: ignore[dict-item]

    assert read({"type": "image", "image": PNG, "detail": "low"}) == [expected]
    assert read({"type": "image_url", "image_url": {"url": PNG, "detail": "low"}}) == [expected]


def test_a_picture_that_models_do_not_read_becomes_png() -> None:
    """Such as a bitmap."""
    file = io.BytesIO()
    PIL.Image.new("RGB", (2, 2)).save(file, "BMP")

    assert read(file.getvalue())[0]["image_url"]["url"].startswith("data:image/png;base64,")


PLAIN = [
    {"type": "text", "text": "x"},
    SEEN,
    HEARD,
    FILM,
    {"type": "file", "file": {"file_id": "x"}},
    {"type": "image", "source": {"type": "base64"}},
    {"type": "of_its_own", "x": 1},
]


def test_what_is_in_the_servers_words_is_left_alone() -> None:
    """The very same objects."""
    messages: list[Any] = [ChatMessage("user", PLAIN), {"role": "user", "content": "x"}]
    found, steps = play(in_words(context(), messages), [])

    assert are_plain(messages)
    assert [one is two for one, two in zip(found, messages, strict=True)] == [True, True]
    assert steps == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            5,
            "messages[0].content[1] must be a dict, a text, or a picture, sound, film",
        ),
        (None, "messages[0].content[1] must be a dict"),
        ({"text": "x"}, "messages[0].content[1].type is missing."),
        ({"type": "image_url"}, "messages[0].content[1].image_url.url is missing."),
        (
            {"type": "image_url", "image_url": {}},
            "messages[0].content[1].image_url.url is missing.",
        ),
        ({"type": "image", "image": WAV}, "messages[0].content[1].image: "),
        (
            {"type": "image", "image": "/no/such.png"},
            "messages[0].content[1].image: there is no file",
        ),
        ({"type": "audio", "audio": PNG}, "messages[0].content[1].audio: "),
        (b"", "messages[0].content[1] is empty."),
    ],
)
def test_a_part_that_cannot_be_one_is_named(part: Any, said: str) -> None:
    """By its place."""
    with pytest.raises(ValidationError) as caught:
        read({"type": "text", "text": "x"}, part)
    assert str(caught.value).startswith(said)
