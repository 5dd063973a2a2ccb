"""Calls are put together from whatever pieces servers send."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.models.chunks import Delta, ToolCallDelta
from hf_integrations.models.shapes import decode, encode
from hf_integrations.transport.calls import CallTracker

CALLS = [
    ("a", "weather", '{"city":"Paris"}'),
    ("b", "time", '{"zone":"CET"}'),
    ("c", "weather", '{"city":"Rome"}'),
]


def pieces_of(deltas: list[Any]) -> list[ToolCallDelta]:
    """Pieces as they come off the wire."""
    found = []
    for delta in deltas:
        calls = decode(encode({"tool_calls": delta}), Delta).tool_calls
        assert isinstance(calls, list)
        found.append(calls)
    return [piece for calls in found for piece in calls]


def read(*deltas: Any) -> list[tuple[str | None, str, str]]:
    """The calls that a tracker makes of the deltas."""
    tracker = CallTracker()
    tracker.take(pieces_of(list(deltas)))
    return [(call.id, call.name, str(call.function.arguments)) for call in tracker.whole()]


def piece(index: int | None, ident: str | None, name: str | None, arguments: Any) -> dict[str, Any]:
    """One piece, as a server writes it."""
    given = {"index": index, "id": ident, "function": {"name": name, "arguments": arguments}}
    return {name: value for name, value in given.items() if value is not None}


def streamed(style: str) -> list[Any]:
    """Three calls in pieces, as one kind of server sends them."""
    found: list[Any] = []
    for place, (ident, name, arguments) in enumerate(CALLS):
        index = {"same_index": 0, "no_index": None, "no_ids_no_index": None}.get(style, place)
        told = None if style in ("null_ids", "no_ids_no_index") else ident
        told = "" if style == "empty_ids" else told
        halves = [arguments[:6], arguments[6:]]
        if style == "whole":
            found.append([piece(index, told, name, arguments)])
        elif style == "object":
            found.append(piece(index, told, name, msgspec.json.decode(arguments)))
        elif style == "repeated":
            found += [[piece(index, told, name, half)] for half in ("", *halves, "")]
        elif style == "one_chunk":
            found.append([piece(index, told, name, ""), piece(index, None, None, halves[0])])
            found.append([piece(index, None, None, halves[1])])
        else:
            found.append([piece(index, told, name, "")])
            found += [[piece(index, None, None, half)] for half in halves]
    return found


STYLES = (
    "plain", "same_index", "no_index", "null_ids", "empty_ids", "no_ids_no_index", "whole",
    "object", "repeated", "one_chunk",
)  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_every_way_of_sending_gives_the_same_calls(style: str) -> None:
    """Two of them call the same function."""
    found = read(*streamed(style))

    assert [call[1:] for call in found] == [call[1:] for call in CALLS]
    idless = style in ("null_ids", "empty_ids", "no_ids_no_index")
    assert idless or [call[0] for call in found] == ["a", "b", "c"]
    assert len({call[0] for call in found}) == 3
    assert all(call[0] for call in found)


@pytest.mark.parametrize("style", STYLES)
def test_pieces_are_handed_out_in_order(style: str) -> None:
    """With an index of our own; the first piece of a call, and no other, has its id and name."""
    pieces = pieces_of(streamed(style))
    tracker = CallTracker()
    for one in pieces:
        tracker.take([one])
    told: dict[int, list[ToolCallDelta]] = {}
    for one in pieces:
        assert one.index is not None
        told.setdefault(one.index, []).append(one)

    assert list(told) == [0, 1, 2]
    for place, call in enumerate(tracker.whole()):
        first, *rest = told[place]
        assert (first.id, first.type) == (call.id, "function")
        assert first.function is not None
        assert first.function.name == call.name
        assert [(one.id, one.function and one.function.name) for one in rest] == [
            (None, None)
        ] * len(rest)
        text = "".join(str(one.function and one.function.arguments) for one in told[place])
        assert text == call.function.arguments


def test_calls_may_be_interleaved() -> None:
    """By index, or by id where all have the same index."""
    by_index = [
        piece(0, "a", "f", ""),
        piece(1, "b", "g", ""),
        piece(0, None, None, "1"),
        piece(1, None, None, "2"),
    ]
    by_id = [
        piece(0, "a", "f", ""),
        piece(0, "b", "g", ""),
        piece(0, "a", None, "1"),
        piece(0, "b", None, "2"),
    ]

    assert read(by_index) == read(by_id) == [("a", "f", "1"), ("b", "g", "2")]


def test_one_id_for_several_calls_is_told_apart() -> None:
    """Each call gets one of its own."""
    found = read(
        [piece(0, "x", "f", '{"a":1}')],
        [piece(1, "x", "f", '{"a":2}')],
        [piece(1, "x", "f", '{"a":3}')],
    )

    assert [call[2] for call in found] == ['{"a":1}', '{"a":2}', '{"a":3}']
    assert len({call[0] for call in found}) == 3


def test_an_id_or_a_name_may_come_late() -> None:
    """The id that was handed out stays."""
    found = read([piece(0, None, None, "")], [piece(0, "a", "f", "{}")])

    assert [call[1:] for call in found] == [("f", "{}")]
    assert read([piece(0, "a", None, "")], [piece(0, None, "f", "{}")]) == [("a", "f", "{}")]


def test_an_id_that_changes_with_every_piece_is_no_new_call() -> None:
    """A call begins with a name."""
    found = read([piece(0, "a", "f", '{"x"')], [piece(0, "b", None, ":1}")])

    assert found == [("a", "f", '{"x":1}')]
    assert len(read([piece(0, "a", "f", "{}")], [piece(0, "b", None, "")])) == 2


TEXT = st.none() | st.sampled_from(["", "a", "b", "f", "{}", '{"x":', "1}"])


@given(st.lists(st.tuples(st.none() | st.integers(0, 2), TEXT, TEXT, TEXT)))
def test_nothing_that_came_is_lost(given: list[Any]) -> None:
    """Whatever a server sends, every piece is of one call, and ids are never shared."""
    pieces = pieces_of([[piece(*one)] for one in given])
    tracker = CallTracker()
    tracker.take(pieces)
    calls = tracker.whole()

    assert sum(len(str(call.function.arguments)) for call in calls) == sum(
        len(one[3] or "") for one in given
    )
    assert len({call.id for call in calls}) == len(calls)
    assert {one.index for one in pieces} == set(range(len(calls)))
