"""No answer is larger than it may be, whatever the engine, and however small it was packed."""

from __future__ import annotations

import gzip
import threading
from typing import Any

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import AnswerTooLargeError, InferenceTimeoutError
from hf_integrations.flow import Timeout
from hf_integrations.models.chat import ChatResponse
from tests.transport.engines.asking import SECRETS, ask, ask_stream, told
from tests.transport.engines.callers import Caller, Kind
from tests.transport.engines.conftest import MakeCaller, MakeServer
from tests.transport.engines.scripted import END, Gone, Peer, answer, chunk

GZIP = "content-encoding: gzip\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
BOMB = gzip.compress(b"x" * 10_000_000)
ANSWERS = {
    "length": answer(b"x" * 101),
    "chunks": CHUNKED + b"\r\n" + chunk(b"x" * 60) + chunk(b"x" * 60) + END,
    "packed": answer(BOMB, headers=GZIP),
    "packed chunks": CHUNKED + GZIP.encode() + b"\r\n" + chunk(BOMB) + END,
    "refusal": answer(b"x" * 101, status="500 Sorry"),
}


def once(text: bytes) -> Any:
    """A server that gives an answer on each of its connections."""

    def script(peer: Peer) -> None:
        try:
            while True:
                peer.hear()
                peer.say(text)
        except (Gone, ConnectionError):
            pass  # the client has read enough

    return script


@pytest.mark.parametrize("name", ANSWERS)
def test_a_larger_answer_is_an_error_of_ours(
    make_caller: MakeCaller, serve: MakeServer, name: str
) -> None:
    """With what to do about it, and whom and what it was for; and no secret."""
    server, caller = serve(once(ANSWERS[name])), make_caller()
    with pytest.raises(AnswerTooLargeError, match="is larger than 100 bytes") as caught:
        caller.send(ask(server.url, most=100))
    error = caught.value
    caller.close()

    assert "max_answer_bytes" in str(error)
    assert (error.model, error.status) == ("org/model", 500 if name == "refusal" else 200)
    assert not error.retryable
    assert not [secret for secret in SECRETS if secret in told(error)]


@pytest.mark.parametrize("headers", ["", GZIP], ids=["plain", "packed"])
def test_an_answer_may_be_just_as_large(caller: Caller, serve: MakeServer, headers: str) -> None:
    """And of any size where there is no limit."""
    body = b"x" * 100_000
    server = serve(once(answer(gzip.compress(body) if headers else body, headers=headers)))
    for most in (100_000, None):
        assert caller.send(ask(server.url, most=most)).body == body


def test_a_stream_may_go_on_for_longer(caller: Caller, serve: MakeServer) -> None:
    """The limit is for each event, which is its reader's to see; a refusal is read whole."""
    server = serve(once(CHUNKED + b"\r\n" + chunk(b"x" * 60) * 5 + END))
    body = caller.stream(ask_stream(server.url, most=100))
    assert b"".join(body) == b"x" * 300
    body.close()
    refusing = serve(once(ANSWERS["refusal"]))
    with pytest.raises(AnswerTooLargeError):
        caller.open(ask_stream(refusing.url, most=100))


def test_a_stream_that_bursts_is_stopped(kind: Kind, caller: Caller, serve: MakeServer) -> None:
    """Our own engines unpack no more of a piece than one event may have."""
    if kind.name != "stdlib":
        pytest.skip("how a library unpacks is its own")
    server = serve(once(ANSWERS["packed chunks"]))
    with pytest.raises(AnswerTooLargeError):
        b"".join(caller.stream(ask_stream(server.url, most=100)))


def test_a_proxy_that_dawdles_has_the_time_of_a_connection(
    kind: Kind, make_caller: MakeCaller, serve: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it together, however often it says something."""
    if kind.name != "stdlib":
        pytest.skip("how a library asks a proxy is its own")

    moment = threading.Event()

    def dawdle(peer: Peer) -> None:
        peer.hear()
        try:
            for _ in range(2_000):
                peer.say(b"H")
                moment.wait(0.01)
        except (Gone, ConnectionError):
            pass

    proxy = serve(dawdle)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(InferenceTimeoutError, match="no connection") as caught:
        make_caller().send(ask("https://model.example", timeout=Timeout(connect=0.3, total=60)))
    assert caught.value.phase == "connect"


@pytest.mark.parametrize("way", ["whole", "streamed"])
def test_the_setting_is_kept(emulator: Emulator, way: str) -> None:
    """An event counts as an answer does; None takes any."""
    where: dict[str, Any] = {"base_url": emulator.url, "token": "hf_test"}

    def ask(client: HfInferenceClient) -> ChatResponse:
        if way == "whole":
            return client.chat.complete("Hello", model="org/name")
        return client.chat.stream("Hello", model="org/name").response()

    with HfInferenceClient(**where, max_answer_bytes=50) as client:
        with pytest.raises(AnswerTooLargeError) as caught:
            ask(client)
        assert caught.value.model == "org/name"
        assert ask(client.with_options(max_answer_bytes=None)).text


async def test_the_setting_is_kept_in_asyncio(emulator: Emulator) -> None:
    """By the other of our engines."""
    where: dict[str, Any] = {"base_url": emulator.url, "token": "hf_test"}
    async with AsyncHfInferenceClient(**where, max_answer_bytes=50) as client:
        with pytest.raises(AnswerTooLargeError):
            await client.chat.complete("Hello", model="org/name")
