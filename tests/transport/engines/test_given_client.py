"""A client of the caller's own is used as it is, and stays the caller's."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import httpx
import httpx2
import pytest

from hf_integrations.errors import ConfigurationError, InferenceTimeoutError, NetworkError
from hf_integrations.flow import Response, Timeout
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine
from hf_integrations.transport.engines.httpx import GIVEN_PLACES
from tests.transport.engines.asking import STREAMED, ask, ask_stream
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import END, OK, PATIENCE, STREAM, Peer, answer, chunk

SETTINGS = EngineSettings()
both = pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])


def talk(peer: Peer) -> None:
    """Answer whole or streamed, as often as asked."""
    while True:
        if peer.hear().body == b"stream":
            peer.say(STREAM + chunk(b"data: 1\n\n") + END)
        else:
            peer.say(OK)


@both
def test_a_given_client_is_used_and_not_closed(library: ModuleType, serve: MakeServer) -> None:
    """Its headers go along, the request's own win, and it works on after our end."""
    server = serve(talk)
    with library.Client(headers={"x-mine": "1", "content-type": "text/plain"}) as client:
        engine = make_engine(SETTINGS, http_client=client)
        assert engine.send(ask(server.url)).body == b"ok"
        body = engine.open(ask_stream(server.url, body=b"stream"))
        assert not isinstance(body, Response)
        assert b"".join(body) == b"data: 1\n\n"
        body.close()
        engine.close()
        engine.close()
        with pytest.raises(ConfigurationError, match="closed"):
            engine.send(ask(server.url))
        assert client.post(server.url).status_code == 200

    assert server.heard[0].headers["x-mine"] == "1"
    assert server.heard[0].headers["content-type"] == "application/json"


@both
async def test_a_given_async_client_is_used_and_not_closed(
    library: ModuleType, serve: MakeServer
) -> None:
    """The same in asyncio."""
    server = serve(talk)
    async with library.AsyncClient() as client:
        engine = make_async_engine(SETTINGS, http_client=client)
        assert (await engine.send(ask(server.url))).body == b"ok"
        body = await engine.open(ask_stream(server.url, body=b"stream"))
        assert not isinstance(body, Response)
        assert [part async for part in body] == [b"data: 1\n\n"]
        await body.close()
        await engine.close()
        await engine.close()
        with pytest.raises(ConfigurationError, match="closed"):
            await engine.send(ask(server.url))
        assert (await client.post(server.url)).status_code == 200


@both
def test_its_redirects_are_not_followed(library: ModuleType, serve: MakeServer) -> None:
    """Even where its owner wants that: the token stays with its host."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(answer(status="302 Found", headers="location: http://127.0.0.1:1/\r\n"))

    with library.Client(follow_redirects=True) as client:
        engine = make_engine(SETTINGS, http_client=client)
        assert engine.send(ask(serve(script).url)).status == 302


@both
def test_its_failures_are_ours(library: ModuleType) -> None:
    """Whichever library it is, the error is of our tree."""
    with library.Client() as client:
        engine = make_engine(SETTINGS, http_client=client)
        with pytest.raises(NetworkError, match="refused"):
            engine.send(ask("http://127.0.0.1:1"))
        with pytest.raises(ConfigurationError, match="base_url"):
            engine.send(ask("nowhere"))


@both
def test_a_client_its_owner_closed_is_named_so(library: ModuleType) -> None:
    """Not a traceback from the inside of a library."""
    client = library.Client()
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        make_engine(SETTINGS, http_client=client).send(ask("http://127.0.0.1:1"))


@both
def test_a_pool_that_is_used_up_is_said(library: ModuleType, serve: MakeServer) -> None:
    """Open streams hold every connection of a small pool: an error in time, not a deadlock."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM)
        peer.wait_until_gone()

    server = serve(script)
    with library.Client(limits=library.Limits(max_connections=1)) as client:
        engine = make_engine(SETTINGS, http_client=client)
        body = engine.open(ask(server.url, timeout=STREAMED))
        assert not isinstance(body, Response)
        with pytest.raises(InferenceTimeoutError, match=r"http_client was in use for 0\.2 s"):
            engine.send(ask(server.url, timeout=Timeout(connect=5, total=0.2)))
        body.close()


class Crowd:
    """A script that answers the first only when all places are taken, and counts."""

    def __init__(self) -> None:
        self.most = 0
        self._busy = 0
        self._full = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, peer: Peer) -> None:
        """One connection."""
        while True:
            peer.hear()
            with self._lock:
                self._busy += 1
                self.most = max(self.most, self._busy)
                if self._busy == GIVEN_PLACES:
                    self._full.set()
            assert self._full.wait(PATIENCE)
            with self._lock:
                self._busy -= 1
            peer.say(OK)


MORE = GIVEN_PLACES + 40


@both
def test_waiting_for_a_place_is_not_waiting_for_the_answer(
    library: ModuleType, serve: MakeServer
) -> None:
    """More calls than places: all come through, never more than the places at a time."""
    crowd = Crowd()
    request = ask(serve(crowd).url)
    # httpcore closes unused connections beyond max_keepalive_connections (20), and among them, once
    # in some thousand calls, one that another thread has just been given.
    with library.Client(limits=library.Limits(max_keepalive_connections=MORE)) as client:
        engine = make_engine(SETTINGS, http_client=client)
        with ThreadPoolExecutor(MORE) as threads:
            responses = list(threads.map(engine.send, [request] * MORE))

    assert [response.status for response in responses] == [200] * MORE
    assert crowd.most == GIVEN_PLACES


@both
async def test_places_in_asyncio(library: ModuleType, serve: MakeServer) -> None:
    """The same in asyncio."""
    crowd = Crowd()
    request = ask(serve(crowd).url)
    async with library.AsyncClient() as client:
        engine = make_async_engine(SETTINGS, http_client=client)
        responses = await asyncio.gather(*[engine.send(request) for _ in range(MORE)])

    assert [response.status for response in responses] == [200] * MORE
    assert crowd.most == GIVEN_PLACES


async def test_the_wrong_kind_of_client_is_named() -> None:
    """The other colour, or something else: said at once, with the argument's name."""
    with httpx.Client() as plain, pytest.raises(ConfigurationError, match=r"http_client.*Async"):
        make_async_engine(SETTINGS, http_client=plain)
    async with httpx.AsyncClient() as client:
        with pytest.raises(ConfigurationError, match=r"http_client is a AsyncClient"):
            make_engine(SETTINGS, http_client=client)
    with pytest.raises(ConfigurationError, match="http_client"):
        make_engine(SETTINGS, http_client="https://example.org")
