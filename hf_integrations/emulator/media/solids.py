"""Solids: a small coloured body as binary glTF.

Source: the glTF 2.0 specification of the Khronos Group, section on GLB.
"""

from __future__ import annotations

import struct

import msgspec
import numpy as np

from hf_integrations.emulator.media.colours import Colour

MIME = "model/gltf-binary"
_CORNERS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype="<f4")
_SIDES = np.array([0, 1, 2, 0, 3, 1, 0, 2, 3, 1, 3, 2], dtype="<u2")


def tetrahedron(colour: Colour, size: float, *, name: str) -> bytes:
    """Return a body of four corners as GLB."""
    corners = (_CORNERS * np.float32(size)).astype("<f4")
    binary = corners.tobytes() + _SIDES.tobytes()
    told = msgspec.json.encode(_described(corners, binary, colour, name))
    told += b" " * (-len(told) % 4)
    chunks = [struct.pack("<I4s", len(told), b"JSON") + told]
    chunks.append(struct.pack("<I4s", len(binary), b"BIN\0") + binary)
    body = b"".join(chunks)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def _described(
    corners: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    binary: bytes,
    colour: Colour,
    name: str,
) -> dict[str, object]:
    split = corners.nbytes
    places = {"min": corners.min(axis=0).tolist(), "max": corners.max(axis=0).tolist()}
    paint = {"baseColorFactor": [*(part / 255 for part in colour.rgb), 1.0]}
    primitive = {"attributes": {"POSITION": 0}, "indices": 1, "material": 0}
    return {
        "asset": {"version": "2.0", "generator": "hf-integrations emulator"},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": name}],
        "meshes": [{"primitives": [primitive]}],
        "materials": [{"name": colour.name, "pbrMetallicRoughness": paint}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3", **places},
            {"bufferView": 1, "componentType": 5123, "count": len(_SIDES), "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": split, "target": 34962},
            {"buffer": 0, "byteOffset": split, "byteLength": len(binary) - split, "target": 34963},
        ],
        "buffers": [{"byteLength": len(binary)}],
    }  # fmt: skip
