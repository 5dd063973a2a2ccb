"""What was made is found wherever it is in the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.media import Audio, Image, Media
from hf_integrations.services.made import Place, anything, made
from hf_integrations.transport.engines.errands import Fetch
from tests.services.calls import context, ok
from tests.services.tasks_at_hand import GLB, PNG, PNG64, WAV
from tests.services.test_infer import played


@pytest.mark.parametrize(
    "value",
    [
        {"data": [{"b64_json": PNG64}]},
        {"output": [f"data:image/png;base64,{PNG64}"]},
        {"image": PNG64},
        {"images": [{"url": f"data:image/png;base64,{PNG64}"}]},
        PNG64,
        [PNG64],
    ],
)
def test_a_picture_in_json_is_found(value: Any) -> None:
    """Under the names servers and providers use."""
    found = made(ok(value), Image)
    assert found == Image(PNG)


def test_a_picture_elsewhere_is_fetched_without_a_token() -> None:
    """By the guarded engine, as a stranger chose the address."""
    answer = ok({"output": ["https://files.example/a.png"]})
    place = made(answer, Image)
    assert isinstance(place, Place)
    found, [sent] = played(place.fetched(context()), Response(200, {}, PNG))
    assert found == Image(PNG)
    assert isinstance(sent, Fetch)
    assert "authorization" not in dict(sent.headers)


@pytest.mark.parametrize(
    "numbers", [[0.0, 0.5], [[0.0, 0.5, 0.0]], [[0.0, 0.1], [0.5, 0.2], [0, 0]]]
)
def test_sound_as_numbers_becomes_wav(numbers: Any) -> None:
    """Channels are mixed."""
    found = made(ok({"audio": numbers, "sampling_rate": 8000}), Audio)
    assert isinstance(found, Audio)
    samples, rate = found.to_numpy()
    assert rate == 8000
    assert np.ndim(samples) == 1


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"error": "no"}, Image),
        ({"images": []}, Image),
        ({"image": "no base64!"}, Image),
        ({"audio": ["x"], "sampling_rate": 5}, Audio),
        ({"audio": [1.0]}, Audio),
        ({"audio": [[1.0], [2.0, 3.0]], "sampling_rate": 5}, Audio),
        (None, Image),
    ],
)
def test_an_answer_without_it_is_refused(value: Any, kind: type[Media]) -> None:
    """With an error of ours."""
    with pytest.raises(DecodeError):
        made(ok(value), kind)


def test_a_page_instead_of_a_picture_is_refused() -> None:
    """As proxies send them."""
    with pytest.raises(DecodeError, match="The answer is no picture"):
        made(Response(200, {"content-type": "text/html"}, b"<html>"), Image)


def test_anything_is_media_json_or_bytes() -> None:
    """Told by the bytes."""
    assert anything(Response(200, {}, PNG)) == Image(PNG)
    assert anything(Response(200, {}, WAV)) == Audio(WAV)
    assert type(anything(Response(200, {}, GLB))) is Media
    assert anything(ok({"x": [1]})) == {"x": [1]}
    assert anything(Response(200, {}, b"\x01\x02")).data == b"\x01\x02"
