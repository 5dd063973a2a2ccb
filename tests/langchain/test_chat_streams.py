"""Streams of `ChatHfInference`: what they say, who hears it, and how they end."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    StreamInterruptedError,
    ValidationError,
)
from hf_integrations.langchain import ChatHfInference
from tests.langchain.conftest import TOKEN, last_body
from tests.langchain.scripts import answer, deltas


async def test_a_broken_stream_raises_with_what_had_come(
    chat: ChatHfInference, fresh: Emulator
) -> None:
    """In both colours; the pieces before it were handed over."""
    fresh.fail_next(cut_after=3, times=2)
    pieces: list[str] = []
    with pytest.raises(StreamInterruptedError) as caught:
        pieces += [chunk.text for chunk in chat.stream("Hello!")]
    with pytest.raises(StreamInterruptedError):
        _ = [chunk async for chunk in chat.astream("Hello!")]

    assert caught.value.partial.startswith("Hello")


def test_a_stream_says_the_same_as_a_whole_reply(chat: ChatHfInference) -> None:
    """Text, usage and metadata."""
    whole = chat.invoke("Hello!")
    first, *rest = chat.stream("Hello!")
    streamed: Any = sum(rest, start=first)

    assert streamed.text == whole.text
    assert streamed.usage_metadata == whole.usage_metadata
    for name in ("model_name", "finish_reason", "model_provider"):
        assert streamed.response_metadata[name] == whole.response_metadata[name]


@pytest.mark.parametrize("given", [{"constructor": False}, {"call": False}])
def test_usage_in_streams_can_be_turned_off(
    given: dict[str, Any], whom: dict[str, Any], fresh: Emulator
) -> None:
    """In the constructor or for a call."""
    own: dict[str, Any] = {"stream_usage": False} if "constructor" in given else {}
    call: dict[str, Any] = {"stream_usage": False} if "call" in given else {}
    *_, last = ChatHfInference(**whom, **own).stream("Hello!", **call)

    assert last_body(fresh)["stream_options"] == {"include_usage": False}
    assert last.usage_metadata is None


async def test_reasoning_is_kept_on_both_paths(chat: ChatHfInference, fresh: Emulator) -> None:
    """As content blocks, in whole and in streamed replies."""
    thought = {"reasoning": "2 + 2"}
    fresh.fail_next(**answer({**thought, "content": "4"}))
    whole = await chat.ainvoke("2 + 2?")
    fresh.fail_next(**deltas(thought, {"content": "4"}))
    first, *rest = [chunk async for chunk in chat.astream("2 + 2?")]
    streamed: Any = sum(rest, start=first)

    wanted = [{"type": "reasoning", "reasoning": "2 + 2"}, {"type": "text", "text": "4"}]
    assert whole.content_blocks == streamed.content_blocks == wanted


def test_log_probabilities_are_kept_on_both_paths(whom: dict[str, Any]) -> None:
    """Those of all tokens, in order."""
    chat = ChatHfInference(**whom, logprobs=True)
    first, *rest = chat.stream("Hello!")
    streamed: Any = sum(rest, start=first)
    whole = chat.invoke("Hello!").response_metadata["logprobs"]["content"]

    assert "".join(entry["token"] for entry in whole) == "Hello! How can I help you?"
    assert streamed.response_metadata["logprobs"]["content"] == whole


async def test_several_answers_come_at_once_and_are_not_streamed(
    whom: dict[str, Any], fresh: Emulator
) -> None:
    """A stream is one message, and says so before anything is sent."""
    chat = ChatHfInference(**whom, n=3)
    result = chat.generate([[HumanMessage("Hello!")]])
    sent = len(fresh.requests)

    assert len(result.generations[0]) == 3
    with pytest.raises(ValidationError, match="n=3"):
        next(chat.stream("Hello!"))
    with pytest.raises(ValidationError, match="n=3"):
        await anext(chat.astream("Hello!"))
    assert len(fresh.requests) == sent


class Tokens(BaseCallbackHandler):
    """Writes down what the callbacks hear."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        """One more piece."""
        self.heard.append(token)


async def test_callbacks_hear_a_piece_before_the_reader_has_it(chat: ChatHfInference) -> None:
    """In both colours."""
    for colour in ("plain", "asyncio"):
        tokens = Tokens()
        seen = ""
        if colour == "plain":
            for chunk in chat.stream("Hello!", config={"callbacks": [tokens]}):
                seen += chunk.text
                assert "".join(tokens.heard) == seen
        else:
            async for chunk in chat.astream("Hello!", config={"callbacks": [tokens]}):
                seen += chunk.text
                assert "".join(tokens.heard) == seen
        assert seen == "Hello! How can I help you?"


async def test_a_model_that_streams_always_does(whom: dict[str, Any], fresh: Emulator) -> None:
    """`streaming=True` makes invoke stream, and callbacks hear it."""
    chat = ChatHfInference(**whom, streaming=True)
    tokens = Tokens()
    reply = chat.invoke("Hello!", config={"callbacks": [tokens]})
    again = await chat.ainvoke("Hello!")

    assert all(request.json["stream"] for request in fresh.requests)
    assert len(tokens.heard) > 3
    assert reply.text == again.text == "Hello! How can I help you?"
    assert isinstance(reply, AIMessage)


def test_a_model_that_must_not_stream_does_not(whom: dict[str, Any], fresh: Emulator) -> None:
    """`streaming=False` and `disable_streaming` answer whole."""
    list(ChatHfInference(**whom, streaming=False).stream("Hello!"))
    list(ChatHfInference(**whom, disable_streaming=True).stream("Hello!"))

    assert not any("stream" in request.json for request in fresh.requests)


async def test_events_stream_the_same_text(chat: ChatHfInference) -> None:
    """LangChain's events, version 2."""
    events = [event async for event in chat.astream_events("Hello!", version="v2")]
    texts = [
        event["data"]["chunk"].text for event in events if event["event"] == "on_chat_model_stream"
    ]

    assert "".join(texts) == "Hello! How can I help you?"


