"""What providers have made and give out by URL: served by the emulator, without a token.

Within limits: the oldest make room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from hashlib import sha256

from starlette.requests import Request

from hf_integrations.emulator.media import drawing, png, sound, speech
from hf_integrations.emulator.tasks.asked import Made, decoded

PREFIX = "/outputs/"
MOST_BYTES = 64 * 2**20

_ENDINGS = {
    "image/png": "png", "image/gif": "gif", "audio/wav": "wav", "model/gltf-binary": "glb",
    "text/plain": "txt",
}  # fmt: skip


class Outputs:
    """Bytes by name; the name is made of the bytes, so that the same has the same URL."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._most, self._bytes = most_bytes, 0
        self._lock = threading.Lock()

    def keep(self, made: Made) -> str:
        """Keep what was made and return its name."""
        ending = _ENDINGS.get(made.mime, "bin")
        name = f"{sha256(made.data).hexdigest()[:32]}.{ending}"
        with self._lock:
            if name not in self._kept:
                self._bytes += len(made.data)
            self._kept[name] = made
            self._kept.move_to_end(name)
            while self._bytes > self._most and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1].data)
        return name

    def find(self, name: str) -> Made | None:
        """Return what has this name."""
        with self._lock:
            return self._kept.get(name)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0


def url_of(request: Request, outputs: Outputs, made: Made) -> str:
    """Return a URL under which `made` can be fetched."""
    return f"{str(request.base_url).rstrip('/')}{PREFIX}{outputs.keep(made)}"


def fetched(outputs: Outputs, url: str, kind: str) -> bytes:
    """Return what a URL in a request stands for; nothing is fetched from elsewhere.

    A data URL is decoded and an output of our own is found; any other URL stands for a picture or
    a sound (`kind` is image or audio) that depends on nothing but the URL.
    """
    if not url.startswith(("http://", "https://")):
        return decoded(url)
    made = outputs.find(url.rpartition("/")[2]) if PREFIX in url else None
    if made is not None:
        return made.data
    if kind == "audio":
        return sound.write(speech.coded(url.encode("utf-8", "replace")))
    return png.write(drawing.draw(url, seed="", width=256, height=256))
