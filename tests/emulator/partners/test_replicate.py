"""replicate, over a socket."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.partners.shelf import MODELS
from tests.emulator.right import AUDIO_URL, IMAGE_URL
from tests.emulator.samples import SAID

WAIT = {"prefer": "wait"}
SMALL = {"prompt": "a dog", "width": 24, "height": 16}


def predict(http: httpx.Client, given: Any, model: str = "m", **headers: str) -> Any:
    """Return the prediction for an input."""
    path = f"/replicate/v1/models/{model}/predictions"
    response = http.post(path, json={"input": given}, headers=headers or WAIT)
    assert response.status_code == 201
    return response.json()


@pytest.mark.parametrize(
    ("model", "given", "kind"),
    [
        ("m", SMALL, "image/png"),
        ("my-text-to-video", {"prompt": "a dog", "num_frames": 2}, "image/gif"),
        ("m", {"text": "Hello"}, "audio/wav"),
        ("m", {"input_images": [IMAGE_URL], "prompt": "green"}, "image/png"),
        ("my-image-to-video", {"image": IMAGE_URL, "num_frames": 2}, "image/gif"),
    ],
)
def test_those_who_wait_get_the_output(
    http: httpx.Client, model: str, given: Any, kind: str
) -> None:
    """A URL, or for pictures a list of them."""
    found = predict(http, given, model)
    assert found["status"] == "succeeded"
    output = found["output"]
    url = output[0] if kind == "image/png" else output
    assert http.get(url).headers["content-type"] == kind


def test_speech_is_heard(http: httpx.Client) -> None:
    """As an object with the transcription."""
    assert predict(http, {"audio": AUDIO_URL})["output"]["transcription"] == SAID


def test_others_ask_again(http: httpx.Client) -> None:
    """Until it has succeeded."""
    begun = predict(http, SMALL, prefer="respond-async")
    assert (begun["status"], begun["output"]) == ("starting", None)
    states = [http.get(begun["urls"]["get"]).json()["status"] for _ in range(2)]
    assert states == ["processing", "succeeded"]


def test_by_version(http: httpx.Client) -> None:
    """Of a known model or of another."""
    known = MODELS["hexgrad/Kokoro-82M"].ids["replicate"]
    name, _, version = known.partition(":")
    for given in (version, "abc"):
        body = {"version": given, "input": SMALL}
        found = http.post("/replicate/v1/predictions", json=body, headers=WAIT).json()
        assert found["version"] == given
        assert found["status"] == "succeeded"
    assert name


def test_a_cold_model_has_no_output_yet(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Once, though one waits for it."""
    fresh.fail_next("null_output")
    cold = predict(fresh_http, SMALL)
    assert (cold["status"], cold["output"]) == ("starting", None)
    assert predict(fresh_http, SMALL)["output"]


def test_a_prediction_that_fails(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """Tells so."""
    fresh.fail_next("job_fails")
    found = predict(fresh_http, SMALL)
    assert (found["status"], found["output"]) == ("failed", None)
    assert found["error"]


@pytest.mark.parametrize(
    "body", [{}, {"input": 5}, {"input": {}}, {"input": {"image": 5}}, {"input": {"audio": "*"}}]
)
def test_wrong_requests(http: httpx.Client, body: Any) -> None:
    """422, with problem details."""
    response = http.post("/replicate/v1/models/m/predictions", json=body)
    assert response.status_code == 422
    assert response.json()["title"] == "Input validation failed"


def test_what_there_is_not(http: httpx.Client) -> None:
    """No version, no such prediction."""
    assert http.post("/replicate/v1/predictions", json={"input": {}}).status_code == 422
    assert http.get("/replicate/v1/predictions/none").json()["title"] == "Not found"
