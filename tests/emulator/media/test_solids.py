"""Binary glTF."""

from __future__ import annotations

import json
import struct

import numpy as np

from hf_integrations.emulator.media.colours import BY_NAME
from hf_integrations.emulator.media.solids import tetrahedron


def test_the_file_is_what_its_header_says() -> None:
    """Two chunks of whole words, and a description that fits the numbers."""
    data = tetrahedron(BY_NAME["red"], 2.0, name="thing")
    magic, version, length = struct.unpack("<4sII", data[:12])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack("<I4s", data[12:20])
    assert kind == b"JSON"
    assert size % 4 == 0
    told = json.loads(data[20 : 20 + size])
    binary = data[20 + size + 8 :]
    assert told["buffers"] == [{"byteLength": len(binary)}]
    assert told["nodes"][0]["name"] == "thing"
    corners = np.frombuffer(binary, "<f4", 12).reshape(4, 3)
    assert corners.min(axis=0).tolist() == told["accessors"][0]["min"] == [-2, -2, -2]
    sides = np.frombuffer(binary, "<u2", 12, told["bufferViews"][1]["byteOffset"])
    assert set(sides.tolist()) == {0, 1, 2, 3}


def test_the_colour_is_in_it() -> None:
    """As parts of 1."""
    data = tetrahedron(BY_NAME["black"], 1.0, name="x")
    told = json.loads(data[20 : 20 + struct.unpack("<I", data[12:16])[0]])
    paint = told["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"]
    assert paint == [16 / 255] * 3 + [1.0]
