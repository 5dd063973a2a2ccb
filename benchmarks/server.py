"""A fast loopback server of our own, so that a measurement sees the client and not the server.

Raw asyncio (uvloop when it is installed), one process, no framework. Every route takes its options
in the query, or in the first part of the path, for clients that make their own:

    /chat?delay=500                     a chat reply of about 500 bytes, after so many ms; it is
                                        also at /v1/chat/completions, where whole clients ask
    /embeddings?n=256&d=1024&as=base64  vectors, as base64 or as float; n is else taken from `input`
    /embeddings?limit=32                422 when a request holds more inputs than that
    /stream?events=5000&each=50         server-sent events of about 290 bytes, so many per write
    /stream?events=200&pace=2           one write every so many ms
    /pace=2&events=200/v1/…             whole clients: a chat that asks for a stream gets one;
                                        vectors come as `encoding_format` says; /features is bare
    /stats                              requests, connections, and the most requests in flight
    /reset                              sets these to nothing

`python -m benchmarks.server` prints its port and serves until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import os
import random
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import cast
from urllib.parse import parse_qsl, urlsplit

HEAD = b"HTTP/1.1 %d OK\r\ncontent-type: %s\r\n"
# Where the routes of whole clients end, and what they are here.
ROUTES = {"/chat/completions": "/chat", "/v1/embeddings": "/embeddings", "/features": "/features"}
STREAMED = re.compile(rb'"stream": ?true')
SENTENCE = "The quick brown fox jumps over the lazy dog while the model keeps on talking. "


@dataclass(slots=True)
class Stats:
    """What the server saw since `/reset`."""

    requests: int = 0
    connections: int = 0
    in_flight: int = 0
    most_in_flight: int = 0


@functools.cache
def chat() -> bytes:
    """A chat reply of about 500 bytes."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": SENTENCE * 3},
        "finish_reason": "stop",
    }
    usage = {"prompt_tokens": 12, "completion_tokens": 48, "total_tokens": 60}
    return whole(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "bench/model",
            "choices": [choice],
            "usage": usage,
        }
    )


@functools.cache
def embeddings(n: int, d: int, encoding: str) -> bytes:
    """A reply of n vectors of d float32 numbers."""
    numbers = random.Random(n * d)
    data = []
    for index in range(n):
        row = [numbers.uniform(-1, 1) for _ in range(d)]
        packed = base64.b64encode(struct.pack(f"<{d}f", *row)).decode()
        vector = packed if encoding == "base64" else row
        data.append({"object": "embedding", "index": index, "embedding": vector})
    if encoding == "bare":
        return whole([item["embedding"] for item in data])
    usage = {"prompt_tokens": 9 * n, "total_tokens": 9 * n}
    return whole({"object": "list", "model": "bench/model", "data": data, "usage": usage})


@functools.cache
def event(index: int) -> bytes:
    """One server-sent event of about 290 bytes, as an HTTP chunk of its own."""
    delta = {"role": "assistant", "content": f" token {index:06d} of a model that talks"}
    line = json.dumps(
        {
            "id": "chatcmpl-0123456789abcdef0123456789abcdef",
            "object": "chat.completion.chunk",
            "created": 1_700_000_000,
            "model": "bench/model-with-a-rather-usual-name",
            "system_fingerprint": "fp_0123456789",
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}],
        }
    )
    return chunk(f"data: {line}\n\n".encode())


