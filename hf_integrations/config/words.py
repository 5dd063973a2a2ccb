"""Texts that will be sent: which URL and which header can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from hf_integrations.errors import ConfigurationError, HfError

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
# Where a message ends, and what becomes of its connection: only who sends it can know.
_FRAME = frozenset({
    "connection", "content-length", "expect", "keep-alive", "trailer", "transfer-encoding",
    "upgrade",
})  # fmt: skip


class LeftBehind(Mapping[str, str]):
    """Headers as they arrive in another process: their names, and no value, as it may be secret."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        raise ConfigurationError(
            f"headers: {', '.join(self._names)} stayed behind when the settings were pickled.",
            hint="Give them again where they are used: with_options(headers=…), or {} for none.",
        )


def checked_headers(name: str, headers: Any, error: type[HfError]) -> dict[str, str]:
    """A copy of headers the caller gave; what cannot be sent raises `error`, without its value."""
    if not isinstance(headers, Mapping):
        raise error(f"{name} must be a dict of texts, not {type(headers).__name__}.")
    for header, value in headers.items():
        if not isinstance(header, str) or not _HEADER.fullmatch(header):
            raise error(f"{name}: {header!r} is no name of a header.")
        if header.lower() in _FRAME:
            raise error(f"{name}: {header!r} is the client's own to say; leave it out.")
        if not isinstance(value, str) or not sendable(value):
            raise error(f"{name}: the value of {header!r} must be a line of plain ASCII text.")
    return dict(headers)


def sendable(value: str) -> bool:
    """Whether a text is one line of plain ASCII."""
    return value.isascii() and value.isprintable()


def checked_url(name: str, url: Any, error: type[HfError]) -> str:
    """A URL to which paths can be added; no other server than the one it shows may be meant.

    HTTP libraries read a backslash as a slash, and a host behind an `@`; so neither may be in it.
    """
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise error(f"{name} must begin with http:// or https://.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not sendable(url) or re.search(r"[\s\\]", url):
        raise error(f"{name} is no URL that can be asked; write https://host/path.")
    if "@" in parts.netloc:
        raise error(f"{name} must not carry a password; pass token= instead.")
    if "?" in url or "#" in url:
        raise error(f"{name} must end with a path, without ? and #.")
    return url.rstrip("/")
