"""Fetching from strangers, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from hf_integrations.errors import (
    ConfigurationError,
    InferenceTimeoutError,
    NetworkError,
    ValidationError,
)
from hf_integrations.flow import Response, Timeout
from hf_integrations.transport.engines import EngineSettings
from hf_integrations.transport.engines.errands import GUARDED, Fetch
from hf_integrations.transport.engines.guarded import AsyncGuarded, Guarded, LookUp
from tests.transport.engines.scripted import OK, Peer, answer, chunk
from tests.transport.media.conftest import Serve

Send = Callable[..., Response]


def _send_plain(request: Fetch, look_up: LookUp | None = None, **settings: Any) -> Response:
    return Guarded(EngineSettings(**settings), look_up).send(request)


def _send_looped(request: Fetch, look_up: LookUp | None = None, **settings: Any) -> Response:
    return asyncio.run(AsyncGuarded(EngineSettings(**settings), look_up).send(request))


@pytest.fixture(params=[_send_plain, _send_looped], ids=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Send:
    """Fetches, once in each colour."""
    colour: Send = request.param
    return colour


def fetch(url: str, **facts: Any) -> Fetch:
    """A fetch that may go to this machine unless it says otherwise."""
    given: dict[str, Any] = {
        "timeout": Timeout(5.0, total=5.0), "max_bytes": 1000, "allow_private": True,
    }  # fmt: skip
    return Fetch("GET", GUARDED + url, **(given | facts))


def says(*parts: bytes) -> Callable[[Peer], None]:
    """A script that says this after one request."""

    def script(peer: Peer) -> None:
        peer.hear()
        for part in parts:
            peer.say(part)

    return script


def leading_to(*addresses: str) -> LookUp:
    """A resolver that knows one answer."""

    def look_up(host: str, port: int) -> Any:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)) for address in addresses
        ]

    return look_up


def test_a_file_is_fetched(send: Send, serve: Serve) -> None:
    """With its headers, in lower case."""
    server = serve(says(answer(b"picture", headers="Content-Type: image/png\r\n")))
    response = send(fetch(f"{server.url}/a b.png?x=ü#top"))

    assert (response.status, response.body) == (200, b"picture")
    assert response.headers["content-type"] == "image/png"
    assert server.heard[0].target == "/a%20b.png?x=%C3%BC"


def test_nothing_goes_along_but_what_was_given(send: Send, serve: Serve) -> None:
    """No token, no cookie, no referrer; and no compression is offered."""
    server = serve(says(OK))
    send(fetch(server.url, headers=(("user-agent", "test"),)))

    assert server.heard[0].headers == {
        "host": server.host,
        "accept-encoding": "identity",
        "connection": "close",
        "user-agent": "test",
    }
    assert server.heard[0].body == b""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"])
def test_this_machine_is_refused(send: Send, serve: Serve, host: str) -> None:
    """However it is written; nobody connects."""
    server = serve(says(OK))
    with pytest.raises(ValidationError, match=r"not on the public Internet.*allow_private_urls"):
        send(fetch(f"http://{host}:{server.port}/", allow_private=False))

    assert server.connections == 0


@pytest.mark.parametrize("host", ["[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])  # noqa: S104
def test_other_ways_to_this_machine_are_refused(send: Send, host: str) -> None:
    """IPv6, IPv4 in its clothes, and the address that means any."""
    with pytest.raises((ValidationError, NetworkError)):
        send(fetch(f"http://{host}:9/", allow_private=False))


def test_one_private_address_makes_a_name_suspect(send: Send, serve: Serve) -> None:
    """A public address beside it does not help."""
    server = serve(says(OK))
    request = fetch(f"http://pictures.test:{server.port}/", allow_private=False)

    with pytest.raises(ValidationError, match=r"pictures\.test:\d+ is not on the public"):
        send(request, leading_to("93.184.216.34", "127.0.0.1"))
    assert server.connections == 0


def test_a_name_is_looked_up_once(send: Send, serve: Serve) -> None:
    """What was checked is what is connected to: a resolver cannot change its mind between."""
    server = serve(says(OK))
    asked: list[str] = []

    def look_up(host: str, port: int) -> Any:
        asked.append(host)
        return leading_to("127.0.0.1" if len(asked) == 1 else "127.0.0.2")(host, port)

    response = send(fetch(f"http://pictures.test:{server.port}/"), look_up)

    assert response.body == b"ok"
    assert asked == ["pictures.test"]
    assert server.heard[0].headers["host"] == f"pictures.test:{server.port}"


def test_the_next_address_is_tried(send: Send, serve: Serve) -> None:
    """When one does not answer."""
    server = serve(says(OK))
    look_up = leading_to("127.0.0.9", "127.0.0.1")  # on the first nobody listens

    assert send(fetch(f"http://pictures.test:{server.port}/"), look_up).body == b"ok"


def test_nobody_answers(send: Send) -> None:
    """At any address, or there is none: a typed error that names the host."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(NetworkError, match=f"no answer from 127.0.0.1:{port}"):
        send(fetch(f"http://127.0.0.1:{port}/"))
    with pytest.raises(NetworkError, match=r"no answer from pictures\.test: the name has no"):
        send(fetch("http://pictures.test/"), leading_to())


