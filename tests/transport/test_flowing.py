"""A stream is told when it is closed, in both colours, however it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import StreamInterruptedError
from hf_integrations.transport.telemetry import Event, Exchange
from tests.colours import Colour, Looped, Plain

MODEL = "org/name"


@pytest.fixture(params=[Plain(), Looped()], ids=["plain", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Colour:
    """Each of the two clients."""
    found: Colour = request.param
    return found


def streamed(emulator: Emulator, events: list[Event]) -> dict[str, Any]:
    """The settings of a client that is listened to."""
    return {"base_url": emulator.url, "token": "hf_test", "on_event": events.append}


def chat(client: Any) -> Any:
    """A stream."""
    return client.chat.stream("Say something.", model=MODEL)


def test_a_stream_that_is_read_to_its_end_is_told(emulator: Emulator, colour: Colour) -> None:
    """With its pieces, the first of them, and the tokens of its last."""
    events: list[Event] = []
    items = colour.items(chat, **streamed(emulator, events))

    (one,) = [event for event in events if isinstance(event, Exchange)]
    assert (one.streamed, one.items, one.error, one.status) == (True, len(items), "", 200)
    assert one.first_item is not None
    assert 0 < one.first_item <= one.seconds
    assert one.input_tokens
    assert one.output_tokens


def test_a_stream_that_breaks_off_is_told_as_an_error(emulator: Emulator, colour: Colour) -> None:
    """By its class."""
    emulator.fail_next("cut")
    events: list[Event] = []
    with pytest.raises(StreamInterruptedError):
        colour.items(chat, **streamed(emulator, events))

    (one,) = [event for event in events if isinstance(event, Exchange)]
    assert one.error == "StreamInterruptedError"


def test_a_stream_that_is_left_early_is_told(emulator: Emulator) -> None:
    """When it is closed, not when it is forgotten."""
    from hf_integrations import HfInferenceClient

    events: list[Event] = []
    read: Callable[[Any], Any] = next
    with HfInferenceClient(**streamed(emulator, events)) as client, chat(client) as stream:
        read(stream)
        assert events == []
    assert [type(event) for event in events] == [Exchange]
