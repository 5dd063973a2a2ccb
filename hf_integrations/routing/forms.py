"""Bodies that are not plain JSON of one hand: forms with a file, and fields the caller adds."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from hf_integrations.models.media_types import SUFFIXES
from hf_integrations.models.shapes import encode
from hf_integrations.routing.orders import Form


def multipart(form: Form) -> tuple[bytes, str]:
    """A form as it travels, and its media type. Source: RFC 7578.

    Servers of speech tell the format from the name of the file. The border between the parts is
    made of the file itself, so that the same form is the same bytes.
    """
    file = form.file
    border = sha256(file.data).hexdigest()[:32]
    name = f"audio{SUFFIXES.get(file.media_type, ('.wav',))[0]}"
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{form.name}"; filename="{name}"\r\n'
        f"Content-Type: {file.media_type}\r\n\r\n".encode()
        + file.data
    ]
    parts += [
        f'--{border}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'.encode()
        + _field(value)
        for field, value in form.fields.items()
        if value is not None
    ]
    body = b"\r\n".join([*parts, f"--{border}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={border}"


def _field(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else encode(value)


def merged(body: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """A body with what the caller adds, which wins; objects within are merged, not replaced."""
    inner = {
        name: merged(body[name], value)
        for name, value in extra.items()
        if isinstance(value, dict) and isinstance(body.get(name), dict)
    }
    return body | extra | inner