def test_a_name_that_does_not_exist(send: Send) -> None:
    """RFC 6761 reserves `invalid`; a label may have 63 characters."""
    with pytest.raises(NetworkError, match=r"no answer from no-such-host\.invalid"):
        send(fetch("http://no-such-host.invalid/"))


def test_tls_shows_and_checks_the_name(
    send: Send, serve: Serve, authority: trustme.CA, tmp_path: Path
) -> None:
    """Though the connection goes to an address; the client's own certificate stays at home."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("pictures.test").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    names: list[str | None] = []
    context.sni_callback = lambda link, name, _: names.append(name)
    ca_file, client_cert = tmp_path / "ca.pem", tmp_path / "client.pem"
    authority.cert_pem.write_to_path(ca_file)
    authority.issue_cert("client.test").private_key_and_cert_chain_pem.write_to_path(client_cert)
    server = serve(says(OK), context=context)
    settings = {"ca_file": str(ca_file), "client_cert": str(client_cert)}
    look_up = leading_to("127.0.0.1")

    assert send(fetch(f"https://pictures.test:{server.port}/"), look_up, **settings).body == b"ok"
    assert names == ["pictures.test"]
    with pytest.raises(NetworkError) as caught:
        send(fetch(f"https://other.test:{server.port}/"), look_up, **settings)
    assert not caught.value.retryable
    with pytest.raises(NetworkError):
        send(fetch(f"https://pictures.test:{server.port}/"), look_up)


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "500 No"])
def test_what_is_no_success_is_not_read(send: Send, serve: Serve, status: str) -> None:
    """Neither followed nor read: status and headers only."""
    server = serve(says(answer(b"x" * 5000, status=status, headers="Location: /other\r\n")))
    response = send(fetch(server.url))

    assert (response.status, response.body) == (int(status[:3]), b"")
    assert response.headers["location"] == "/other"
    assert server.connections == 1


def test_a_file_that_announces_too_much(send: Send, serve: Serve) -> None:
    """Nothing of it is read."""
    server = serve(says(b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n"))

    with pytest.raises(ValidationError, match="more than 1,000 bytes"):
        send(fetch(server.url))


def test_a_file_that_announces_nothing_and_does_not_end(send: Send, serve: Serve) -> None:
    """The reading stops at the limit, and the connection is cut."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunk(b"x" * 1001))
        peer.wait_until_gone()

    with pytest.raises(ValidationError, match="more than 1,000 bytes"):
        send(fetch(serve(script).url))


def test_a_file_of_just_the_limit(send: Send, serve: Serve) -> None:
    """Is taken."""
    assert len(send(fetch(serve(says(answer(b"x" * 1000))).url)).body) == 1000


