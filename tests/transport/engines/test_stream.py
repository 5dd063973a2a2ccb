"""What every engine does with a response that is still arriving."""

from __future__ import annotations

import gzip
import threading
import zlib
from contextlib import suppress

import pytest

from hf_integrations.errors import HfError, NetworkError
from hf_integrations.flow import Response
from tests.transport.engines.asking import SECRETS, ask, ask_stream, told
from tests.transport.engines.callers import Caller
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import END, OK, PATIENCE, STREAM, Peer, answer, chunk


def test_an_event_is_handed_over_before_the_next_is_written(
    caller: Caller, serve: MakeServer
) -> None:
    """The server writes an event only when the client has the one before: no clock is asked."""
    arrived = threading.Semaphore(0)

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM)
        for number in range(20):
            assert arrived.acquire(timeout=PATIENCE)
            peer.say(chunk(b"data: %d\n\n" % number))
        assert arrived.acquire(timeout=PATIENCE)
        peer.say(END)

    body = caller.stream(ask_stream(serve(script).url))
    assert (body.status, body.headers["content-type"]) == (200, "text/event-stream")
    arrived.release()  # the head came before the first event was written
    events = []
    for data in body:
        events.append(data)
        arrived.release()
    body.close()

    assert events == [b"data: %d\n\n" % number for number in range(20)]


def test_a_compressed_stream_is_handed_over_as_it_comes(caller: Caller, serve: MakeServer) -> None:
    """A proxy on the way may compress events; what it flushed is there at once."""
    arrived = threading.Semaphore(0)

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM[:-2] + b"content-encoding: gzip\r\n\r\n")
        packer = zlib.compressobj(wbits=31)
        for number in range(3):
            data = packer.compress(b"data: %d\n\n" % number) + packer.flush(zlib.Z_SYNC_FLUSH)
            peer.say(chunk(data))
            assert arrived.acquire(timeout=PATIENCE)
        peer.say(chunk(packer.flush()) + END)

    text = b""
    body = caller.stream(ask_stream(serve(script).url))
    for data in body:
        text += data
        if text.endswith(b"\n\n"):
            arrived.release()
    body.close()

    assert text == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"


def test_events_written_together_all_arrive(caller: Caller, serve: MakeServer) -> None:
    """However they are cut, the bytes are the same."""
    events = [b"data: %06d\n\n" % number for number in range(5000)]

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM)
        for start in range(0, 5000, 50):
            peer.say(b"".join(map(chunk, events[start : start + 50])))
        peer.say(END)

    body = caller.stream(ask_stream(serve(script).url))
    assert b"".join(body) == b"".join(events)
    body.close()


@pytest.mark.parametrize("close_first", ["at the end", "after the end"])
def test_a_stream_read_to_its_end_gives_its_connection_back(
    caller: Caller, serve: MakeServer, close_first: str
) -> None:
    """The next call, stream or whole, needs no new connection."""

    def script(peer: Peer) -> None:
        for _ in range(2):
            peer.hear()
            peer.say(STREAM + chunk(b"data: 1\n\n") + END)
        peer.hear()
        peer.say(OK)

    server = serve(script)
    for _ in range(2):
        body = caller.stream(ask_stream(server.url))
        assert b"".join(body) == b"data: 1\n\n"
        body.close()
        if close_first == "after the end":
            body.close()
    caller.send(ask(server.url))

    assert server.connections == 1


def test_closing_early_cuts_the_connection(caller: Caller, serve: MakeServer) -> None:
    """The server sees that nobody reads any more, and the next call works."""
    gone = threading.Event()

    def script(peer: Peer) -> None:
        if peer.hear().body == b"whole":
            peer.say(OK)
            return
        peer.say(STREAM + chunk(b"data: 1\n\n"))
        peer.wait_until_gone()
        gone.set()

    server = serve(script)
    body = caller.stream(ask_stream(server.url))
    assert next(iter(body)) == b"data: 1\n\n"
    body.close()
    body.close()

    assert caller.send(ask(server.url, body=b"whole")).body == b"ok"
    assert gone.wait(PATIENCE)


