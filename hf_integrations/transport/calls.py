"""Tool calls put together from the pieces of a stream, whatever servers leave out of them; pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from hf_integrations.models.chunks import FunctionDelta, ToolCallDelta
from hf_integrations.models.tools import FunctionCall, ToolCall, new_call_id


class _Call(Struct):
    """One call, as far as it has come."""

    id: str  # the one it is handed out with
    told: str  # the server's; empty while it has said none
    name: str
    pieces: list[str]

    def is_whole(self) -> bool:
        """Whether its arguments are an object already, so that nothing can follow."""
        text = "".join(self.pieces).strip()
        if not text.endswith("}"):
            return False
        try:
            msgspec.json.decode(text, type=dict)
        except (msgspec.DecodeError, UnicodeEncodeError):
            return False
        return True


class CallTracker:
    """Tells which call each piece belongs to, and numbers the calls.

    Servers leave out the index, the id or both, give every call index 0, repeat id and name in
    every piece, or send two pieces of a call at once. A piece begins a call when there is none it
    could go on with; when it names another function, or has another id; and when it names one
    while the call before it is whole.
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._slots: dict[int | None, int] = {}  # the server's index → the place of its latest call

    def take(self, pieces: Iterable[ToolCallDelta]) -> None:
        """Take pieces in, and give each the index of its call; the first has its id and name."""
        for piece in pieces:
            function = piece.function or FunctionDelta()
            name, arguments = function.name or "", str(function.arguments or "")
            place = self._place(piece, name)
            begins = place is None
            if place is None:
                place = self._begin(piece)
            call = self._calls[place]
            self._slots[piece.index] = place
            call.told = call.told or piece.id or ""
            piece.index = place
            piece.id, piece.type = (call.id, "function") if begins else (None, None)
            piece.function = FunctionDelta(None if call.name else name or None, arguments)
            call.name = call.name or name
            call.pieces.append(arguments)

    def whole(self) -> list[ToolCall]:
        """The calls so far."""
        return [
            ToolCall(call.id, FunctionCall(call.name, "".join(call.pieces))) for call in self._calls
        ]

    def _place(self, piece: ToolCallDelta, name: str) -> int | None:
        """The place of the call that a piece goes on with; None when it begins one."""
        slot = self._slots.get(piece.index)
        if piece.id and (places := self._with_id(piece.id)):
            if slot in places:
                same = slot
            elif slot is None and piece.index is not None and name:
                return None  # one id for several calls
            else:
                same = places[-1]
            follows = piece.function is None or not piece.function.arguments
            return same if follows or not self._is_another(same, name) else None
        if slot is None and piece.index is None and self._calls:
            slot = len(self._calls) - 1
        if slot is None:
            return None
        call = self._calls[slot]
        if piece.id and call.told and (name or call.is_whole()):
            return None
        return None if self._is_another(slot, name) else slot

    def _with_id(self, told: str) -> list[int]:
        return [place for place, call in enumerate(self._calls) if call.told == told]

    def _is_another(self, place: int, name: str) -> bool:
        """Whether a piece that names a function cannot be of this call."""
        call = self._calls[place]
        return bool(name and call.name) and (name != call.name or call.is_whole())

    def _begin(self, piece: ToolCallDelta) -> int:
        used = {call.id for call in self._calls}
        given = piece.id if piece.id and piece.id not in used else new_call_id()
        self._calls.append(_Call(given, piece.id or "", "", []))
        return len(self._calls) - 1
