"""Forms with files in them. Source: RFC 7578, `multipart/form-data`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from starlette.requests import Request

from hf_integrations.emulator.problems import openai_problem

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))', re.IGNORECASE)
_NAME = re.compile(r'[; ]name="([^"]*)"')
_FILE = re.compile(r"[; ]filename\*?=")


@dataclass(slots=True)
class Form:
    """Fields that are text, and files, by name; of several with one name, the last."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def file(self, name: str) -> bytes | None:
        """Return a file with something in it."""
        return self.files.get(name) or None


async def read(request: Request) -> Form:
    """Return the form in the body of a request."""
    kind = request.headers.get("content-type", "")
    match = _BOUNDARY.search(kind)
    if not kind.lower().startswith("multipart/form-data") or match is None:
        raise openai_problem(400, "The body must be multipart/form-data")
    form = Form()
    for head, value in _parts(await request.body(), (match[1] or match[2]).encode()):
        name = _NAME.search(head)
        if name is None:
            continue
        if _FILE.search(head):
            form.files[name[1]] = value
        else:
            form.fields[name[1]] = value.decode("utf-8", "replace")
    return form


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the line that names each part, and the part."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        head, parted, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if parted:
            lines = head.decode("utf-8", "replace").split("\r\n")
            named = [line for line in lines if line.lower().startswith("content-disposition")]
            yield (named[0] if named else ""), value
