"""wavespeed, together, zai-org and novita, over a socket."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.right import IMAGE_URL

ZAI = "/zai-org/api/paas/v4"
FILM = {"model": "m", "prompt": "a dog", "num_frames": 2, "width": 24, "height": 16}
PAINT = {"model": "m", "prompt": "a dog", "size": "24x16"}


def test_wavespeed(http: httpx.Client) -> None:
    """Created, processing, completed; the URL has the path of its own host."""
    placed = http.post("/wavespeed/api/v3/some/m", json=FILM).json()["data"]
    assert (placed["status"], placed["outputs"]) == ("created", [])
    assert placed["urls"]["get"].endswith(f"/api/v3/predictions/{placed['id']}/result")
    assert "/wavespeed/" not in placed["urls"]["get"]
    routed = f"/wavespeed/api/v3/predictions/{placed['id']}/result"
    assert http.get(routed).json()["data"]["status"] == "processing"
    done = http.get(placed["urls"]["get"]).json()["data"]
    assert done["status"] == "completed"
    assert http.get(done["outputs"][0]).headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("model", "body", "kind"),
    [
        ("my-text-to-video", FILM, "image/gif"),
        ("m", {"image": IMAGE_URL, "prompt": "green"}, "image/png"),
        ("my-image-to-video", {"image": IMAGE_URL, "num_frames": 2}, "image/gif"),
    ],
)
def test_wavespeeds_other_tasks(http: httpx.Client, model: str, body: Any, kind: str) -> None:
    """By the picture that was sent, and the model."""
    placed = http.post(f"/wavespeed/api/v3/{model}", json=body).json()["data"]
    http.get(placed["urls"]["get"])
    done = http.get(placed["urls"]["get"]).json()["data"]
    assert http.get(done["outputs"][0]).headers["content-type"] == kind


@pytest.mark.parametrize("more", [{}, {"frame_images": [{"input_image": IMAGE_URL}]}])
def test_together(http: httpx.Client, more: dict[str, Any]) -> None:
    """Queued, in progress, completed."""
    placed = http.post("/together/v2/videos", json=FILM | more).json()
    assert placed["status"] == "queued"
    path = f"/together/v2/videos/{placed['id']}"
    assert http.get(path).json()["status"] == "in_progress"
    done = http.get(path).json()
    assert done["status"] == "completed"
    assert http.get(done["outputs"]["video_url"]).content[:4] == b"GIF8"


def test_zai(http: httpx.Client) -> None:
    """PROCESSING, SUCCESS."""
    placed = http.post(f"{ZAI}/async/images/generations", json=PAINT).json()
    assert placed["task_status"] == "PROCESSING"
    path = f"{ZAI}/async-result/{placed['id']}"
    assert http.get(path).json()["task_status"] == "PROCESSING"
    done = http.get(path).json()
    assert done["task_status"] == "SUCCESS"
    data = http.get(done["image_result"][0]["url"]).content
    assert int.from_bytes(data[16:20], "big") == 24


def test_novita(http: httpx.Client) -> None:
    """At once."""
    found = http.post("/novita/v3/hf/some/m", json=FILM).json()
    assert http.get(found["video"]["video_url"]).content[:4] == b"GIF8"


def test_work_that_fails(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """In the words of each."""
    fresh.fail_next("job_fails", times=3)
    http = fresh_http
    one = http.post("/wavespeed/api/v3/m", json=PAINT).json()["data"]["urls"]["get"]
    two = f"/together/v2/videos/{http.post('/together/v2/videos', json=FILM).json()['id']}"
    placed = http.post(f"{ZAI}/async/images/generations", json=PAINT).json()
    three = f"{ZAI}/async-result/{placed['id']}"
    for path in (one, two, three):
        http.get(path)
    told = http.get(one).json()["data"]
    assert (told["status"], told["outputs"], bool(told["error"])) == ("failed", [], True)
    assert http.get(two).json()["error"]["message"]
    assert http.get(three).json()["task_status"] == "FAIL"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/wavespeed/api/v3/m", {}), ("/wavespeed/api/v3/m", {"image": "*"}),
        ("/together/v2/videos", {"prompt": "a"}), ("/together/v2/videos", {"model": "m"}),
        (f"{ZAI}/async/images/generations", {"model": "m"}),
        (f"{ZAI}/async/images/generations", {"prompt": "a"}), ("/novita/v3/hf/m", {}),
    ],
)  # fmt: skip
def test_wrong_requests(http: httpx.Client, path: str, body: Any) -> None:
    """Are refused."""
    assert http.post(path, json=body).status_code in (400, 422)


@pytest.mark.parametrize(
    "path",
    ["/wavespeed/api/v3/predictions/x/result", "/together/v2/videos/x", f"{ZAI}/async-result/x"],
)
def test_work_that_there_is_not(http: httpx.Client, path: str) -> None:
    """404."""
    assert http.get(path).status_code == 404
