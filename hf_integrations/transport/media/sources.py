"""What a caller gave, as bytes. The rules for text are in the order in which they are tried."""

from __future__ import annotations

import base64
import binascii
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from hf_integrations.errors import ValidationError
from hf_integrations.models import pictures
from hf_integrations.models.media import Media
from hf_integrations.models.media_types import KNOWN_SUFFIXES, sniff
from hf_integrations.models.sounds import as_wave
from hf_integrations.transport.media.fetching import checked_address
from hf_integrations.transport.media.naming import naming
from hf_integrations.transport.media.settings import MediaSettings

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_URL = re.compile(r"https?://", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


def url_of(source: object, argument: str = "source") -> str | None:
    """The http(s) URL that `source` is, checked; None when it is anything else."""
    if not isinstance(source, str) or not _URL.match(source.strip()):
        return None
    return checked_address(source.strip(), argument)


def is_at_hand(source: object) -> bool:
    """Whether it lies in memory as bytes, so that reading it is no work."""
    return isinstance(source, bytes | bytearray | memoryview | Media)


def is_data_uri(text: str) -> bool:
    """Whether a text says it is one."""
    return text[:5].lower() == "data:"


def read(source: object, family: str, most: int, argument: str) -> bytes:
    """The bytes of anything but a URL.

    Args:
        source: what the caller gave.
        family: `image`, `audio` or `video`; arrays mean something else in each.
        most: bytes; a file is not read any further.
        argument: what the caller's argument is called, for the errors.

    Raises:
        ValidationError: it is nothing that can be read; says what was tried.
    """
    if isinstance(source, Media):
        return source.data
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str):
        return _text(source.strip(), family, most, argument)
    if isinstance(source, os.PathLike):
        return _file(Path(os.fspath(source)).expanduser(), most, argument)
    if callable(getattr(source, "read", None)):
        return _stream(source, most, argument)
    if (data := _decoded(source, family, argument)) is not None:
        return data
    raise ValidationError(
        f"{argument} cannot be read from an object of type {type(source).__name__}.",
        hint="Give a path, a URL, a data URI, base64 text, bytes, an open file"
        f"{_MORE.get(family, '')}.",
    )


def data_uri(text: str, family: str, most: int, argument: str) -> bytes:
    """RFC 2397; the type it claims to be is not believed."""
    head, comma, body = text[5:].partition(",")
    coded = head.rpartition(";")[2].strip().lower() == "base64"
    if len(body) > most * (1.4 if coded else 3) + 100:
        raise too_large(argument, family, most)
    data = _base64(unquote_to_bytes(body).decode("latin-1")) if coded else unquote_to_bytes(body)
    if not comma or not data:
        raise ValidationError(
            f"{argument}: the data URI is broken.", hint="It looks like data:image/png;base64,…"
        )
    return data


_MORE = {
    "image": ", a pillow picture or an array of pixels",
    "audio": ", or (samples, frames per second)",
}


def _text(text: str, family: str, most: int, argument: str) -> bytes:
    """A data URI, an existing file, base64; a URL was taken out before."""
    if is_data_uri(text):
        return data_uri(text, family, most, argument)
    path = _existing(text)
    if path is not None:
        return _file(path, most, argument)
    if len(text) * 3 // 4 > most + 3:
        raise too_large(argument, family, most)
    data = _base64(text)
    if data is not None and sniff(data) is not None:
        return data
    raise _unreadable(text, family, argument)


def _unreadable(text: str, family: str, argument: str) -> ValidationError:
    """Shows no text but a path or a scheme, as what was given may be a prompt."""
    scheme = _SCHEME.match(text)
    if scheme and len(scheme[1]) > 1 and text[scheme.end() :].startswith("//"):
        return ValidationError(
            f"{argument}: {scheme[1][:20]}:// addresses are not read here.",
            hint="Give an http(s) URL, a path, or the bytes.",
        )
    if Path(text[-300:]).suffix.lower() in KNOWN_SUFFIXES:
        return ValidationError(f"{argument}: there is no file {text[-300:]!r}.")
    return ValidationError(
        f"{argument}: the text ({len(text)} characters) is no URL, no data URI, no file that "
        f"exists, and no base64 of a known type of {family or 'media'}."
    )


