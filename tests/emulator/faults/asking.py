"""Requests as the gate records them."""

from __future__ import annotations

import json
from typing import Any

from hf_integrations.emulator.records import RecordedRequest


def asked(path: str = "/x", *, method: str = "POST", body: Any = None) -> RecordedRequest:
    """Return a recorded request."""
    raw = b"" if body is None else json.dumps(body).encode()
    return RecordedRequest("emu-1", method, path, "", {}, None, raw)
