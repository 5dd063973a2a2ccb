"""The settings of media."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ConfigurationError
from hf_integrations.transport.media import MediaSettings


def test_the_defaults_are_those_of_the_documents() -> None:
    """As promised in the list of settings."""
    settings = MediaSettings()

    assert settings.auto_optimize_images
    assert settings.auto_chunk_long_audio
    assert (settings.max_image_bytes, settings.max_image_side) == (20_000_000, 4096)
    assert (settings.max_png_bytes, settings.jpeg_quality) == (5_000_000, 85)
    assert (settings.long_audio, settings.audio_window, settings.audio_overlap) == (1800, 300, 10)
    assert settings.audio_windows_at_once == 3
    assert not settings.allow_private_urls


def test_thin_does_nothing_by_itself() -> None:
    """And can still be told to."""
    assert not MediaSettings.thin().auto_optimize_images
    assert not MediaSettings.thin().auto_chunk_long_audio
    assert MediaSettings.thin(auto_chunk_long_audio=True).auto_chunk_long_audio


def test_every_family_has_its_limit() -> None:
    """With the name of the setting."""
    settings = MediaSettings(max_image_bytes=1, max_audio_bytes=2, max_video_bytes=3)

    assert [settings.most(family) for family in ("image", "audio", "video", "")] == [1, 2, 3, 3]
    assert [settings.name_of_most(family) for family in ("image", "audio", "")] == [
        "max_image_bytes", "max_audio_bytes", "max_video_bytes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"max_image_bytes": 0}, "max_image_bytes must be more than 0"),
        ({"max_redirects": -1}, "max_redirects must be 0 or more"),
        ({"long_audio": "60"}, "long_audio must be a number, not str"),
        ({"fetch_timeout": True}, "fetch_timeout must be a number, not bool"),
        ({"fetch_timeout": float("nan")}, "fetch_timeout must be more than 0"),
        ({"jpeg_quality": 101}, "jpeg_quality must be 1 to 100"),
        ({"audio_overlap": 200.0}, "more than half of audio_window"),
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any], reason: str) -> None:
    """When it is set, by the setting's name."""
    with pytest.raises(ConfigurationError, match=reason):
        MediaSettings(**wrong)


def test_some_may_be_zero() -> None:
    """No redirect; windows side by side."""
    assert MediaSettings(max_redirects=0, audio_overlap=0).max_redirects == 0
