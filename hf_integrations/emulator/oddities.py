"""Oddities: replies that are right in what they say and odd in how; each was seen in the wild.

They are asked for as faults are, by name, or for all replies with `Emulator(oddity=…)`. Their names
and what they are stand in `settings.ODDITIES`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from starlette.requests import Request

from hf_integrations.emulator.conversation import Call

FRAGMENT = 12  # characters of a call's arguments in one event of a stream

Delta = dict[str, Any]


def of(request: Request) -> str:
    """Return the name of what is to be odd in the answer; empty for nothing."""
    return str(request.scope.get("emulator.oddity", ""))


def told(calls: Sequence[Call], oddity: str) -> Any:
    """Return `tool_calls` of a whole reply."""
    found = [_call(call, oddity) for call in calls]
    return found[0] if oddity == "calls_object" else found


def fragments(calls: Sequence[Call], oddity: str) -> Iterator[Delta]:
    """Yield the deltas of a stream that put the calls together, piece by piece."""
    for at, call in enumerate(calls):
        index = 0 if oddity == "same_index" else at
        pieces = list(_pieces(call, index, oddity))
        if oddity == "no_index":
            pieces = [{k: v for k, v in piece.items() if k != "index"} for piece in pieces]
        if oddity == "calls_object":
            yield from ({"tool_calls": piece} for piece in pieces)
        elif oddity == "one_chunk":
            yield from ({"tool_calls": pieces[n : n + 2]} for n in range(0, len(pieces), 2))
        else:
            yield from ({"tool_calls": [piece]} for piece in pieces)


def events(plain: Iterable[bytes], oddity: str) -> Iterator[bytes]:
    """Yield events of a stream as some servers write them."""
    for one in plain:
        if oddity == "pings":
            yield b": ping\n\n"
        yield one.replace(b"data: ", b"data:", 1) if oddity == "no_space" else one


def _pieces(call: Call, index: int, oddity: str) -> Iterator[Delta]:
    if oddity in ("arguments_object", "calls_object"):  # as of the engines that had no pieces
        yield {"index": index, **_call(call, oddity)}
        return
    yield {"index": index, **_call(Call(call.id, call.name, ""), oddity)}
    for start in range(0, len(call.arguments), FRAGMENT):
        function: Delta = {"arguments": call.arguments[start : start + FRAGMENT]}
        piece: Delta = {"index": index, "function": function}
        if oddity == "repeated_ids":
            function["name"] = call.name
            piece |= {"id": call.id, "type": "function"}
        yield piece


def _call(call: Call, oddity: str) -> Delta:
    ident = _IDS.get(oddity, call.id)
    as_object = oddity in ("arguments_object", "calls_object") and call.arguments
    arguments = json.loads(call.arguments) if as_object else call.arguments
    return {
        "id": ident, "type": "function", "function": {"name": call.name, "arguments": arguments},
    }  # fmt: skip


_IDS = {"empty_ids": "", "null_ids": None}
