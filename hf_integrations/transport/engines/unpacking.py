"""A packed body becomes what it was, and never more than is wanted of it. Pure.

Source: RFC 1952, GZIP. A thousand bytes may hold a million, so it is unpacked no further than the
limit, whatever comes.
"""

from __future__ import annotations

import zlib


class TooLargeError(Exception):
    """More is in it than was to be taken."""


class Gunzip:
    """Unpacks a body as it comes, however it is cut."""

    __slots__ = ("_begun", "_member")

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False

    @property
    def whole(self) -> bool:
        """Whether nothing is missing; a body of no bytes is one that is empty."""
        return self._member.eof or not self._begun

    def feed(self, data: bytes, room: int | None) -> bytes:
        """What `data` holds, at most `room` bytes.

        Raises:
            TooLargeError: it holds more.
            zlib.error: it is not packed so.
        """
        parts: list[bytes] = []
        while data:
            if self._member.eof:
                if data[:1] != b"\x1f":
                    break  # padding, after the end
                self._member = zlib.decompressobj(wbits=31)  # several may follow one another
            self._begun = True
            part = self._member.decompress(data, 0 if room is None else room + 1)
            if room is not None:
                room -= len(part)
                if room < 0:
                    raise TooLargeError
            parts.append(part)
            data = self._member.unused_data
        return parts[0] if len(parts) == 1 else b"".join(parts)
