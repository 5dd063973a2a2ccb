"""What every engine says when no answer comes, and what it keeps to itself."""

from __future__ import annotations

import pickle
import socket

import pytest

from hf_integrations.errors import ConfigurationError, InferenceTimeoutError, NetworkError
from tests.transport.engines.asking import SECRETS, ask, ask_stream, told
from tests.transport.engines.callers import Caller
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import Peer


def failure(caller: Caller, url: str) -> NetworkError:
    """The error of asking in vain, after the checks that hold for each."""
    with pytest.raises(NetworkError) as caught:
        caller.send(ask(url))
    error = caught.value
    assert not isinstance(error, InferenceTimeoutError)
    assert url.partition("://")[2] in error.message
    assert (error.provider, error.model, error.task) == ("groq", "org/model", "chat-completion")
    assert not [secret for secret in SECRETS if secret in told(error)]
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  (our own bytes)
    return error


def test_nobody_listens(caller: Caller) -> None:
    """Refused: retryable, as a server may be starting."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    assert failure(caller, f"http://127.0.0.1:{port}").retryable


def test_an_unknown_host(caller: Caller) -> None:
    """A name that does not exist (RFC 6761 reserves `invalid`)."""
    failure(caller, "http://no-such-host.invalid")


@pytest.mark.parametrize(
    "words",
    [b"", b"HTTP/1.1 200 OK\r\n", b"SSH-2.0-OpenSSH_9\r\n\r\n", b"\0\0\0\x12\x04\0\0\0\0\0"],
    ids=["nothing", "half a head", "another protocol", "binary"],
)
def test_no_answer_that_can_be_read(caller: Caller, serve: MakeServer, words: bytes) -> None:
    """The server hangs up, or speaks something else."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(words)

    assert failure(caller, serve(script).url).retryable


def test_a_reset(caller: Caller, serve: MakeServer) -> None:
    """A load balancer that loses its server."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.reset()

    assert failure(caller, serve(script).url).retryable


@pytest.mark.parametrize(
    "words",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf ",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhalf ",
        b"HTTP/1.1 503 No\r\ncontent-length: 10\r\n\r\nhalf ",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhalf ",
    ],
    ids=["length", "chunk", "an error's", "not what it says"],
)
def test_a_body_that_breaks_off_is_no_answer(
    caller: Caller, serve: MakeServer, words: bytes
) -> None:
    """Half an answer never passes for a whole one."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(words)

    assert "broke off" in failure(caller, serve(script).url).message


def test_a_refusal_of_a_stream_that_breaks_off(caller: Caller, serve: MakeServer) -> None:
    """The whole response that stands for a refused stream is whole, or an error."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(b"HTTP/1.1 503 No\r\ncontent-length: 10\r\n\r\nhalf ")

    server = serve(script)
    with pytest.raises(NetworkError, match="broke off"):
        caller.open(ask_stream(server.url))


@pytest.mark.parametrize("url", ["127.0.0.1/v1", "https://", "/v1/chat", "http://[::1/v1", ""])
@pytest.mark.parametrize("way", ["send", "open"])
def test_what_is_no_url_is_named(caller: Caller, url: str, way: str) -> None:
    """A mistake of the settings, not of the network: no retry can help."""
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        getattr(caller, way)(ask("", url=url))
    assert not caught.value.retryable


@pytest.mark.parametrize("way", ["send", "open"])
@pytest.mark.parametrize(
    "value",
    [
        "Bearer hf_secret_token\n",
        "hf_secret_token\r\nx: y",
        "hf_secret_token\0",
        "\u20achf_secret_token",
    ],
    ids=["line feed", "injection", "null", "not latin-1"],
)
def test_a_header_that_cannot_be_sent_is_named_without_its_value(
    caller: Caller, serve: MakeServer, way: str, value: str
) -> None:
    """A token with the line break of its file: said which header, never what was in it."""
    server = serve(lambda peer: None)
    request = ask(server.url, headers=(("authorization", value),))
    with pytest.raises(ConfigurationError, match="'authorization'") as caught:
        getattr(caller, way)(request)

    assert "hf_secret_token" not in told(caught.value)
    assert server.heard == []
