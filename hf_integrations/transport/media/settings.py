"""What may be done to media, and how much of them is too much."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hf_integrations._version import __version__
from hf_integrations.errors import ConfigurationError
from hf_integrations.models.pictures import MAX_PIXELS


class MediaSettings(Struct, frozen=True, kw_only=True):
    """Every limit and every thing that happens by itself.

    Attributes:
        auto_optimize_images: turn upright, scale down and convert what needs it, before sending.
        max_image_side: the longest side that is sent as it is, in pixels.
        max_png_bytes: the largest PNG that is sent as it is; without alpha it becomes a JPEG.
        jpeg_quality: of what becomes a JPEG.
        max_image_bytes: the largest picture that is taken, and that is sent.
        max_image_pixels: width × height of the largest picture that is decoded.
        max_audio_bytes: the largest sound that is taken.
        max_video_bytes: the largest film that is taken.
        auto_chunk_long_audio: cut audio longer than `long_audio` into windows.
        long_audio: seconds; longer is long.
        audio_window: seconds of one window.
        audio_overlap: seconds that a window shares with the next.
        audio_windows_at_once: how many are transcribed at a time.
        allow_private_urls: fetch also from addresses that are not on the public Internet.
        trusted_hosts: `host` or `host:port`, as in the URL, from which is fetched in any case,
            such as the server of your own that answers with URLs of what it made.
        fetch_timeout: for one file from a URL, in seconds.
        connection_timeout: for its connection, in seconds.
        max_redirects: how many redirects are followed; each is checked like the first address.
        user_agent: what the fetching calls itself.
    """

    auto_optimize_images: bool = True
    max_image_side: int = 4096
    max_png_bytes: int = 5_000_000
    jpeg_quality: int = 85
    max_image_bytes: int = 20_000_000
    max_image_pixels: int = MAX_PIXELS
    max_audio_bytes: int = 1_000_000_000
    max_video_bytes: int = 500_000_000
    auto_chunk_long_audio: bool = True
    long_audio: float = 1800.0
    audio_window: float = 300.0
    audio_overlap: float = 10.0
    audio_windows_at_once: int = 3
    allow_private_urls: bool = False
    trusted_hosts: tuple[str, ...] = ()
    fetch_timeout: float = 60.0
    connection_timeout: float = 10.0
    max_redirects: int = 3
    user_agent: str = f"hf-integrations/{__version__}"

    def __post_init__(self) -> None:
        for name in _NUMBERS:
            value = getattr(self, name)
            zero = name in {"max_redirects", "audio_overlap"}
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ConfigurationError(f"{name} must be a number, not {type(value).__name__}.")
            if not (value > 0 or (zero and value == 0)):
                bound = "0 or more" if zero else "more than 0"
                raise ConfigurationError(f"{name} must be {bound}, not {value!r}.")
        if not 1 <= self.jpeg_quality <= 100:
            raise ConfigurationError(f"jpeg_quality must be 1 to 100, not {self.jpeg_quality!r}.")
        if self.audio_overlap > self.audio_window / 2:
            raise ConfigurationError(
                f"audio_overlap ({self.audio_overlap:g} s) is more than half of audio_window "
                f"({self.audio_window:g} s); make it smaller."
            )

    @classmethod
    def thin(cls, **settings: Any) -> MediaSettings:
        """Settings under which nothing is changed or cut by itself."""
        quiet: dict[str, Any] = {"auto_optimize_images": False, "auto_chunk_long_audio": False}
        return cls(**(quiet | settings))

    def most(self, family: str) -> int:
        """The largest file of a family of media, in bytes."""
        sizes = {"image": self.max_image_bytes, "audio": self.max_audio_bytes}
        return sizes.get(family, self.max_video_bytes)

    @staticmethod
    def name_of_most(family: str) -> str:
        """The name of that setting."""
        return f"max_{family if family in {'image', 'audio'} else 'video'}_bytes"


_NUMBERS = tuple(
    name
    for name, default in zip(
        MediaSettings.__struct_fields__, MediaSettings.__struct_defaults__, strict=True
    )
    if type(default) in (int, float)
)
