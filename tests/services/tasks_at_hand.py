"""For every row of the table: inputs it takes, an answer it gets, and what that comes to."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from typing import Any

import numpy as np
from msgspec import Struct

from hf_integrations.flow import Response
from hf_integrations.models.sounds import as_wave
from hf_integrations.routing.table import ROWS
from tests.services.calls import ok


def _png() -> bytes:
    """The smallest picture: one grey pixel."""

    def part(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    head = part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(b"\0\x7f")) + part(b"IEND", b"")
    )


PNG = _png()
PNG64 = b64encode(PNG).decode()
WAV = as_wave(np.zeros(160), 16_000)
WAV64 = b64encode(WAV).decode()
GIF = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
GLB = b"glTF\x02\0\0\0\x14\0\0\0" + b"\0" * 8
LABELS = [{"label": "a", "score": 0.75}, {"label": "b", "score": 0.25}]
BOX = {"xmin": 0, "ymin": 0, "xmax": 1, "ymax": 1}


class Example(Struct, frozen=True):
    """One call of a task.

    Attributes:
        method: where it is on a client.
        given: the positional arguments of the method.
        inputs: the same for `run`.
        answer: what a server answers.
        said: parameters.
    """

    method: str
    given: tuple[Any, ...]
    inputs: Any
    answer: Response
    said: dict[str, Any] = {}


def _media(data: bytes, media_type: str) -> Response:
    return Response(200, {"content-type": media_type}, data)


_ZERO = {"candidate_labels": ["a", "b"]}
_WRITTEN = [{"generated_text": "a text"}]
_RANKS = [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]
_TABLE = {"animal": ["cat", "dog"], "legs": ["4", "4"]}
_ANSWER = {"answer": "cat", "score": 0.5, "start": 4, "end": 7}

_ANSWERS: dict[str, tuple[tuple[Any, ...], Any, Any, dict[str, Any]]] = {
    "text-classification": (("a text",), None, [LABELS], {"top_k": 2}),
    "token-classification": (
        ("Paris",), None, [{"entity_group": "LOC", "word": "Paris", "score": 1, "start": 0}],
        {"aggregation_strategy": "simple"},
    ),
    "zero-shot-classification": (("a text",), None, LABELS, _ZERO),
    "question-answering": (
        ("who?", "the cat"), {"question": "who?", "context": "the cat"}, _ANSWER, {"top_k": 1},
    ),
    "table-question-answering": (
        ("legs?", _TABLE), {"question": "legs?", "table": _TABLE},
        {"answer": "4", "coordinates": [[0, 1]], "cells": ["4"], "aggregator": "NONE"}, {},
    ),
    "fill-mask": (("a [MASK]",), None, [{"score": 1, "sequence": "a b", "token_str": "b"}], {}),
    "summarization": (("a text",), None, [{"summary_text": "a"}], {}),
    "translation": (
        ("a text",), None, [{"translation_text": "a"}], {"src_lang": "en", "tgt_lang": "fr"},
    ),
    "sentence-similarity": (
        ("a", ["b", "c"]), {"source_sentence": "a", "sentences": ["b", "c"]}, [0.5, 1], {},
    ),
    "text-ranking": (("a", ["b", "c"]), {"query": "a", "texts": ["b", "c"]}, _RANKS, {}),
    "image-classification": ((PNG,), None, LABELS, {}),
    "object-detection": (
        (PNG,), None, [{"label": "a", "score": 1, "box": BOX}], {"threshold": 0.5},
    ),
    "image-segmentation": ((PNG,), None, [{"label": "a", "mask": PNG64, "score": None}], {}),
    "image-to-text": ((PNG,), None, _WRITTEN, {"max_new_tokens": 5}),
    "text-to-image": (("a cat",), None, PNG, {"width": 64, "seed": 1}),
    "unconditional-image-generation": ((), None, PNG, {}),
    "image-to-image": ((PNG,), None, PNG, {"prompt": "red"}),
    "zero-shot-image-classification": ((PNG,), None, LABELS, _ZERO),
    "zero-shot-object-detection": (
        (PNG,), None, [{"label": "a", "score": 1, "box": BOX}], _ZERO,
    ),
    "visual-question-answering": (
        (PNG, "what?"), {"image": PNG, "question": "what?"}, [{"answer": "a", "score": 1}], {},
    ),
    "document-question-answering": (
        (PNG, "what?"), {"image": PNG, "question": "what?"}, [_ANSWER], {"lang": "en"},
    ),
    "depth-estimation": ((PNG,), None, {"predicted_depth": [[1.0]], "depth": PNG64}, {}),
    "mask-generation": ((PNG,), None, {"masks": [PNG64], "scores": [1.0]}, {}),
    "keypoint-detection": ((PNG,), None, [{"x": 1, "y": 2.5, "score": 1, "label": "a"}], {}),
    "image-to-3d": ((PNG,), None, GLB, {}),
    "text-to-3d": (("a cat",), None, GLB, {}),
    "automatic-speech-recognition": (
        (WAV,), None, {"text": "hi", "chunks": [{"text": "hi", "timestamp": [0, None]}]},
        {"return_timestamps": True},
    ),
    "audio-classification": ((WAV,), None, LABELS, {}),
    "text-to-speech": (("hi",), None, WAV, {"generation_parameters": {"do_sample": True}}),
    "text-to-audio": (("rain",), None, {"audio": [0.0, 0.5], "sampling_rate": 8000}, {}),
    "audio-to-audio": (
        (WAV,), None, [{"label": "a", "content-type": "audio/wav", "blob": WAV64}], {},
    ),
    "text-to-video": (("a cat",), None, GIF, {"num_frames": 4}),
    "image-to-video": ((PNG,), None, GIF, {}),
    "video-to-video": ((GIF,), None, GIF, {}),
    "video-classification": ((GIF,), None, LABELS, {"num_frames": 4}),
    "tabular-classification": (({"a": [1, 2]},), None, ["x", 1], {}),
    "tabular-regression": (({"a": [1, 2]},), None, [1, 2.5], {}),
}  # fmt: skip


def _example(name: str) -> Example:
    given, inputs, answer, said = _ANSWERS[name]
    if inputs is None and given:
        inputs = given[0]
    response = _media(answer, "x/y") if isinstance(answer, bytes) else ok(answer)
    return Example(ROWS[name].method, given, inputs, response, said)


EXAMPLES = {name: _example(name) for name in _ANSWERS}