def test_a_stream_nobody_read_is_cut_too(caller: Caller, serve: MakeServer) -> None:
    """Opened and closed: the server is told."""
    gone = threading.Event()

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM)
        peer.wait_until_gone()
        gone.set()

    caller.stream(ask_stream(serve(script).url)).close()
    caller.close()

    assert gone.wait(PATIENCE)


@pytest.mark.parametrize("status", [302, 400, 401, 429, 503])
def test_a_refusal_comes_whole(caller: Caller, serve: MakeServer, status: int) -> None:
    """What is not 2xx is no stream: the pipeline wants its body, and the connection is kept."""

    def script(peer: Peer) -> None:
        for _ in range(2):
            peer.hear()
            peer.say(answer(b'{"error": "no"}', status=f"{status} No", headers="x-a: 1\r\n"))

    server = serve(script)
    for _ in range(2):
        response = caller.open(ask_stream(server.url))
        assert isinstance(response, Response)
        assert (response.status, response.body) == (status, b'{"error": "no"}')
        assert response.headers["x-a"] == "1"

    assert server.connections == 1


@pytest.mark.parametrize("how", ["closed", "reset", "half a chunk"])
def test_a_stream_that_breaks_off_raises(caller: Caller, serve: MakeServer, how: str) -> None:
    """What arrived is handed over; the end is an error that names the host and nothing else."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM + chunk(b"data: 1\n\n"))
        assert arrived.acquire(timeout=PATIENCE)
        if how == "half a chunk":
            peer.say(b"40\r\ndata: tw")
        elif how == "reset":
            peer.reset()

    arrived = threading.Semaphore(0)
    server = serve(script)
    body = caller.stream(ask_stream(server.url))
    reader = iter(body)
    assert next(reader) == b"data: 1\n\n"
    arrived.release()
    with pytest.raises(NetworkError, match=server.host) as caught:
        list(reader)
    body.close()

    assert caught.value.retryable
    assert (caught.value.model, caught.value.task) == ("org/model", "chat-completion")
    assert not [secret for secret in SECRETS if secret in told(caught.value)]


def test_a_whole_body_may_be_streamed(caller: Caller, serve: MakeServer) -> None:
    """A file with a length, compressed or not, is a stream like any other."""
    body = b"0123456789" * 100_000

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(answer(body))
        peer.hear()
        peer.say(answer(gzip.compress(body), headers="content-encoding: gzip\r\n"))

    server = serve(script)
    for _ in range(2):
        opened = caller.stream(ask_stream(server.url))
        assert b"".join(opened) == body
        opened.close()


def test_streams_side_by_side_do_not_disturb_each_other(caller: Caller, serve: MakeServer) -> None:
    """Forty streams stay open while whole exchanges go on."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        while True:
            if peer.hear().body == b"whole":
                peer.say(OK)
                continue
            peer.say(STREAM + chunk(b"data: 1\n\n"))
            assert go_on.wait(PATIENCE)
            peer.say(chunk(b"data: 2\n\n") + END)

    server = serve(script)
    bodies = [caller.stream(ask_stream(server.url)) for _ in range(40)]
    readers = [iter(body) for body in bodies]
    assert {next(reader) for reader in readers} == {b"data: 1\n\n"}
    assert caller.send(ask(server.url, body=b"whole")).body == b"ok"
    go_on.set()
    rest = [b"".join(reader) for reader in readers]
    for body in bodies:
        body.close()

    assert set(rest) == {b"data: 2\n\n"}


def test_closing_the_engine_under_an_open_stream_is_no_surprise(
    caller: Caller, serve: MakeServer
) -> None:
    """The stream goes on to its end, or an error of ours says that it broke off."""
    closed = threading.Event()

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM + chunk(b"data: a\n\n"))
        assert closed.wait(PATIENCE)
        peer.say(chunk(b"data: b\n\n") + END)

    body = caller.stream(ask_stream(serve(script).url))
    parts = iter(body)
    assert next(parts) == b"data: a\n\n"
    caller.close()
    closed.set()
    rest = b""
    with suppress(HfError):
        rest = b"".join(parts)
    assert rest in (b"", b"data: b\n\n")
    body.close()
