"""Settings of what is said: thoughts, texts in batches, pictures, sound and film made fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from hf_integrations.config.endpoints import EndpointSettings

ThinkTags: TypeAlias = Literal["split", "opened", "keep"]
ReturnReasoning: TypeAlias = Literal["auto", "always", "never"]


class ContentSettings(EndpointSettings, frozen=True, kw_only=True):
    """What is sent.

    Attributes:
        think_tags: what becomes of thoughts that a model writes between `<think>` tags: `split`
            takes them out of the text, into `reasoning`, when it begins with the tag; `opened`
            also when it does not, as of models whose prompt ends with it; `keep` leaves them.
        return_reasoning: which thoughts go back with a conversation of `ChatMessage`s: `auto`,
            while tool calls are answered, to servers that call them `reasoning_content`; `always`
            or `never`.
        embedding_batch_size: the most texts in one request; None asks the server, else 32.
        embedding_batch_bytes: the largest body of such a request, in bytes.
        embedding_concurrency: the most such requests of one call at a time.
        auto_optimize_images: turn upright, scale down and convert pictures that need it.
        max_image_side: the longest side of a picture that is sent as it is, in pixels.
        max_image_bytes: the largest picture that is taken.
        max_audio_bytes: the largest sound.
        max_video_bytes: the largest film.
        auto_chunk_long_audio: transcribe long audio in windows.
        long_audio: seconds; longer is long.
        audio_window: seconds of one window.
        audio_overlap: seconds that a window shares with the next.
        audio_windows_at_once: how many windows are transcribed at a time.
        max_image_pixels: width × height of the largest picture that is decoded.
        allow_private_urls: fetch media also from addresses that are not on the public Internet.
        trusted_hosts: `host` or `host:port`, as in the URL, from which media are fetched in any
            case; a server of your own at `base_url` is one of them.
        fetch_timeout: for media from a URL, in seconds.
    """

    think_tags: ThinkTags = "split"
    return_reasoning: ReturnReasoning = "auto"
    embedding_batch_size: int | None = None
    embedding_batch_bytes: int = 1_900_000
    embedding_concurrency: int = 8
    auto_optimize_images: bool = True
    max_image_side: int = 4096
    max_image_bytes: int = 20_000_000
    max_audio_bytes: int = 1_000_000_000
    max_video_bytes: int = 500_000_000
    auto_chunk_long_audio: bool = True
    long_audio: float = 1800.0
    audio_window: float = 300.0
    audio_overlap: float = 10.0
    audio_windows_at_once: int = 3
    max_image_pixels: int = 89_478_485
    allow_private_urls: bool = False
    trusted_hosts: Sequence[str] = ()
    fetch_timeout: float = 60.0
