"""Content blocks of every origin become the parts that servers know."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.langchain.content import SILENT, joined_text, wire_content

TEXT = {"type": "text", "text": "Look."}
URI = "data:image/png;base64,QUJD"


def part(block: Any) -> dict[str, Any]:
    """What a block becomes, beside a text."""
    content = wire_content([TEXT, block])
    assert isinstance(content, list)
    return content[1]


def test_a_string_stays_a_string() -> None:
    """Plain text is sent as it is."""
    assert wire_content("a\nb") == "a\nb"


@pytest.mark.parametrize("content", [["Look."], [TEXT], [{**TEXT, "index": 0, "annotations": []}]])
def test_a_single_text_becomes_a_string(content: list[Any]) -> None:
    """Servers whose templates take no lists are served too, and LangChain's own fields left out."""
    assert wire_content(content) == "Look."


def test_nothing_becomes_an_empty_string() -> None:
    """A message may be empty."""
    assert wire_content([]) == ""


@pytest.mark.parametrize(
    ("block", "url"),
    [
        ({"type": "image_url", "image_url": "https://x/y.png"}, "https://x/y.png"),
        ({"type": "image_url", "image_url": {"url": URI}}, URI),
        ({"type": "image", "url": "https://x/y.png"}, "https://x/y.png"),
        ({"type": "image", "base64": "QUJD", "mime_type": "image/png"}, URI),
        (
            {"type": "image", "source_type": "base64", "data": "QUJD", "mime_type": "image/png"},
            URI,
        ),
        ({"type": "image", "source_type": "url", "url": "https://x/y.png"}, "https://x/y.png"),
        (
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"},
            },
            URI,
        ),
        ({"type": "image", "source": {"type": "url", "url": "https://x/y"}}, "https://x/y"),
    ],
)
def test_an_image_in_any_form_becomes_an_image_url(block: dict[str, Any], url: str) -> None:
    """LangChain's two versions, OpenAI's form and Anthropic's say the same."""
    assert part(block) == {"type": "image_url", "image_url": {"url": url}}


def test_the_detail_of_an_image_is_kept() -> None:
    """It is asked for in OpenAI's form or in the extras of LangChain's."""
    openai = {"type": "image_url", "image_url": {"url": URI, "detail": "low"}}
    block = {"type": "image", "url": URI, "extras": {"detail": "low"}}

    assert part(openai) == part(block) == openai


@pytest.mark.parametrize(
    ("mime", "kind"), [("audio/wav", "wav"), ("audio/mpeg", "mp3"), ("audio/x-wav", "wav")]
)
def test_a_sound_becomes_input_audio(mime: str, kind: str) -> None:
    """The format is named as OpenAI's API names it."""
    sound = {"data": "QUJD", "format": kind}
    assert part({"type": "audio", "base64": "QUJD", "mime_type": mime}) == {
        "type": "input_audio",
        "input_audio": sound,
    }


def test_media_by_url_are_passed_on() -> None:
    """Sounds and videos in the words of vLLM."""
    url = "https://x/y"

    assert part({"type": "audio", "url": url}) == {"type": "audio_url", "audio_url": {"url": url}}
    assert part({"type": "video", "url": url}) == {"type": "video_url", "video_url": {"url": url}}
    video = part({"type": "video", "base64": "QUJD", "mime_type": "video/mp4"})
    assert video["video_url"]["url"] == "data:video/mp4;base64,QUJD"


@pytest.mark.parametrize("kind", ["input_audio", "audio_url", "video_url"])
def test_a_part_as_it_travels_is_passed_on(kind: str) -> None:
    """What is in a server's own form already stays so."""
    assert part({"type": kind, kind: {"x": 1}, "index": 3}) == {"type": kind, kind: {"x": 1}}


def test_a_file_travels_with_its_name() -> None:
    """As base64 with a name, or by its id."""
    block = {"type": "file", "base64": "QUJD", "mime_type": "application/pdf"}
    data = "data:application/pdf;base64,QUJD"

    assert part(block) == {"type": "file", "file": {"filename": "file", "file_data": data}}
    assert part({**block, "extras": {"filename": "a.pdf"}})["file"]["filename"] == "a.pdf"
    assert part({**block, "filename": "b.pdf"})["file"]["filename"] == "b.pdf"
    assert part({"type": "file", "file_id": "f1"}) == {"type": "file", "file": {"file_id": "f1"}}
    native = {"type": "file", "file": {"file_data": data}}
    assert part(native) == native


def test_a_plain_text_document_becomes_text() -> None:
    """Its words are what matters."""
    block = {"type": "text-plain", "mime_type": "text/plain", "text": "Words."}
    assert part(block) == {"type": "text", "text": "Words."}


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_what_is_said_elsewhere_is_left_out(kind: str) -> None:
    """Thoughts are not said back, and calls travel beside the content."""
    assert wire_content([{"type": kind}, TEXT]) == "Look."


@pytest.mark.parametrize(
    "block",
    [
        {"type": "hologram"},
        {"no": "type"},
        3,
        {"type": "text"},
        {"type": "image"},
        {"type": "image", "base64": "QUJD"},
        {"type": "image", "base64": "QUJD", "mime_type": "application/pdf"},
        {"type": "image_url"},
        {"type": "image_url", "image_url": {"detail": "low"}},
        {"type": "audio"},
        {"type": "video", "base64": "QUJD", "mime_type": "image/png"},
        {"type": "file"},
        {"type": "file", "url": "https://x/y.pdf"},
    ],
)
def test_what_cannot_travel_is_named_by_its_place(block: Any) -> None:
    """The message says where, and not what: the content stays private."""
    with pytest.raises(ValidationError, match=r"messages\[2\].content\[1\]") as caught:
        wire_content([TEXT, block], where="messages[2].content")
    assert "QUJD" not in str(caught.value)


def test_texts_are_joined_only_when_all_are_texts() -> None:
    """Templates of assistants and tools take no lists."""
    assert joined_text([TEXT, TEXT]) == "Look.Look."
    assert joined_text("Look.") == "Look."
    mixed: list[dict[str, Any]] = [TEXT, {"type": "image_url", "image_url": {"url": URI}}]
    assert joined_text(mixed) == mixed
