"""What every engine does with one whole exchange."""

from __future__ import annotations

import gzip
import threading
from contextlib import suppress

import pytest

from hf_integrations.errors import ConfigurationError, NetworkError
from hf_integrations.flow import Timeout
from hf_integrations.transport.engines import EngineSettings
from hf_integrations.transport.engines.stdlib import StdlibEngine
from tests.transport.engines.asking import ask, ask_stream
from tests.transport.engines.callers import Caller
from tests.transport.engines.conftest import MakeCaller, MakeServer
from tests.transport.engines.scripted import OK, PATIENCE, Gone, Peer, answer


def keep_answering(peer: Peer) -> None:
    """Answer every request of the connection."""
    while True:
        peer.hear()
        peer.say(OK)


def test_the_request_arrives_as_it_is(caller: Caller, serve: MakeServer) -> None:
    """Method, target, headers and body are the request's own; the length is added."""
    server = serve(keep_answering)

    response = caller.send(ask(server.url, headers=(("X-One", "1"), ("user-agent", "hf/1"))))

    assert (response.status, response.body) == (200, b"ok")
    [heard] = server.heard
    assert (heard.method, heard.target) == ("POST", "/v1/chat?key=secret-query")
    assert heard.body == b'{"inputs": "secret prompt"}'
    assert heard.headers["content-length"] == str(len(heard.body))
    assert heard.headers["x-one"] == "1"
    assert heard.headers["user-agent"] == "hf/1"
    assert heard.headers["host"] == server.host
    assert not {"content-type", "cookie", "referer"} & set(heard.headers)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "HEAD"])
def test_every_method_is_sent(caller: Caller, serve: MakeServer, method: str) -> None:
    """The endpoint and hub services need more than POST."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(answer(b"" if method == "HEAD" else b"ok"))

    server = serve(script)

    assert caller.send(ask(server.url, method=method, body=b"")).status == 200
    assert server.heard[0].method == method


@pytest.mark.parametrize("status", [201, 302, 307, 308, 400, 401, 429, 503])
def test_every_status_is_an_answer(caller: Caller, serve: MakeServer, status: int) -> None:
    """An engine judges no status, and follows no redirect: the token stays with its host."""

    def script(peer: Peer) -> None:
        peer.hear()
        elsewhere = "location: http://127.0.0.1:1/elsewhere\r\nretry-after: 7\r\n"
        peer.say(answer(b'{"error": "x"}', status=f"{status} Whatever", headers=elsewhere))

    server = serve(script)
    response = caller.send(ask(server.url))

    assert (response.status, response.body) == (status, b'{"error": "x"}')
    assert response.headers["location"] == "http://127.0.0.1:1/elsewhere"
    assert response.headers["retry-after"] == "7"
    assert len(server.heard) == 1


def test_headers_have_one_form(caller: Caller, serve: MakeServer) -> None:
    """Names are in lower case, a repeated header is one, and a value that is not ASCII no harm."""

    def script(peer: Peer) -> None:
        peer.hear()
        headers = "X-Request-ID: a1\r\nX-Warning: one\r\nx-warning: two\r\nX-Odd: \u00fcber\r\n"
        peer.say(answer(b"ok", headers=headers))

    response = caller.send(ask(serve(script).url))

    assert response.headers["x-request-id"] == "a1"
    assert response.headers["x-warning"] == "one, two"
    assert response.body == b"ok"


def test_a_compressed_body_is_unpacked(caller: Caller, serve: MakeServer) -> None:
    """Embeddings travel compressed where the server likes that."""
    body = b'{"data": [1, 2, 3]}' * 1000

    def script(peer: Peer) -> None:
        heard = peer.hear()
        assert "gzip" in heard.headers["accept-encoding"]
        peer.say(answer(gzip.compress(body), headers="content-encoding: gzip\r\n"))

    assert caller.send(ask(serve(script).url)).body == body


def test_a_large_body_arrives_whole(caller: Caller, serve: MakeServer) -> None:
    """Megabytes both ways: an image in, vectors out."""
    body = bytes(range(256)) * 16384

    def script(peer: Peer) -> None:
        peer.say(answer(peer.hear().body))

    assert caller.send(ask(serve(script).url, body=body)).body == body


def test_no_cookie_is_kept(caller: Caller, serve: MakeServer) -> None:
    """Two calls have nothing in common but the connection."""

    def script(peer: Peer) -> None:
        while True:
            peer.hear()
            peer.say(answer(b"ok", headers="set-cookie: session=1; Path=/\r\n"))

    server = serve(script)
    caller.send(ask(server.url))
    caller.send(ask(server.url))

    assert ["cookie" in heard.headers for heard in server.heard] == [False, False]


def test_calls_one_after_another_share_a_connection(caller: Caller, serve: MakeServer) -> None:
    """The second call pays for no connection; an error status does not change that."""

    def script(peer: Peer) -> None:
        for status in ("200 OK", "503 Loading", "200 OK"):
            peer.hear()
            peer.say(answer(b"x", status=status))

    server = serve(script)
    for _ in range(3):
        caller.send(ask(server.url))

    assert server.connections == 1


def test_a_connection_closed_in_between_costs_nothing(caller: Caller, serve: MakeServer) -> None:
    """The server closes an unused connection; the next call goes out once."""
    closed = threading.Event()

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(OK)
        closed.set()

    server = serve(script)
    caller.send(ask(server.url))
    assert closed.wait(PATIENCE)
    first = server.threads[0]
    first.join()
    with suppress(NetworkError):  # the close may cross the call: the flow above asks again
        caller.send(ask(server.url, body=b"second"))

    assert [heard.body for heard in server.heard].count(b"second") <= 1


def test_a_post_is_not_sent_twice(caller: Caller, serve: MakeServer) -> None:
    """A kept connection that is cut after the request: a retryable error, and one execution."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(OK)
        peer.hear()

    server = serve(script)
    caller.send(ask(server.url))
    with pytest.raises(NetworkError) as caught:
        caller.send(ask(server.url, body=b"once"))

    assert caught.value.retryable
    assert [heard.body for heard in server.heard].count(b"once") == 1