class HangingServer:
    """Sends the beginning of a stream, and then waits for the reader to leave."""

    EVENT = 'data: {"choices": [{"delta": {"content": "Good"}}]}\n\n'

    def __init__(self) -> None:
        self.left = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        connection, _ = self._socket.accept()
        with connection:
            connection.settimeout(20)
            while not connection.recv(65_536).endswith(b"}"):
                pass
            connection.sendall(f"{head}{self.EVENT}".encode())
            try:
                while connection.recv(65_536):
                    pass
            except ConnectionError:
                pass
            except TimeoutError:
                return
            self.left.set()

    def close(self) -> None:
        """Stop serving."""
        self._thread.join(30)
        self._socket.close()


@pytest.fixture
def hanging() -> Iterator[HangingServer]:
    """A server that never ends its stream."""
    server = HangingServer()
    yield server
    server.close()


def test_leaving_a_stream_closes_its_connection(hanging: HangingServer) -> None:
    """The server sees it, and stops working for nobody."""
    chat = ChatHfInference(model="org/m", base_url=hanging.url, token=TOKEN)
    for chunk in chat.stream("Hello"):
        assert chunk.text == "Good"
        break

    assert hanging.left.wait(20)


async def test_leaving_an_asyncio_stream_closes_its_connection(hanging: HangingServer) -> None:
    """Also when only the loop's own care closes the generator."""
    chat = ChatHfInference(model="org/m", base_url=hanging.url, token=TOKEN)
    async for chunk in chat.astream("Hello"):
        assert chunk.text == "Good"
        break

    assert await asyncio.to_thread(hanging.left.wait, 20)
    await chat.aclose()


async def test_a_cancelled_stream_closes_its_connection(hanging: HangingServer) -> None:
    """As when a web client goes away."""
    chat = ChatHfInference(model="org/m", base_url=hanging.url, token=TOKEN)
    begun = asyncio.Event()

    async def read() -> None:
        async for _ in chat.astream("Hello"):
            begun.set()

    reading = asyncio.create_task(read())
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert await asyncio.to_thread(hanging.left.wait, 20)
    await chat.aclose()
