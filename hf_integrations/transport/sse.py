"""Server-sent events: bytes in, the data of whole events out; an error is an object with `error`.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import msgspec


class SSEDecoder:
    """Takes the bytes of a stream as they come, however they are cut.

    Attributes:
        held: bytes of the event that is not complete yet.
    """

    def __init__(self) -> None:
        self.held = 0
        self._rest = b""  # what cannot be understood before the next bytes
        self._parts: list[bytes] = []  # of the event that is not complete yet
        self._begun = False

    def feed(self, data: bytes) -> list[bytes]:
        """The data of each event that `data` completes, in order."""
        if self._rest or not self._begun or b"\r" in data:
            data = self._normal(data)
        end = data.rfind(b"\n\n")
        if self._parts:
            if end < 0 and not (data[:1] == b"\n" and self._parts[-1][-1:] == b"\n"):
                self._hold(data)  # a long event is put together once, not with each part of it
                return []
            data = b"".join((*self._parts, data))
            self._parts, self.held = [], 0
            end = data.rfind(b"\n\n")
        if end < 0:
            self._hold(data)
            return []
        if end + 2 < len(data):
            self._hold(data[end + 2 :])
        return [found for event in data[:end].split(b"\n\n") if (found := _data(event)) is not None]

    def _normal(self, data: bytes) -> bytes:
        """Line ends of one kind, no mark at the beginning; what may be half of one waits."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        if not self._begun:
            if len(data) < 3 and b"\xef\xbb\xbf".startswith(data):
                self._rest = data
                return b""
            data = data.removeprefix(b"\xef\xbb\xbf")
            self._begun = True
        if b"\r" in data:
            if data.endswith(b"\r"):  # the first half of a line end, perhaps
                data, self._rest = data[:-1], b"\r"
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return data

    def finish(self) -> list[bytes]:
        """The data of a last event that its server did not close with an empty line."""
        rest = b"".join(self._parts) + self._rest
        self._parts, self._rest, self.held = [], b"", 0
        return self.feed(rest + b"\n\n") if rest.strip() else []

    def _hold(self, data: bytes) -> None:
        if data:
            self._parts.append(data)
            self.held += len(data)


def _data(event: bytes) -> bytes | None:
    if event.startswith(b"data:") and b"\n" not in event:  # by far the most common event
        return event[6:] if event[5:6] == b" " else event[5:]
    lines, failed = [], False
    for line in event.split(b"\n"):
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        failed |= name == b"error" or (name == b"event" and value == b"error")
        if name in (b"data", b"error"):
            lines.append(value)
    data = b"\n".join(lines)
    return _as_error(data) if failed else data if lines else None


def _as_error(data: bytes) -> bytes:
    """The data of an event that is an error by its name: an object with `error` in it.

    Source: llama.cpp, `server_sent_event(sink, "error", …)`, which makes it a field of its own.
    """
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = data.decode("utf-8", "replace") or "The server says that it failed, and not how."
    if not (isinstance(told, dict) and "error" in told):
        told = {"error": told}
    return msgspec.json.encode(told)
