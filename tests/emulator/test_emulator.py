"""`Emulator` as a context manager."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError
from tests.emulator.conftest import TOKEN, client_of


def test_it_serves_inside_and_not_after() -> None:
    """The port is free again."""
    with Emulator() as emulator:
        url = emulator.url
        assert not url.endswith("/")
        assert httpx.get(f"{url}/health").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")
    with Emulator(port=int(url.rsplit(":", 1)[1])) as again:
        assert again.url == url


async def test_it_serves_an_event_loop_that_enters_it() -> None:
    """Without blocking it."""
    async with Emulator() as emulator, httpx.AsyncClient(base_url=emulator.url) as http:
        answers = await asyncio.gather(*(http.get("/health") for _ in range(20)))
    assert all(answer.status_code == 200 for answer in answers)


def test_starting_and_closing_twice_do_nothing() -> None:
    """Both are safe to repeat."""
    emulator = Emulator()
    emulator.close()
    assert emulator.start().url == emulator.start().url
    emulator.close()
    emulator.close()


def test_without_a_start_there_is_no_url() -> None:
    """The message says what to do."""
    with pytest.raises(ConfigurationError, match="with"):
        _ = Emulator().url


def test_what_is_wrong_is_told_at_once() -> None:
    """Before a port is taken."""
    with pytest.raises(ConfigurationError, match="max_batch"):
        Emulator(max_batch=0)
    with pytest.raises(ConfigurationError, match="cut"):
        Emulator().fail_next("no_such_fault")


def test_it_remembers_until_reset(fresh: Emulator) -> None:
    """Also over a close."""
    with client_of(fresh) as http:
        http.post("/embed", json={"inputs": "x"})
    assert len(fresh.requests) == 1
    fresh.reset()
    assert fresh.requests == []


def test_two_stand_side_by_side() -> None:
    """Each with its own memory."""
    with Emulator() as one, Emulator() as other:
        with client_of(one) as http:
            http.post("/embed", json={"inputs": "x"})
        assert (len(one.requests), len(other.requests)) == (1, 0)


def test_closing_does_not_wait_for_answers_under_way() -> None:
    """A stream that would last for hours is cut."""
    emulator = Emulator().start()
    emulator.fail_next("slow_tokens", event_delay=600)
    body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
    headers = {"authorization": f"Bearer {TOKEN}"}
    url = f"{emulator.url}/v1/chat/completions"
    with httpx.stream("POST", url, json=body, headers=headers, timeout=30) as response:
        emulator.close()
        with pytest.raises(httpx.HTTPError):
            response.read()


def test_hundreds_of_connections_are_taken_at_once(fresh: Emulator) -> None:
    """As a client under test may open them."""
    host, port = fresh.url.removeprefix("http://").split(":")
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_connection((host, int(port)))) for _ in range(300)
        ]
        for one in sockets:
            one.sendall(b"GET /health HTTP/1.1\r\nHost: emulator\r\n\r\n")
        answers = [one.recv(64) for one in sockets]
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 200 OK"}
