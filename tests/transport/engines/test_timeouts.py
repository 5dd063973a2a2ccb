"""What every engine does when the answer does not come in time.

The servers here never answer, so a timeout is certain; the seconds are short only to save time.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hf_integrations.errors import InferenceTimeoutError
from hf_integrations.flow import Timeout
from tests.transport.engines.asking import SECRETS, ask, told
from tests.transport.engines.callers import Caller
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import END, PATIENCE, STREAM, Peer, chunk


@pytest.fixture
def full() -> Iterator[str]:
    """A server whose queue of connections is full, so that connecting to it takes forever."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            visitor = stack.enter_context(socket.socket())
            visitor.setblocking(False)
            visitor.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("way", ["send", "open"])
def test_no_connection_in_time(caller: Caller, full: str, way: str) -> None:
    """The message says that it was connecting, and how long."""
    total = Timeout(connect=0.3, total=30) if way == "send" else Timeout(connect=0.3, silence=30)
    with pytest.raises(InferenceTimeoutError, match=r"no connection to 127.*within 0\.3 s"):
        getattr(caller, way)(ask(full, timeout=total))


def test_no_answer_in_time(caller: Caller, serve: MakeServer) -> None:
    """The total time of a whole exchange, and whom and what it was for."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.wait_until_gone()

    server = serve(script)
    with pytest.raises(InferenceTimeoutError, match=r"no complete answer.*within 0\.2 s") as caught:
        caller.send(ask(server.url, timeout=Timeout(connect=5, total=0.2)))
    error = caught.value
    caller.close()

    assert server.host in error.message
    assert (error.provider, error.model, error.task) == ("groq", "org/model", "chat-completion")
    assert error.retryable
    assert "request_timeout" in str(error)
    assert not [secret for secret in SECRETS if secret in told(error)]


def test_an_answer_that_stops_half_way(caller: Caller, serve: MakeServer) -> None:
    """The total time counts to the last byte."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf ")
        peer.wait_until_gone()

    server = serve(script)
    with pytest.raises(InferenceTimeoutError, match=r"no complete answer.*within 0\.2 s"):
        caller.send(ask(server.url, timeout=Timeout(connect=5, total=0.2)))


def test_an_answer_that_drips(caller: Caller, serve: MakeServer) -> None:
    """Bytes that keep coming do not stretch the total time."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM)
        while not over.wait(0.05):
            peer.say(chunk(b"."))

    over = threading.Event()
    try:
        with pytest.raises(InferenceTimeoutError, match=r"within 0\.3 s"):
            caller.send(ask(serve(script).url, timeout=Timeout(connect=5, total=0.3)))
    finally:
        over.set()


@pytest.mark.parametrize("told_first", [b"", STREAM], ids=["before the head", "after the head"])
def test_a_stream_that_falls_silent(caller: Caller, serve: MakeServer, told_first: bytes) -> None:
    """Silence ends a stream, before its first byte and after."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(told_first)
        peer.wait_until_gone()

    request = ask(serve(script).url, timeout=Timeout(connect=5, silence=0.2))

    def read() -> None:
        body = caller.stream(request)
        try:
            b"".join(body)
        finally:
            body.close()

    with pytest.raises(InferenceTimeoutError, match=r"was silent for 0\.2 s") as caught:
        read()
    assert "stream_timeout" in str(caught.value)


def test_a_stream_that_keeps_talking_never_times_out(caller: Caller, serve: MakeServer) -> None:
    """It takes three times as long as the silence that is allowed, and comes whole."""
    never = threading.Event()

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM)
        for _ in range(30):
            peer.say(chunk(b"."))
            never.wait(0.1)
        peer.say(END)

    body = caller.stream(ask(serve(script).url, timeout=Timeout(connect=5, silence=1)))
    assert b"".join(body) == b"." * 30
    body.close()
    assert PATIENCE > 3
