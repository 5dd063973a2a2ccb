"""fal-ai, over a socket."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import client_of
from tests.emulator.right import AUDIO_URL, IMAGE_URL
from tests.emulator.samples import SAID

SMALL = {"prompt": "a dog", "image_size": {"width": 24, "height": 16}}


@pytest.mark.parametrize(
    ("size", "expected"), [("square", (512, 512)), ({"width": 24, "height": 16}, (24, 16))]
)
def test_sizes_by_name_or_number(http: httpx.Client, size: Any, expected: tuple[int, int]) -> None:
    """For pictures."""
    found = http.post("/fal-ai/m", json={"prompt": "a dog", "image_size": size}).json()
    data = http.get(found["images"][0]["url"]).content
    assert (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) == expected
    assert found["prompt"] == "a dog"


@pytest.mark.parametrize(
    ("model", "body", "kind"),
    [
        ("m", SMALL, "images"),
        ("fal-ai/kokoro", {"text": "Hello"}, "audio"),
        ("my-text-to-speech", {"prompt": "Hello"}, "audio"),
        ("my-text-to-video", {"prompt": "a dog", "num_frames": 2}, "video"),
        ("m", {"image_url": IMAGE_URL, "prompt": "green"}, "images"),
        ("my-image-to-video", {"image_url": IMAGE_URL, "num_frames": 2}, "video"),
        ("my-image-segmentation", {"image_url": IMAGE_URL}, "image"),
    ],
)
def test_the_body_and_the_model_tell_the_task(
    http: httpx.Client, model: str, body: Any, kind: str
) -> None:
    """And the reply has a file of its kind."""
    found = http.post(f"/fal-ai/{model}", json=body).raise_for_status().json()
    file = found[kind][0] if kind == "images" else found[kind]
    assert http.get(file["url"]).headers["content-type"] == file["content_type"]


def test_speech_is_heard(http: httpx.Client) -> None:
    """With its chunks; also of a URL that cannot be reached."""
    found = http.post("/fal-ai/fal-ai/whisper", json={"audio_url": AUDIO_URL}).json()
    assert found["text"] == SAID
    assert len(found["chunks"]) == 2
    away = http.post("/fal-ai/m", json={"audio_url": "https://example.com/a.mp3"}).json()
    assert away["text"]


def test_a_mask_inside_the_reply(http: httpx.Client) -> None:
    """With `sync_mode`."""
    body = {"image_url": IMAGE_URL, "sync_mode": True}
    found = http.post("/fal-ai/my-image-segmentation", json=body).json()
    assert found["image"]["url"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("start", ["/fal-ai/{}?_subdomain=queue", "/queue.fal.run/{}"])
def test_the_queue(start: str) -> None:
    """Placed, asked after, fetched; the URLs have the first two names of the model."""
    with Emulator(polls=2) as emulator, client_of(emulator) as http:
        placed = http.post(start.format("fal-ai/flux/dev"), json=SMALL).json()
        assert placed["status"] == "IN_QUEUE"
        path = urlsplit(placed["response_url"]).path
        assert path == f"/fal-ai/flux/requests/{placed['request_id']}"
        assert http.get(path).json() == {"detail": "Request is still in progress"}
        states = [http.get(placed["status_url"]).json()["status"] for _ in range(3)]
        assert states == ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
        assert http.get(f"/fal-ai{path}").json() == http.get(path).json()
        assert http.get(path).json()["images"]
        assert http.put(placed["cancel_url"]).status_code == 400


def test_a_request_that_fails(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Is completed, and has no result."""
    fresh.fail_next("job_fails")
    placed = fresh_http.post("/fal-ai/m?_subdomain=queue", json=SMALL).json()
    while fresh_http.get(placed["status_url"]).json()["status"] != "COMPLETED":
        pass
    assert fresh_http.get(placed["response_url"]).status_code == 422


def test_keys_are_accepted(emulator: Emulator) -> None:
    """As `Key`; they are not shown."""
    answer = httpx.post(
        f"{emulator.url}/fal-ai/m", json=SMALL, headers={"authorization": "Key secret-1"}
    )
    assert answer.status_code == 200
    shown = emulator.requests[-1].headers["authorization"]
    assert shown.startswith("Key sha256:")
    assert "secret" not in shown


@pytest.mark.parametrize(
    "body",
    [{"prompt": ""}, {"image_url": 5}, {"image_url": "*"}, {"audio_url": IMAGE_URL}, {"text": 5},
     {"prompt": "a", "image_size": {"width": 0, "height": 5}}],
)  # fmt: skip
def test_wrong_requests(http: httpx.Client, body: Any) -> None:
    """422, with details."""
    response = http.post("/fal-ai/m", json=body)
    assert response.status_code == 422
    assert response.json()["detail"][0]["msg"]


@pytest.mark.parametrize("path", ["/fal-ai/a/requests/x", "/fal-ai/a/requests/x/status"])
def test_requests_that_there_are_not(http: httpx.Client, path: str) -> None:
    """404."""
    assert http.get(path).status_code == 404
