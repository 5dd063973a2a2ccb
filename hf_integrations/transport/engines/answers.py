"""Reading an answer off a socket: its head, then its body as it comes.

http.client can do this too, and takes longer over a head, for which it uses the parser of e-mails,
than all the rest of a call takes (docs/engines.md).

Source: RFC 9112, HTTP/1.1.
"""

from __future__ import annotations

import re
from http.client import HTTPException
from socket import socket

from hf_integrations.transport.engines.headers import joined

READ = 65536
LONGEST_HEAD = 1 << 18

_STATUS = re.compile(r"HTTP/1\.([01]) (\d{3})(?: .*)?")
_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?")
_EARLY = "it ended before its end"


class Answer:
    """One answer; made when its head is there.

    Attributes:
        status: the final one; informational answers (1xx) before it are passed over.
        headers: by name in lower case.
        measured: whether the head says where the body ends; else the connection's end is its end.
        length: bytes of the body still to come, where the head says how many.
        will_close: whether the connection cannot carry another answer.
    """

    __slots__ = ("_chunks", "_link", "_over", "_rest", "headers", "length", "status", "will_close")

    def __init__(self, link: socket, method: str) -> None:
        self._link = link
        self._rest = b""
        version = self._head()
        while 100 <= self.status < 200:
            version = self._head()
        self._chunks = _Chunks() if self._says("transfer-encoding", "chunked") else None
        bodiless = method == "HEAD" or self.status in (204, 304)
        self.length = 0 if bodiless else None if self._chunks else self._length()
        self._over = self.length == 0
        kept = self._says("connection", "keep-alive") if version == "0" else True
        self.will_close = not kept or self._says("connection", "close") or not self.measured

    @property
    def measured(self) -> bool:
        """Whether the head says where the body ends."""
        return self._chunks is not None or self.length is not None

    @property
    def spent(self) -> bool:
        """Whether the body is at its end, and nothing came after it."""
        return self._over and not self._rest

    def read(self) -> bytes:
        """What has arrived of the body, after waiting for some; nothing at its end.

        Raises:
            HTTPException: the connection ended first, or what came is not HTTP.
        """
        if self._over:
            return b""
        if self._chunks is not None:
            return self._read_chunks(self._chunks)
        data, self._rest = self._rest or self._link.recv(READ), b""
        if self.length is not None:
            data, self._rest = data[: self.length], data[self.length :]
            self.length -= len(data)
            if not data:
                raise HTTPException(_EARLY)
        self._over = self.length == 0 or not data
        return data

    def _read_chunks(self, chunks: _Chunks) -> bytes:
        while True:
            data, self._rest = chunks.feed(self._rest)
            self._over = chunks.over
            if data or self._over:
                return data
            self._rest += self._more()

    def _head(self) -> str:
        """Read one head; the minor version of HTTP/1."""
        while (end := _end_of_head(self._rest)) is None:
            if len(self._rest) > LONGEST_HEAD:
                raise HTTPException("its head is too long")
            self._rest += self._more()
        lines = self._rest[: end[0]].decode("latin-1").replace("\r\n", "\n").split("\n")
        self._rest = self._rest[end[1] :]
        found = _STATUS.fullmatch(lines[0])
        if found is None:
            raise HTTPException("it is not HTTP")
        self.status = int(found[2])
        self.headers = joined(map(_header, lines[1:]))
        return found[1]

    def _more(self) -> bytes:
        data = self._link.recv(READ)
        if not data:
            raise HTTPException(_EARLY if self._rest else "the connection was closed")
        return data

    def _says(self, name: str, word: str) -> bool:
        value = self.headers.get(name, "")
        return word in (part.strip() for part in value.lower().split(",")) if value else False

    def _length(self) -> int | None:
        given = self.headers.get("content-length")
        if given is None:
            return None
        numbers = {part.strip() for part in given.split(",")}
        number = numbers.pop()
        if numbers or not (number.isascii() and number.isdecimal()):
            raise HTTPException("its length is no number")
        return int(number)


class _Chunks:
    """Takes chunks apart, however they are cut."""

    __slots__ = ("_gap", "_left", "_trailer", "over")

    def __init__(self) -> None:
        self.over = False
        self._left = 0  # bytes of the chunk still to come
        self._gap = False  # whether the line end after a chunk is still to come
        self._trailer = False

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """The content that is complete, and what could not be used yet."""
        parts, at = [], 0
        while not self.over:
            if self._left:
                part = data[at : at + self._left]
                if not part:
                    break
                parts.append(part)
                at += len(part)
                self._left -= len(part)
                self._gap = not self._left
                continue
            end = data.find(b"\n", at)
            if end < 0:
                break
            self._line(data[at:end].rstrip(b"\r"))
            at = end + 1
        if len(data) - at > LONGEST_HEAD and not self.over:
            raise HTTPException("the size of a chunk is too long")
        return b"".join(parts), data[at:]

    def _line(self, line: bytes) -> None:
        if self._trailer:
            self.over = not line
        elif self._gap:
            if line:
                raise HTTPException("a chunk is longer than it says")
            self._gap = False
        else:
            size = _SIZE.fullmatch(line)
            if size is None:
                raise HTTPException("the size of a chunk is no number")
            self._left = int(size[1], 16)
            self._trailer = not self._left


def _end_of_head(data: bytes) -> tuple[int, int] | None:
    """Where a head ends and what follows it begins; lines may end without a carriage return."""
    end = data.find(b"\r\n\r\n")
    bare = data.find(b"\n\n", 0, end if end >= 0 else len(data))
    if bare >= 0:
        return bare, bare + 2
    return (end, end + 4) if end >= 0 else None


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise HTTPException("a header of it has no name")
    return name, value.strip()
