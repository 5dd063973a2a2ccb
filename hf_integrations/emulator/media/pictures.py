"""Pictures as the emulator sees them: pixels of whatever file they come in."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO

import numpy as np

from hf_integrations.emulator.media import drawing, formats, png
from hf_integrations.emulator.media.png import Pixels

LARGEST = 2**24  # pixels; beyond, a picture is refused as a bomb


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels, h × w × 3, and the text kept beside them, as a scan of a document has it."""

    pixels: Pixels
    text: str = ""

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])


def read(data: bytes) -> Picture | None:
    """Return the picture in `data`; None when it is none, or far too large."""
    if not formats.mime(data).startswith("image/") or _is_bomb(data):
        return None
    decode = by_pillow if find_spec("PIL") else by_hand
    pixels = decode(data)
    return None if pixels is None else Picture(pixels, png.read_text(data))


def by_pillow(data: bytes) -> Pixels | None:
    """Decode with pillow, which comes with the extra `media`; None for a broken file."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data)) as opened:
            if opened.width * opened.height > LARGEST:
                return None
            return np.asarray(opened.convert("RGB"))
    except (OSError, ValueError, SyntaxError):  # all of them are pillow's ways to say "broken"
        return None


def by_hand(data: bytes) -> Pixels | None:
    """Decode a PNG; draw something else by its bytes, always the same and of the right size."""
    size = formats.size(data)
    if size is None:
        return None
    if formats.mime(data) == "image/png":
        pixels = png.read(data)
        if pixels is not None or _is_small(size):
            return pixels
    return drawing.draw(sha256(data).hexdigest(), seed="", width=size[0], height=size[1])


def _is_small(size: tuple[int, int]) -> bool:
    return size[0] * size[1] <= png.LARGEST


def _is_bomb(data: bytes) -> bool:
    width, height = formats.size(data) or (1, 1)
    return width < 1 or height < 1 or width * height > LARGEST
