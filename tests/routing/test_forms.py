"""Forms, and fields that are added."""

from __future__ import annotations

from email.parser import BytesParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.models.media import Audio
from hf_integrations.routing.forms import merged, multipart
from hf_integrations.routing.orders import Form
from tests.services.tasks_at_hand import WAV


def test_a_form_is_read_by_others() -> None:
    """Python's own parser of such bodies; the file keeps its bytes, its name tells its format."""
    fields = {"model": "m", "temperature": 0.5, "flag": True, "none": None, "ü": "ö"}
    body, media_type = multipart(Form(fields, Audio(WAV)))
    whole = BytesParser().parsebytes(f"Content-Type: {media_type}\r\n\r\n".encode() + body)

    parts: list[Any] = list(whole.get_payload())
    named = {part.get_param("name", header="content-disposition"): part for part in parts}
    assert parts[0].get_filename() == "audio.wav"
    assert parts[0].get_content_type() == "audio/wav"
    assert WAV in body
    assert named["model"].get_payload().strip() == "m"
    assert named["temperature"].get_payload().strip() == "0.5"
    assert named["flag"].get_payload().strip() == "true"
    assert "none" not in named
    assert multipart(Form(fields, Audio(WAV))) == (body, media_type)


@given(
    st.dictionaries(st.text(max_size=2), st.integers() | st.dictionaries(st.text(), st.integers())),
    st.dictionaries(st.text(max_size=2), st.integers() | st.dictionaries(st.text(), st.integers())),
)
def test_what_the_caller_adds_wins(body: dict[str, Any], extra: dict[str, Any]) -> None:
    """And what it does not name stays, also within objects."""
    result = merged(body, extra)
    for name, value in extra.items():
        if not isinstance(value, dict):
            assert result[name] == value
        else:
            assert value.items() <= result[name].items()
    for name, value in body.items():
        assert name in result
        if isinstance(value, dict) and isinstance(result[name], dict):
            assert value.keys() <= result[name].keys()
