"""Lists of parts, told apart."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.models.parts import Told, text_of, told

THOUGHT = {"type": "thinking", "thinking": [{"type": "text", "text": "h"}, {"text": "m"}]}
PICTURE = {"type": "image_url", "image_url": {"url": "https://x/y.png"}}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], Told("", "")),
        (["an", {"type": "text", "text": "swer"}], Told("answer", "")),
        ([THOUGHT, {"type": "text", "text": "answer"}], Told("answer", "hm")),
        ([{"type": "thinking", "thinking": "hm"}], Told("", "hm")),
        ([THOUGHT, PICTURE], Told([PICTURE], "hm")),
        (
            [{"type": "text", "text": None}, 7, {"thinking": None}],
            Told([{"type": "text", "text": None}, 7], ""),
        ),
    ],
)
def test_text_and_thoughts_are_told_apart(parts: list[Any], expected: Told) -> None:
    """What is neither stays a part; what is odd breaks nothing."""
    assert told(parts) == expected


@pytest.mark.parametrize("odd", [None, 7, {}, {"type": "text"}, {"type": "x", "text": "a"}, [None]])
def test_what_has_no_text_has_none(odd: Any) -> None:
    """Whatever a server writes."""
    assert text_of(odd) == ""
