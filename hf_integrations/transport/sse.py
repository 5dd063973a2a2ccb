"""Server-sent events: bytes in, the data of whole events out.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations


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
    lines = [
        value.removeprefix(b" ")
        for name, _, value in (line.partition(b":") for line in event.split(b"\n"))
        if name == b"data"
    ]
    return b"\n".join(lines) if lines else None
