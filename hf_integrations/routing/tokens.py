"""Where a token may go, and what is said when it may not."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import urlsplit

from hf_integrations.config import HfInferenceConfig

HUGGING_FACE = ("huggingface.co", "hf.co", "endpoints.huggingface.cloud")
HUGGING_FACE_TOKEN = "hf_"  # noqa: S105 - how they begin; a provider's own keys do not
_HOST = re.compile(r"[a-z0-9.-]+")
_SALT = os.urandom(16)  # of this process: elsewhere, an account says nothing


def is_hugging_face(url: str) -> bool:
    """Whether a URL is one of Hugging Face's own, reached in a way nobody can listen to."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    ours = any(host == name or host.endswith(f".{name}") for name in HUGGING_FACE)
    # HTTP libraries find another host than urlsplit does in a URL with a stray `\\` or `%`.
    return ours and parts.scheme == "https" and _HOST.fullmatch(host) is not None


def may_see(url: str, ambient: bool) -> bool:
    """A token that the caller gave goes where the caller points; one that was found, only home."""
    return not ambient or is_hugging_face(url)


def is_own_key(config: HfInferenceConfig) -> bool:
    """Whether the token is a provider's own key, not one of Hugging Face."""
    token = config.credential
    return token is not None and not token.reveal().startswith(HUGGING_FACE_TOKEN)


def told(config: HfInferenceConfig, url: str) -> str:
    """Where the token of a request came from, or why there was none; for its errors."""
    token = config.credential
    if token is None:
        return "No token was sent; pass token=."
    if not may_see(url, token.ambient):
        return f"No token was sent: {withheld(url, token.origin)}"
    return f"The token came from {token.origin}."


def withheld(url: str, origin: str) -> str:
    """Why a token that was found does not go to a URL."""
    return (
        f"the one from {origin} goes only to Hugging Face's hosts, not to "
        f"{urlsplit(url).netloc}; pass token= to send it there."
    )


def account_of(headers: Mapping[str, str]) -> str:
    """What tells accounts apart: by whom a server takes these headers to come, and who pays.

    Empty where they do not say. The same in all of this process, and in no other.
    """
    who = headers.get("authorization", "")
    payer = headers.get("x-hf-bill-to", "")
    if not who and not payer:
        return ""
    return blake2b(f"{who}\n{payer}".encode(), digest_size=8, key=_SALT).hexdigest()
