"""Server-sent events: bytes in, the data of whole events out.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations


class SSEDecoder:
    """Takes the bytes of a stream as they come, however they are cut."""

    def __init__(self) -> None:
        self._rest = b""
        self._begun = False

    def feed(self, data: bytes) -> list[bytes]:
        """The data of each event that `data` completes, in order."""
        data = self._rest + data
        if not self._begun:
            if len(data) < 3 and b"\xef\xbb\xbf".startswith(data):
                self._rest = data
                return []
            data = data.removeprefix(b"\xef\xbb\xbf")
            self._begun = True
        held = b""
        if b"\r" in data:
            if data.endswith(b"\r"):  # the first half of a line end, perhaps
                data, held = data[:-1], b"\r"
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        end = data.rfind(b"\n\n")
        if end < 0:
            self._rest = data + held
            return []
        self._rest = data[end + 2 :] + held
        return [found for event in data[:end].split(b"\n\n") if (found := _data(event)) is not None]

    def finish(self) -> list[bytes]:
        """The data of a last event that its server did not close with an empty line."""
        rest, self._rest = self._rest, b""
        return self.feed(rest + b"\n\n") if rest.strip() else []


def _data(event: bytes) -> bytes | None:
    if event.startswith(b"data:") and b"\n" not in event:  # by far the most common event
        return event[6:] if event[5:6] == b" " else event[5:]
    lines = [
        value.removeprefix(b" ")
        for name, _, value in (line.partition(b":") for line in event.split(b"\n"))
        if name == b"data"
    ]
    return b"\n".join(lines) if lines else None