def _existing(text: str) -> Path | None:
    try:
        path = Path(text).expanduser()
        return path if text and path.exists() else None
    except (OSError, ValueError, RuntimeError):  # too long for a name; NUL; no such home
        return None


def _base64(text: str) -> bytes | None:
    """Both alphabets, white space allowed, padding not required."""
    text = "".join(text.split())
    if not _BASE64.fullmatch(text):
        return None
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None


def _file(path: Path, most: int, argument: str) -> bytes:
    if not path.is_file():
        what = "is no file" if path.exists() else "does not exist"
        raise ValidationError(f"{argument}: {path} {what}.")
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ValidationError(f"{argument}: {path} cannot be read: {reason}.") from error


def _stream(source: Any, most: int, argument: str) -> bytes:
    """From where the file object stands; it is neither rewound nor closed."""
    try:
        data = source.read(most + 1)
    except (OSError, ValueError, TypeError) as error:  # ValueError: it is closed
        reason = type(error).__name__
        raise ValidationError(f"{argument}: the file object cannot be read: {reason}.") from error
    if not isinstance(data, bytes | bytearray | memoryview):
        raise ValidationError(
            f"{argument}: the file object gives {type(data).__name__}, not bytes.",
            hint="Open it with mode 'rb'.",
        )
    if len(data) == 0:
        raise ValidationError(
            f"{argument}: the file object has nothing left to read.", hint="Rewind it with seek(0)."
        )
    return bytes(data)


def _decoded(source: object, family: str, argument: str) -> bytes | None:
    """What is pixels or samples already, as a file; None when it is neither."""
    with naming(argument):
        if family == "image":
            return _picture(source)
        return _samples(source) if family == "audio" else None


def _picture(source: object) -> bytes | None:
    if hasattr(source, "__array_interface__") or hasattr(source, "__array__"):
        return pictures.as_png(source)  # pillow's pictures have one too
    return None


def _samples(source: Any) -> bytes | None:
    """`(samples, rate)`, or the dict that the library `datasets` makes of a sound."""
    if isinstance(source, dict) and {"array", "sampling_rate"} <= source.keys():
        source = (source["array"], source["sampling_rate"])
    if hasattr(source, "__array__"):
        raise ValidationError(
            "an array alone does not say how fast it is.", hint="Give (samples, frames_per_second)."
        )
    if not isinstance(source, tuple) or len(source) != 2 or not hasattr(source[0], "__array__"):
        return None
    return _as_wave(*source)


def _as_wave(samples: Any, rate: Any) -> bytes:
    import numpy as np

    array = np.asarray(samples)
    if array.ndim not in (1, 2) or 0 in array.shape or array.shape[1:] > (32,):
        raise ValidationError(
            f"samples of shape {array.shape} are no audio.", hint="Give n, or n × channels."
        )
    if isinstance(rate, bool) or not isinstance(rate, int | np.integer) or not 0 < rate < 2**31:
        raise ValidationError("the frames per second must be a whole number above 0.")
    if array.dtype.kind == "i" and array.dtype.itemsize <= 4:
        array = array / 2.0 ** (8 * array.dtype.itemsize - 1)
    elif array.dtype.kind != "f":
        raise ValidationError(f"samples of {array.dtype} are no audio; give floats or int16.")
    if not np.isfinite(array).all():
        raise ValidationError("some samples are not numbers (NaN or infinite).")
    return as_wave(array, int(rate))


def too_large(argument: str, family: str, most: int) -> ValidationError:
    """More bytes than are taken."""
    name = MediaSettings.name_of_most(family)
    return ValidationError(
        f"{argument} is larger than {name} allows ({most:,} bytes).",
        hint=f"Make it smaller, or raise {name}.",
    )