def test_a_file_that_is_compressed_unasked(send: Send, serve: Serve) -> None:
    """A kilobyte of it could hold a megabyte."""
    server = serve(says(answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n")))

    with pytest.raises(ValidationError, match="compressed"):
        send(fetch(server.url))


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf ",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhalf ",
    ],
)
def test_an_answer_that_breaks_off_or_is_none(send: Send, serve: Serve, words: bytes) -> None:
    """A typed error that may be tried again."""
    with pytest.raises(NetworkError) as caught:
        send(fetch(serve(says(words)).url))

    assert caught.value.retryable


@pytest.mark.parametrize(
    "beginning", [b"", b"HTTP/1.1 200 OK\r\nx-a: ", b"HTTP/1.1 200 OK\r\n\r\nx"]
)
def test_a_server_that_is_silent(send: Send, serve: Serve, beginning: bytes) -> None:
    """Before, in or after the headers: the whole has one deadline."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(beginning)
        peer.wait_until_gone()

    with pytest.raises(InferenceTimeoutError, match=r"within 0\.3 s"):
        send(fetch(serve(script).url, timeout=Timeout(5.0, total=0.3)))


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nx-drip: ", b"x"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", chunk(b"x")),
    ],
)
def test_a_server_that_drips(send: Send, serve: Serve, beginning: bytes, drop: bytes) -> None:
    """Every byte is on time, and the whole never comes: the deadline holds all the same."""
    done = threading.Event()

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(beginning)
        while not done.wait(0.02):
            peer.say(drop)

    try:
        with pytest.raises(InferenceTimeoutError, match=r"within 0\.3 s"):
            send(fetch(serve(script).url, timeout=Timeout(5.0, total=0.3)))
    finally:
        done.set()


def test_a_deadline_that_has_passed_already(send: Send, serve: Serve) -> None:
    """Nothing is begun."""
    with pytest.raises(InferenceTimeoutError):
        send(fetch(serve(says(OK)).url, timeout=Timeout(5.0, total=1e-9)))


def test_no_deadline_is_one_too(send: Send, serve: Serve) -> None:
    """A request without a total waits as long as it takes."""
    assert send(fetch(serve(says(OK)).url, timeout=Timeout(5.0))).body == b"ok"


def test_an_address_that_swallows_connections(send: Send) -> None:
    """The connection has a deadline of its own."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        with pytest.raises(InferenceTimeoutError, match=r"no connection to .* within 0\.2 s"):
            send(fetch(f"http://127.0.0.1:{port}/", timeout=Timeout(0.2, total=5.0)))
        for filler in fillers:
            filler.close()


@pytest.mark.parametrize("url", ["http://", "ftp://host/", "http://user:word@host/", "http://a:b/"])
def test_what_is_no_address(send: Send, url: str) -> None:
    """Refused unasked, without the password."""
    with pytest.raises(ConfigurationError) as caught:
        send(fetch(url))

    assert "word" not in str(caught.value)


def test_a_header_that_would_be_two(send: Send) -> None:
    """A line break smuggles nothing."""
    with pytest.raises(ConfigurationError, match="x-a"):
        send(fetch("http://127.0.0.1:9/", headers=(("x-a", "1\r\nx-b: 2"),)))


def test_proxies_are_not_asked(send: Send, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would look names up where nobody sees what they find."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert send(fetch(serve(says(OK)).url)).body == b"ok"


async def test_a_fetch_that_is_given_up_lets_go(serve: Serve) -> None:
    """Cancelled in the middle, it closes its connection."""
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    begun = asyncio.Event()

    def script(peer: Peer) -> None:
        peer.hear()
        loop.call_soon_threadsafe(begun.set)
        peer.wait_until_gone()
        loop.call_soon_threadsafe(gone.set)

    task = asyncio.ensure_future(AsyncGuarded(EngineSettings()).send(fetch(serve(script).url)))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(gone.wait(), 10)
