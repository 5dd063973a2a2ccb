"""Pictures and sound on OpenAI's routes, with openai's client."""

from __future__ import annotations

import io
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from PIL import Image

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.partners.speaking import PATHS
from tests.emulator.conftest import TOKEN
from tests.emulator.right import IMAGE_URL
from tests.emulator.samples import PICTURE, SAID, SOUND


@pytest.fixture
def client(emulator: Emulator) -> Iterator[openai.OpenAI]:
    """A client of the shared emulator."""
    with openai.OpenAI(base_url=f"{emulator.url}/v1", api_key=TOKEN, max_retries=0) as client:
        yield client


def test_pictures_by_url_or_inside(client: openai.OpenAI, http: httpx.Client) -> None:
    """Several, of which each is another."""
    size: Any = "48x32"
    given: dict[str, Any] = {"model": "m", "prompt": "a dog", "size": size, "n": 2}
    urls = [one.url or "" for one in client.images.generate(**given).data or []]
    assert len(set(urls)) == 2
    assert Image.open(io.BytesIO(http.get(urls[0]).content)).size == (48, 32)
    inside = client.images.generate(**given, response_format="b64_json").data or []
    assert b64decode(inside[0].b64_json or "") == http.get(urls[0]).content


def test_a_picture_is_changed(client: openai.OpenAI, http: httpx.Client) -> None:
    """Sent as a file."""
    found = client.images.edit(model="m", image=("a.png", PICTURE), prompt="green")
    [one] = found.data or []
    assert Image.open(io.BytesIO(http.get(one.url or "").content)).size == (96, 64)


def test_speech_is_heard_again(client: openai.OpenAI) -> None:
    """Through both routes."""
    spoken = client.audio.speech.create(model="m", voice="alloy", input=SAID).read()
    assert client.audio.transcriptions.create(model="m", file=("a.wav", spoken)).text == SAID
    bare = client.audio.speech.create(
        model="m", voice="alloy", input=SAID, response_format="pcm"
    ).read()
    assert spoken.endswith(bare)
    assert len(spoken) == len(bare) + 44


def test_transcripts_in_every_form(client: openai.OpenAI) -> None:
    """Objects, text, subtitles."""
    file = ("a.wav", SOUND)
    verbose = client.audio.transcriptions.create(
        model="m", file=file, response_format="verbose_json", timestamp_granularities=["word"]
    )
    assert [one.text for one in verbose.segments or []] == [" Good morning.", " This is a test."]
    assert [one.word for one in verbose.words or []] == SAID.split()
    assert verbose.duration == pytest.approx(1.2, abs=0.3)
    text = client.audio.transcriptions.create(model="m", file=file, response_format="text")
    assert text == f"{SAID}\n"
    srt = str(client.audio.transcriptions.create(model="m", file=file, response_format="srt"))
    assert srt.startswith("1\n00:00:00,075 --> 00:00:00,")
    assert "\n\n2\n" in srt
    vtt = str(client.audio.transcriptions.create(model="m", file=file, response_format="vtt"))
    assert vtt.startswith("WEBVTT\n\n00:00:00.075 --> ")


@pytest.mark.parametrize(
    ("provider", "kind", "path"),
    [(name, kind, path) for name, paths in PATHS.items() for kind, path in paths.items()],
)
def test_every_route_answers(http: httpx.Client, provider: str, kind: str, path: str) -> None:
    """Of every provider."""
    sent: dict[str, dict[str, Any]] = {
        "images": {"json": {"model": "m", "prompt": "a", "size": "8x8"}},
        "edits": {"data": {"model": "m", "prompt": "a", "n": "1"}, "files": {"image": PICTURE}},
        "speech": {"json": {"model": "m", "input": "Hello", "voice": "x"}},
        "transcripts": {"data": {"model": "m"}, "files": {"file": SOUND}},
    }
    url = f"/{provider}{path}" if provider else path
    assert http.post(url, **sent[kind]).status_code == 200


@pytest.mark.parametrize("field", [{"image_url": IMAGE_URL}, {"reference_images": [IMAGE_URL]}])
def test_together_changes_pictures_on_the_same_route(
    http: httpx.Client, field: dict[str, Any]
) -> None:
    """With its own names: `steps`, and `base64` for what is inside."""
    body = {"model": "m", "prompt": "green", "response_format": "base64", "steps": 4, **field}
    found = http.post("/together/v1/images/generations", json=body).json()
    data = b64decode(found["data"][0]["b64_json"])
    assert Image.open(io.BytesIO(data)).size == (96, 64)
    other = http.post("/together/v1/images/generations", json=body | {"prompt": "a horse"}).json()
    assert other != found


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/v1/images/generations", {"json": {"prompt": "a"}}),
        ("/v1/images/generations", {"json": {"model": "m"}}),
        ("/v1/images/generations", {"json": {"model": "m", "prompt": "a", "n": 11}}),
        ("/v1/images/generations", {"json": {"model": "m", "prompt": "a", "n": "many"}}),
        ("/v1/images/edits", {"data": {"model": "m"}, "files": {"other": PICTURE}}),
        ("/v1/images/edits", {"json": {"model": "m"}}),
        ("/v1/audio/speech", {"json": {"model": "m", "input": "a"}}),
        ("/v1/audio/speech", {"json": {"model": "m", "voice": "x"}}),
        ("/v1/audio/transcriptions", {"data": {"model": "m"}, "files": {"other": SOUND}}),
        ("/v1/audio/transcriptions", {"data": {"a": "b"}, "files": {"file": SOUND}}),
        ("/v1/audio/transcriptions", {"data": {"model": "m"}, "files": {"file": PICTURE}}),
        ("/v1/audio/transcriptions",
         {"data": {"model": "m", "response_format": "x"}, "files": {"file": SOUND}}),
    ],
)  # fmt: skip
def test_wrong_requests(http: httpx.Client, path: str, sent: dict[str, Any]) -> None:
    """Are refused in OpenAI's words."""
    response = http.post(path, **sent)
    assert response.status_code == 400
    assert response.json()["error"]["message"]
