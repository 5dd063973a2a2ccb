"""A flow becomes a method of both colours."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.flow import Flow, sleep
from hf_integrations.services.binding import AsyncService, Service, method
from hf_integrations.services.chat import AsyncChat, Chat, complete
from hf_integrations.services.context import Context
from hf_integrations.transport.connections import Connections
from hf_integrations.transport.engines import EngineSettings
from hf_integrations.transport.streams import AsyncStream, Stream
from tests.services.calls import context


def doubled(context: Context, number: int, *, times: int = 2) -> Flow[int]:
    """The number, several times."""
    yield from sleep(0.0)
    return number * times + context.config.max_retries


class _Numbers:
    doubled = method(doubled)


class Numbers(_Numbers, Service):
    """Plain."""


class AsyncNumbers(_Numbers, AsyncService):
    """In asyncio."""


@pytest.fixture
def connections() -> Iterator[Connections]:
    """Connections for the test."""
    connections = Connections(EngineSettings())
    yield connections
    connections.release()


def test_a_method_is_plain_on_a_service(connections: Connections) -> None:
    """It is given the context, and not asked for it."""
    numbers = Numbers(context(max_retries=1), connections)

    assert numbers.doubled(4) == 9
    assert numbers.doubled(4, times=3) == 13


async def test_a_method_is_awaited_on_an_async_service(connections: Connections) -> None:
    """The same function."""
    numbers = AsyncNumbers(context(max_retries=1), connections)

    assert await numbers.doubled(4, times=3) == 13
    await connections.arelease()


def test_a_method_keeps_its_name_its_words_and_its_parameters(connections: Connections) -> None:
    """For help and for editors; the context is no parameter."""
    for chat in (Chat(context(), connections), AsyncChat(context(), connections)):
        assert chat.complete.__doc__ == complete.__doc__
        assert chat.complete.__name__ == "complete"
        assert next(iter(inspect.signature(chat.complete).parameters)) == "messages"
        assert (chat.stream.__doc__ or "").startswith("The next message of a conversation")
    assert inspect.isfunction(Chat.complete)
    assert inspect.isfunction(Chat.stream)


def test_a_stream_is_of_the_colour_of_its_service(connections: Connections) -> None:
    """And opens nothing yet."""
    assert isinstance(Chat(context(), connections).stream("hi"), Stream)
    assert isinstance(AsyncChat(context(), connections).stream("hi"), AsyncStream)


def test_a_service_outlives_its_client(emulator: Emulator) -> None:
    """`HfInferenceClient(…).chat` alone is enough to go on."""
    chat = HfInferenceClient(base_url=emulator.url, token="hf_test").chat
    view = HfInferenceClient(base_url=emulator.url, token="hf_test").with_options(max_retries=0)
    streamed = view.chat.stream("hi", model="org/name")
    del view

    assert chat.complete("hi", model="org/name").text
    assert "".join(chunk.text for chunk in streamed)


def test_a_service_is_made_once_and_only_when_it_is_used() -> None:
    """A client of which nothing is used holds nothing."""
    with HfInferenceClient(token=False) as client:
        assert "chat" not in vars(client)
        assert client.chat is client.chat
        assert isinstance(client.chat, Chat)
        assert HfInferenceClient.chat is vars(HfInferenceClient)["chat"]


@pytest.mark.parametrize("client", [HfInferenceClient, AsyncHfInferenceClient])
def test_every_service_shows_what_it_exchanged(client: Any) -> None:
    """Each has its methods again, which give more."""
    made = client(token="hf_test")
    for name in [name for name, kind in vars(client).items() if type(kind).__name__ == "service"]:
        service = getattr(made, name)
        own = {one for one, kind in inspect.getmembers(type(service)) if inspect.isfunction(kind)}
        raw = service.with_raw_response
        flows = {one for one in own if hasattr(getattr(type(service), one), "__wrapped__")}
        assert flows
        assert flows <= set(dir(raw)), name
