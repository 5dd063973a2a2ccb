"""The least a client can do: sockets by hand. What all others are measured against.

It knows this server and nothing else: no TLS, no timeouts, no proxies, no header but two.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from typing import cast
from urllib.parse import urlsplit


def request(path: str, body: bytes) -> bytes:
    """A whole POST."""
    head = f"POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def complete(buffer: bytes) -> bytes | None:
    """The body of a whole answer, when all of it is there."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    at = buffer.index(b"content-length: ") + 16
    length = int(buffer[at : buffer.index(b"\r", at)])
    return buffer[end + 4 :] if len(buffer) >= end + 4 + length else None


class Chunks:
    """Takes HTTP chunks apart."""

    def __init__(self) -> None:
        self.over = False
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """The content that is complete."""
        data = self._rest + data
        parts, at = [], 0
        while (line := data.find(b"\r\n", at)) >= 0:
            size = int(data[at:line], 16)
            if size == 0:
                self.over = True
                break
            if len(data) < line + 4 + size:
                break
            parts.append(data[line + 2 : line + 2 + size])
            at = line + 4 + size
        self._rest = data[at:]
        return b"".join(parts)


class BareClient:
    """One connection, plain."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        self._socket.sendall(request(path, body))
        buffer = self._socket.recv(65536)
        while (answer := complete(buffer)) is None:
            buffer += self._socket.recv(65536)
        return answer

    def stream(self, path: str, body: bytes) -> Iterator[bytes]:
        """One streamed answer."""
        self._socket.sendall(request(path, body))
        head = self._socket.recv(65536)
        while b"\r\n\r\n" not in head:
            head += self._socket.recv(65536)
        chunks = Chunks()
        data = head.split(b"\r\n\r\n", 1)[1]
        while True:
            if content := chunks.feed(data):
                yield content
            if chunks.over:
                return
            data = self._socket.recv(65536)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


class Line(asyncio.Protocol):
    """One connection in asyncio."""

    def __init__(self) -> None:
        self.buffer = b""
        self.news: asyncio.Future[None] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Wake who waits."""
        self.buffer += data
        if self.news is not None and not self.news.done():
            self.news.set_result(None)

    async def more(self) -> None:
        """Wait for data."""
        self.news = asyncio.get_running_loop().create_future()
        await self.news


class AsyncBareClient:
    """As many connections as there are calls in flight, in asyncio."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._idle: list[Line] = []

    async def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        line = await self._line()
        line.transport.write(request(path, body))
        while (answer := complete(line.buffer)) is None:
            await line.more()
        line.buffer = b""
        self._idle.append(line)
        return answer

    async def stream(self, path: str, body: bytes) -> AsyncIterator[bytes]:
        """One streamed answer."""
        line = await self._line()
        line.transport.write(request(path, body))
        while b"\r\n\r\n" not in line.buffer:
            await line.more()
        chunks = Chunks()
        line.buffer = line.buffer.split(b"\r\n\r\n", 1)[1]
        while True:
            data, line.buffer = line.buffer, b""
            if content := chunks.feed(data):
                yield content
            if chunks.over:
                break
            if not line.buffer:
                await line.more()
        self._idle.append(line)

    async def close(self) -> None:
        """Close the connections."""
        for line in self._idle:
            line.transport.close()

    async def _line(self) -> Line:
        if self._idle:
            return self._idle.pop()
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(Line, self._host, self._port))[1]