def chunk(data: bytes) -> bytes:
    """Data in HTTP chunked encoding."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def whole(body: object, status: int = 200) -> bytes:
    """A complete answer with a JSON body."""
    data = json.dumps(body).encode()
    return HEAD % (status, b"application/json") + b"content-length: %d\r\n\r\n" % len(data) + data


class Connection(asyncio.Protocol):
    """One connection: reads requests by their content-length, and answers them one by one."""

    def __init__(self, stats: Stats) -> None:
        self.stats = stats
        self.buffer = b""
        self.tasks: set[asyncio.Task[None]] = set()
        self.transport: asyncio.Transport
        self.writable = asyncio.Event()
        self.writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self.stats.connections += 1

    def pause_writing(self) -> None:
        """The client does not read: what is not written needs no memory."""
        self.writable.clear()

    def resume_writing(self) -> None:
        """The client reads again."""
        self.writable.set()

    def connection_lost(self, error: Exception | None) -> None:
        """End what was being answered."""
        for task in self.tasks:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer when a request is complete."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + length:
            return
        target = self.buffer.split(b" ", 2)[1].decode()
        body = self.buffer[end + 4 : end + 4 + length]
        self.buffer = b""
        self.answer(target, body)

    def answer(self, target: str, body: bytes) -> None:
        """Answer at once, or begin a task that does."""
        route, options = parse(target)
        if route == "/stats":
            self.transport.write(whole(asdict(self.stats)))
        elif route == "/reset":
            self.stats.requests = self.stats.connections = self.stats.most_in_flight = 0
            self.transport.write(whole({}))
        else:
            self.count()
            if route == "/chat" and STREAMED.search(body):
                route = "/stream"
            if route == "/stream" or "delay" in options:
                task = asyncio.ensure_future(self.slowly(route, options, body))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
            else:
                self.transport.write(reply(route, options, body))
                self.stats.in_flight -= 1

    def count(self) -> None:
        """One request more."""
        stats = self.stats
        stats.requests += 1
        stats.in_flight += 1
        stats.most_in_flight = max(stats.most_in_flight, stats.in_flight)

    async def slowly(self, route: str, options: dict[str, str], body: bytes) -> None:
        """Answer after a delay, or as a stream."""
        try:
            await asyncio.sleep(float(options.get("delay", 0)) / 1000)
            if route == "/stream":
                await self.stream(options)
            else:
                self.transport.write(reply(route, options, body))
        finally:
            self.stats.in_flight -= 1

    async def stream(self, options: dict[str, str]) -> None:
        """Write the events; when paced, the first after one pause, so that it is on its own."""
        events, each = int(options.get("events", 100)), int(options.get("each", 1))
        pace = float(options.get("pace", 0)) / 1000
        loop = asyncio.get_running_loop()
        self.transport.write(
            HEAD % (200, b"text/event-stream") + b"transfer-encoding: chunked\r\n\r\n"
        )
        due = loop.time()
        for start in range(0, events, each):
            due += pace
            await asyncio.sleep(max(0, due - loop.time()) if pace else 0)
            self.transport.write(b"".join(map(event, range(start, min(events, start + each)))))
            await self.writable.wait()
        self.transport.write(chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")


@functools.lru_cache(maxsize=1024)
def parse(target: str) -> tuple[str, dict[str, str]]:
    """Route and options of a request target."""
    parts = urlsplit(target)
    _, first, *_ = parts.path.split("/")
    options = dict(parse_qsl(parts.query)) | dict(parse_qsl(first))
    for end, route in ROUTES.items():
        if parts.path.endswith(end):
            return route, options
    return parts.path, options


def reply(route: str, options: dict[str, str], body: bytes) -> bytes:
    """The whole answer of one route."""
    if route == "/chat":
        return chat()
    if route not in ("/embeddings", "/features"):
        return whole({"error": "no such route"}, 404)
    asked = {} if "n" in options else json.loads(body)
    n = int(options["n"]) if "n" in options else len(asked.get("input", asked.get("inputs")))
    if n > int(options.get("limit", n)):
        return whole({"error": f"batch size {n} > maximum allowed {options['limit']}"}, 422)
    form = "bare" if route == "/features" else str(asked.get("encoding_format", "float"))
    return embeddings(n, int(options.get("d", 1024)), options.get("as", form))


async def serve() -> None:
    """Serve until standard input is closed, so that no server outlives who started it."""
    loop = asyncio.get_running_loop()
    stats = Stats()
    server = await loop.create_server(lambda: Connection(stats), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    closed = asyncio.Event()

    def watch() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=watch, daemon=True).start()
    await closed.wait()


@contextmanager
def running() -> Iterator[str]:
    """A server in a process of its own, on a core of its own; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    before = cores()
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        pin(process.pid, before[:1])
        pin(0, before[1:])
        yield f"http://127.0.0.1:{port}"
    finally:
        pin(0, before)
        process.communicate()


def cores() -> list[int]:
    """The cores this process may use; empty where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def pin(pid: int, where: list[int]) -> None:
    """Keep a process to some cores; nothing happens where there is no choice."""
    if where:
        os.sched_setaffinity(pid, where)


def main() -> None:
    """Serve with uvloop where it is installed, else with asyncio."""
    runner = asyncio.run
    with suppress(ImportError):
        import uvloop  # type: ignore[import-not-found,unused-ignore]

        runner = uvloop.run
    runner(serve())


if __name__ == "__main__":
    main()
