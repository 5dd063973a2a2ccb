"""What arrived at the emulator, as what may be compared."""

from __future__ import annotations

import json
import re
from email.parser import BytesParser
from typing import Any

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.records import RecordedRequest

# The headers that a provider may look at. What a client calls itself, how it is compressed, how
# long it is and which connection it uses are its own affair.
HEADERS = (
    "authorization", "content-type", "accept", "prefer", "accept-language", "x-source-channel",
    "x-hf-bill-to",
)  # fmt: skip
_JOB = re.compile(r"[0-9a-f]{24}")  # the emulator names work by what was asked
LOOKED_UP = ("/api/", "/outputs/")  # the Hub's lists, and files that were made


def seen(emulator: Emulator) -> list[dict[str, Any]]:
    """The requests to providers, oldest first; those of before are forgotten with it."""
    found = [_plain(one) for one in emulator.requests if not one.path.startswith(LOOKED_UP)]
    emulator.reset()
    return found


def _plain(request: RecordedRequest) -> dict[str, Any]:
    headers = {name: request.headers.get(name) for name in HEADERS}
    kind = (headers["content-type"] or "").partition(";")[0]
    if request.method == "GET":  # has no content, and says nothing of what it wants
        headers["content-type"] = headers["accept"] = None
    if headers["accept"] in ("*/*", "application/json"):
        headers["accept"] = None  # what is wanted anyway
    if kind == "multipart/form-data":
        headers["content-type"] = kind
    return {
        "method": request.method, "path": _JOB.sub("job", request.path), "query": request.query,
        "headers": headers, "body": _body(request, kind),
    }  # fmt: skip


def _body(request: RecordedRequest, kind: str) -> Any:
    if kind == "multipart/form-data":
        return _form(request)
    if kind == "application/json" and request.raw:
        return json.loads(request.raw)
    return request.raw


def _form(request: RecordedRequest) -> dict[str, Any]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts: list[Any] = list(BytesParser().parsebytes(head + request.raw).get_payload())
    return {
        part.get_param("name", header="content-disposition"): (
            part.get_filename() and part.get_filename().rpartition(".")[2],
            part.get_payload(decode=True),
        )
        for part in parts
    }
