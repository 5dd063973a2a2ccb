"""What the dialects have in common."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.partners.orders import size
from tests.emulator.conftest import client_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"size": "64x32"}, {"width": 64, "height": 32}),
        ({"size": "64*32"}, {"width": 64, "height": 32}),
        ({"image_size": {"width": 5, "height": 6, "more": 7}}, {"width": 5, "height": 6}),
        ({"size": "auto"}, {}),
        ({"size": 5}, {}),
        ({}, {}),
    ],
)
def test_sizes(body: dict[str, Any], expected: dict[str, int]) -> None:
    """As text or as an object."""
    assert size(body) == expected


def test_the_settings_name_the_models() -> None:
    """By their ids on the Hub or at the provider; others are not served."""
    model = "black-forest-labs/FLUX.1-dev"
    body = {"prompt": "a dog", "image_size": {"width": 16, "height": 16}}
    with Emulator(models=[model]) as emulator, client_of(emulator) as http:
        assert http.post("/fal-ai/fal-ai/flux/dev", json=body).status_code == 200
        refused = http.post("/fal-ai/fal-ai/other", json=body)
        assert (refused.status_code, refused.json()) == (
            404, {"detail": "The model 'fal-ai/other' does not exist"},
        )  # fmt: skip


def test_the_settings_name_the_task() -> None:
    """Of a model whose name does not."""
    with Emulator(tasks={"org/m": "text-to-video"}) as emulator, client_of(emulator) as http:
        assert "video" in http.post("/fal-ai/org/m", json={"prompt": "a", "num_frames": 2}).json()
        assert "images" in http.post("/fal-ai/org/n", json={"prompt": "a"}).json()


def test_tokens_are_booked(fresh: Emulator, fresh_http: httpx.Client) -> None:
    """For what is read."""
    fresh_http.post("/novita/v3/hf/m", json={"prompt": "a red dog", "num_frames": 2})
    [account] = fresh_http.get("/").json()["ledger"]
    assert (account["model"], account["prompt_tokens"]) == ("m", 3)


def test_outputs_need_no_token(http: httpx.Client) -> None:
    """And are gone when they are not there."""
    [image] = http.post("/fal-ai/m", json={"prompt": "a", "width": 8, "height": 8}).json()["images"]
    response = httpx.get(image["url"])
    assert response.headers["content-type"] == image["content_type"] == "image/png"
    assert len(response.content) == image["file_size"]
    assert http.get("/outputs/none.png").status_code == 404
