"""Reading an answer: its head, then its body as it comes. Pure: both colours feed it.

http.client can do this too, and takes longer over a head, for which it uses the parser of e-mails,
than all the rest of a call takes (docs/performance.md).

Source: RFC 9112, HTTP/1.1.
"""

from __future__ import annotations

import re

from hf_integrations.transport.engines.unpacking import Gunzip, TooLargeError

LONGEST_HEAD = 1 << 18

_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?")
_EARLY = "it ended before its end"


class AnswerError(Exception):
    """What came is not HTTP, or it ended before its end."""


class Answer:
    """One answer; it is fed what arrives, however that is cut.

    Args:
        method: of the request, on which it depends what has a body.
        most: bytes that the body may have, unpacked; None for any.

    Attributes:
        status: the final one, 0 until its head is there; informational answers (1xx) before it
            are passed over.
        headers: by name in lower case.
        over: whether the body is at its end.
        flows: it is handed on as it comes; then `most` is for each piece, not for all of them.
        pauses: how often the server was made to wait, as nobody read.
    """

    __slots__ = (
        "_chunks", "_keeps", "_left", "_method", "_most", "_rest", "_room", "_some", "_unpack",
        "flows", "headers", "over", "pauses", "status",
    )  # fmt: skip

    def __init__(self, method: str, most: int | None = None, *, flows: bool = False) -> None:
        self.status = self.pauses = 0
        self.over = False
        self.flows = flows
        self._method = method
        self._most = self._room = most
        self._rest = b""  # what could not be used yet
        self._some = False  # whether there was any content
        self._keeps = True
        self._chunks: _Chunks | None = None
        self._left: int | None = None  # bytes still to come, where the head says how many
        self._unpack: Gunzip | None = None

    @property
    def keeps(self) -> bool:
        """Whether the connection can carry another answer: this one is over, nothing came after."""
        return self.over and self._keeps and not self._rest

    def feed(self, data: bytes) -> bytes:
        """Take what arrived; the content of the body that it completes, unpacked.

        Raises:
            AnswerError: it is not HTTP.
            TooLargeError: there is more than there may be.
            zlib.error: the body is not packed as the head says.
        """
        if self._rest:
            data, self._rest = self._rest + data, b""
        if not self.status and not (data := self._begin(data)):
            return b""
        content = self._content(data)
        if self._unpack is not None:
            content = self._unpack.feed(content, self._room)
            if self.over and not self._unpack.whole:
                raise AnswerError(_EARLY)
        if self._room is not None and not self.flows:
            self._room -= len(content)
            if self._room < 0:
                raise TooLargeError
        return content

    def end(self) -> None:
        """Take it that the connection ended, which may be how the end of a body is told.

        Raises:
            AnswerError: it ended before the answer did.
        """
        if self.over:
            return
        if not self.status and not self._rest:
            raise AnswerError("the connection was closed")
        measured = self._chunks is not None or self._left is not None
        # Without a length and without a body, the head may have been cut.
        headless = not self.status or (not self._some and self.status < 300)
        packed = self._unpack is not None and not self._unpack.whole
        if measured or headless or packed:
            raise AnswerError(_EARLY)
        self.over = True

    def _begin(self, data: bytes) -> bytes:
        """Read the head, and those of informational answers before it; what follows it."""
        while (end := _end_of_head(data)) is not None:
            version = self._head(data[: end[0]])
            data = data[end[1] :]
            if self.status >= 200:
                self._measure(version)
                return data
            self.status = 0
        if len(data) > LONGEST_HEAD:
            raise AnswerError("its head is too long")
        self._rest = data
        return b""

    def _head(self, text: bytes) -> str:
        """Take a head apart; the minor version of HTTP/1."""
        lines = text.decode("latin-1").replace("\r\n", "\n").split("\n")
        version, status = _status(lines[0])
        headers: dict[str, str] = {}
        self.headers = headers
        name = ""
        for line in lines[1:]:
            if line[:1] in (" ", "\t") and name:  # folded, as was once allowed (RFC 9112, 5.2)
                headers[name] = f"{headers[name]} {line.strip()}".strip()
                continue
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise AnswerError("a header of it has no name")
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        self.status = status
        return version

    def _measure(self, version: str) -> None:
        """Find out how the end of the body will be told, and what of the connection then."""
        headers = self.headers
        self.flows = self.flows and self.status < 300  # a refusal is read whole
        tunnel = self._method == "CONNECT" and self.status < 300
        if self._method == "HEAD" or self.status in (204, 304) or tunnel:
            self._left = 0
        elif "transfer-encoding" in headers and _says(headers["transfer-encoding"], "chunked"):
            self._chunks = _Chunks()
        elif "content-length" in headers:
            self._left = _length(headers["content-length"])
        self.over = self._left == 0
        if not self.over and headers.get("content-encoding", "").lower() in ("gzip", "x-gzip"):
            self._unpack = Gunzip()
        if not self.flows and self._most is not None and (self._left or 0) > self._most:
            raise TooLargeError
        connection = headers.get("connection", "")
        kept = version == "1" or _says(connection, "keep-alive")
        measured = self._chunks is not None or self._left is not None
        twice = self._chunks is not None and "content-length" in headers  # RFC 9112 §6.3
        closes = bool(connection) and _says(connection, "close")
        self._keeps = kept and measured and not twice and not closes

    def _content(self, data: bytes) -> bytes:
        if self._chunks is not None and not self.over:
            data, self._rest = self._chunks.feed(data)
            self.over = self._chunks.over
        elif self._left is not None:
            data, self._rest = data[: self._left], data[self._left :]
            self._left -= len(data)
            self.over = self._left == 0
        self._some = True
        return data


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
            raise AnswerError("the size of a chunk is too long")
        return b"".join(parts), data[at:]

    def _line(self, line: bytes) -> None:
        if self._trailer:
            self.over = not line
        elif self._gap:
            if line:
                raise AnswerError("a chunk is longer than it says")
            self._gap = False
        else:
            size = _SIZE.fullmatch(line)
            if size is None:
                raise AnswerError("the size of a chunk is no number")
            self._left = int(size[1], 16)
            self._trailer = not self._left


def _end_of_head(data: bytes) -> tuple[int, int] | None:
    """Where a head ends and what follows it begins; lines may end without a carriage return."""
    end = data.find(b"\r\n\r\n")
    bare = data.find(b"\n\n", 0, end if end >= 0 else len(data))
    if bare >= 0:
        return bare, bare + 2
    return (end, end + 4) if end >= 0 else None


def _status(line: str) -> tuple[str, int]:
    """The minor version of HTTP/1 and the status, of the first line of an answer."""
    version, status = line[7:8], line[9:12]
    known = line[:7] == "HTTP/1." and version in ("0", "1") and line[8:9] == " "
    if not (known and len(status) == 3 and status.isdecimal() and line[12:13] in ("", " ")):
        raise AnswerError("it is not HTTP")
    return version, int(status)


def _says(value: str, word: str) -> bool:
    """Whether a word is among those of a header."""
    return word in map(str.strip, value.lower().split(","))


def _length(given: str) -> int:
    number = given
    if "," in given:  # said twice, which is no harm if it is the same
        number, *others = {part.strip() for part in given.split(",")}
        if others:
            raise AnswerError("its length is no number")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise AnswerError("its length is no number")
    return int(number)
