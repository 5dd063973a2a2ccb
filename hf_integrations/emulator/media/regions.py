"""Regions of a picture: parts of one colour before the background, found on a coarse grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hf_integrations.emulator.media.colours import COLOURS, Colour, Indices, coarse, nearest
from hf_integrations.emulator.media.png import Pixels

SMALLEST = 0.004  # part of the picture below which a region is noise


@dataclass(frozen=True, slots=True)
class Region:
    """One connected part; the background is one region, connected or not.

    Attributes:
        cells: which cells of the grid belong to it.
        box: xmin, ymin, xmax, ymax in pixels of the picture.
        share: of the picture's area, from 0 to 1.
        fill: of the box's area, from 0 to 1.
    """

    colour: Colour
    cells: NDArray[np.bool_]
    box: tuple[int, int, int, int]
    share: float
    fill: float

    def mask(self, width: int, height: int) -> Pixels:
        """Return the region as h × w greys: 255 inside, 0 outside."""
        down = (np.arange(height) * self.cells.shape[0]) // height
        across = (np.arange(width) * self.cells.shape[1]) // width
        found: Pixels = self.cells[down][:, across].astype(np.uint8) * 255
        return found


def find(pixels: Pixels) -> tuple[Region, list[Region]]:
    """Return the background and the regions before it, the largest first."""
    grid = nearest(coarse(pixels))
    edge = np.concatenate([grid[0], grid[-1], grid[:, 0], grid[:, -1]])
    behind = int(np.bincount(edge).argmax())
    height, width = pixels.shape[:2]
    found = [
        _region(COLOURS[colour], cells, width, height) for colour, cells in _parts(grid, behind)
    ]
    before = [region for region in found if region.share >= SMALLEST]
    before.sort(key=lambda region: (-region.share, region.box))
    return _region(COLOURS[behind], grid == behind, width, height), before


def _parts(grid: Indices, behind: int) -> list[tuple[int, NDArray[np.bool_]]]:
    """Fill every connected part of one colour, as with paint."""
    rows, columns = grid.shape
    seen = grid == behind
    parts = []
    for start in zip(*np.nonzero(~seen), strict=True):
        if seen[start]:
            continue
        cells = np.zeros_like(seen)
        waiting, colour = [start], int(grid[start])
        seen[start] = True
        while waiting:
            y, x = waiting.pop()
            cells[y, x] = True
            for there in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                inside = 0 <= there[0] < rows and 0 <= there[1] < columns
                if inside and not seen[there] and grid[there] == colour:
                    seen[there] = True
                    waiting.append(there)
        parts.append((colour, cells))
    return parts


def _region(colour: Colour, cells: NDArray[np.bool_], width: int, height: int) -> Region:
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    box = (
        int(left * width // cells.shape[1]), int(top * height // cells.shape[0]),
        int(right * width // cells.shape[1]), int(bottom * height // cells.shape[0]),
    )  # fmt: skip
    area = int((bottom - top) * (right - left))
    return Region(colour, cells, box, float(cells.mean()), float(cells.sum() / area))
