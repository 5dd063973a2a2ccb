"""Every way to send the same request: our engines, and the libraries as anybody would use them."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Protocol

from benchmarks.bare import AsyncBareClient, BareClient
from hf_integrations.flow import Request, Response, Timeout
from hf_integrations.transport.engines import (
    EngineKind,
    EngineSettings,
    make_async_engine,
    make_engine,
)

HEADERS = (("authorization", "Bearer hf_benchmark"), ("content-type", "application/json"))
WHOLE = Timeout(connect=10, total=60)
STREAMED = Timeout(connect=10, silence=300)


class Client(Protocol):
    """A plain client of the benchmark's server."""

    def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""

    def stream(self, path: str, body: bytes) -> Iterator[bytes]:
        """One streamed answer."""

    def close(self) -> None:
        """Close the connections."""


class AsyncClient(Protocol):
    """The same in asyncio."""

    async def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""

    def stream(self, path: str, body: bytes) -> AsyncIterator[bytes]:
        """One streamed answer."""

    async def close(self) -> None:
        """Close the connections."""


class ByEngine:
    """One of our engines, plain."""

    def __init__(self, kind: EngineKind, url: str) -> None:
        self._engine = make_engine(EngineSettings(kind=kind))
        self._url = url

    def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        return self._engine.send(Request("POST", self._url + path, WHOLE, HEADERS, body)).body

    def stream(self, path: str, body: bytes) -> Iterator[bytes]:
        """One streamed answer."""
        answer = self._engine.open(Request("POST", self._url + path, STREAMED, HEADERS, body))
        assert not isinstance(answer, Response)
        yield from answer
        answer.close()

    def close(self) -> None:
        """Close the connections."""
        self._engine.close()


class ByAsyncEngine:
    """One of our engines in asyncio."""

    def __init__(self, kind: EngineKind, url: str) -> None:
        self._engine = make_async_engine(EngineSettings(kind=kind))
        self._url = url

    async def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        request = Request("POST", self._url + path, WHOLE, HEADERS, body)
        return (await self._engine.send(request)).body

    async def stream(self, path: str, body: bytes) -> AsyncIterator[bytes]:
        """One streamed answer."""
        answer = await self._engine.open(Request("POST", self._url + path, STREAMED, HEADERS, body))
        assert not isinstance(answer, Response)
        async for data in answer:
            yield data
        await answer.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.close()


class ByHttpx:
    """A stock client of httpx or httpx2, plain."""

    def __init__(self, library: str, url: str) -> None:
        self._client: Any = importlib.import_module(library).Client(timeout=60)
        self._url = url

    def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        content: bytes = self._client.post(
            self._url + path, content=body, headers=dict(HEADERS)
        ).content
        return content

    def stream(self, path: str, body: bytes) -> Iterator[bytes]:
        """One streamed answer."""
        url = self._url + path
        with self._client.stream("POST", url, content=body, headers=dict(HEADERS)) as answer:
            yield from answer.iter_bytes()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class ByAsyncHttpx:
    """A stock client of httpx or httpx2 in asyncio."""

    def __init__(self, library: str, url: str) -> None:
        self._client: Any = importlib.import_module(library).AsyncClient(timeout=60)
        self._url = url

    async def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        answer = await self._client.post(self._url + path, content=body, headers=dict(HEADERS))
        content: bytes = answer.content
        return content

    async def stream(self, path: str, body: bytes) -> AsyncIterator[bytes]:
        """One streamed answer."""
        url = self._url + path
        async with self._client.stream("POST", url, content=body, headers=dict(HEADERS)) as answer:
            async for data in answer.aiter_bytes():
                yield data

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class ByAsyncPyreqwest:
    """The asyncio side of pyreqwest, which is no engine of ours (docs/engines.md)."""

    def __init__(self, url: str) -> None:
        self._client: Any = importlib.import_module("pyreqwest.client").ClientBuilder().build()
        self._url = url

    async def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        builder = self._client.post(self._url + path).headers(HEADERS).body_bytes(body)
        content: bytes = (await (await builder.build().send()).bytes()).to_bytes()
        return content

    async def stream(self, path: str, body: bytes) -> AsyncIterator[bytes]:
        """One streamed answer."""
        builder = self._client.post(self._url + path).headers(HEADERS).body_bytes(body)
        async with builder.streamed_read_buffer_limit(0).build_streamed() as answer:
            read = answer.body_reader.read_chunk
            while (data := await read()) is not None:
                yield data.to_bytes()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


class ByPyqwest:
    """Pyqwest, plain."""

    def __init__(self, url: str) -> None:
        self._client: Any = importlib.import_module("pyqwest").SyncClient()
        self._url = url

    def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        content: bytes = self._client.post(self._url + path, dict(HEADERS), body).content
        return content

    def stream(self, path: str, body: bytes) -> Iterator[bytes]:
        """One streamed answer."""
        with self._client.stream("POST", self._url + path, dict(HEADERS), body) as answer:
            for data in answer.content:
                yield bytes(data)

    def close(self) -> None:
        """Nothing: its connections belong to the process."""


class ByAsyncPyqwest:
    """Pyqwest in asyncio."""

    def __init__(self, url: str) -> None:
        self._client: Any = importlib.import_module("pyqwest").Client()
        self._url = url

    async def call(self, path: str, body: bytes) -> bytes:
        """One whole exchange."""
        answer = await self._client.post(self._url + path, dict(HEADERS), body)
        content: bytes = answer.content
        return content

    async def stream(self, path: str, body: bytes) -> AsyncIterator[bytes]:
        """One streamed answer."""
        async with self._client.stream("POST", self._url + path, dict(HEADERS), body) as answer:
            async for data in answer.content:
                yield bytes(data)

    async def close(self) -> None:
        """Nothing: its connections belong to the process."""


PLAIN: Mapping[str, Callable[[str], Client]] = {
    "bare socket": BareClient,
    "engine stdlib (default)": lambda url: ByEngine("stdlib", url),
    "engine pyreqwest": lambda url: ByEngine("pyreqwest", url),
    "engine httpx": lambda url: ByEngine("httpx", url),
    "httpx as it comes": lambda url: ByHttpx("httpx", url),
    "httpx2 as it comes": lambda url: ByHttpx("httpx2", url),
    "pyqwest as it comes": ByPyqwest,
}
IN_ASYNCIO: Mapping[str, Callable[[str], AsyncClient]] = {
    "bare socket": AsyncBareClient,
    "engine stdlib (default)": lambda url: ByAsyncEngine("stdlib", url),
    "engine aiohttp": lambda url: ByAsyncEngine("aiohttp", url),
    "engine httpx": lambda url: ByAsyncEngine("httpx", url),
    "httpx as it comes": lambda url: ByAsyncHttpx("httpx", url),
    "httpx2 as it comes": lambda url: ByAsyncHttpx("httpx2", url),
    "pyreqwest as it comes": ByAsyncPyreqwest,
    "pyqwest as it comes": ByAsyncPyqwest,
}