def test_closing_closes_the_connections_and_twice_is_once(
    caller: Caller, serve: MakeServer
) -> None:
    """The server sees it, and whoever asks afterwards is told."""
    gone = threading.Event()

    def script(peer: Peer) -> None:
        try:
            keep_answering(peer)
        except Gone:
            gone.set()

    server = serve(script)
    caller.send(ask(server.url))
    caller.close()
    caller.close()

    assert gone.wait(PATIENCE)
    for use in (caller.send, caller.open):
        with pytest.raises(ConfigurationError, match="closed"):
            use(ask_stream(server.url))


def test_an_engine_may_be_closed_unused(caller: Caller) -> None:
    """A client that was made and not asked anything."""
    caller.close()
    caller.close()


def test_every_pair_of_timeouts_works(caller: Caller, serve: MakeServer) -> None:
    """A caller may invent a new one for each call, as often as he likes."""
    server = serve(keep_answering)
    for seconds in range(1, 40):
        timeout = Timeout(connect=seconds, silence=seconds + 30)
        assert caller.send(ask(server.url, timeout=timeout)).status == 200


def test_many_urls_are_asked(caller: Caller, serve: MakeServer) -> None:
    """Whatever an engine remembers of them has an end."""
    server = serve(keep_answering)
    for number in range(300):
        assert caller.send(ask(server.url, url=f"{server.url}/{number}")).status == 200

    assert server.connections == 1


def test_an_unused_connection_has_its_time(make_caller: MakeCaller, serve: MakeServer) -> None:
    """`pool_idle_timeout`: one that lay unused for so long is not used again."""
    server = serve(keep_answering)
    caller = make_caller(pool_idle_timeout=0.001, pool_size_per_host=1)
    for _ in range(3):
        caller.send(ask(server.url))
        threading.Event().wait(0.05)  # fifty times as long as it may lie unused

    assert server.connections == 3


def test_what_is_too_much_may_be_said_before_all_was_sent(serve: MakeServer) -> None:
    """The server hangs up in the middle of a large body; its answer is read all the same."""

    def refuse(peer: Peer) -> None:
        peer.begin_to_hear()
        peer.say(answer(b"too much", status="413 Content Too Large"))

    engine = StdlibEngine(EngineSettings())
    url = serve(refuse).url
    for _ in range(2):  # what was cut off is not used again
        response = engine.send(ask(url, body=bytes(1 << 24)))
        assert (response.status, response.body) == (413, b"too much")
    engine.close()
