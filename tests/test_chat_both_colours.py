"""All that a chat can do, in both colours, over a real socket, against the emulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.models.chat import ChatMessage
from hf_integrations.models.timings import Timings
from hf_integrations.models.tools import Tool
from tests.colours import Colour, Looped, Plain
from tests.services.tasks_at_hand import PNG

MODEL = "org/name"
THINKER = "deepseek-ai/DeepSeek-R1"
QUESTION = "What is the weather in Paris, and what is the time in London?"


@pytest.fixture(params=[Plain, Looped])
def ask(request: pytest.FixtureRequest) -> Colour:
    """Both clients."""
    colour: Colour = request.param()
    return colour


def at(emulator: Emulator, **settings: Any) -> dict[str, Any]:
    """The settings for a client of the emulator."""
    return {"base_url": emulator.url, "token": "hf_x", "max_retries": 2, "retry_base_delay": 0,
            "retry_max_delay": 2} | settings  # fmt: skip


def sent(emulator: Emulator) -> Any:
    """What the last request carried."""
    return msgspec.json.decode(emulator.requests[-1].raw)


@dataclass
class weather:
    """The weather in a city."""

    city: str


@dataclass
class time:
    """The time in a city."""

    city: str


def whole(ask: Colour, emulator: Emulator, **options: Any) -> Any:
    """A chat answered whole."""
    return ask(lambda client: client.chat.complete(**options), **at(emulator))


def put_together(ask: Colour, emulator: Emulator, *, settings: Any = None, **options: Any) -> Any:
    """A chat answered as it is written, and put together."""
    return ask(
        lambda client: client.chat.stream(**options).response(), **at(emulator, **(settings or {}))
    )


ODDITIES = (
    "arguments_object", "calls_object", "no_index", "same_index", "empty_ids", "null_ids",
    "repeated_ids", "one_chunk", "finish_stop", "no_space", "pings",
)  # fmt: skip


@pytest.mark.parametrize("oddity", ["", *ODDITIES])
def test_calls_are_the_same_in_every_shape(ask: Colour, emulator: Emulator, oddity: str) -> None:
    """Whole, streamed, and as another server would have sent them."""
    asked = {"messages": QUESTION, "model": MODEL, "tools": [weather, time], "tool_choice": "any"}
    for answering in (whole, put_together):
        if oddity:
            emulator.fail_next(oddity)
        answer = answering(ask, emulator, **asked)
        if oddity == "calls_object" and answering is whole:
            assert [call.name for call in answer.tool_calls] == ["weather"]  # no more fit in
            continue

        assert [call.name for call in answer.tool_calls] == ["weather", "time"]
        assert [call.arguments for call in answer.tool_calls] == [
            {"city": "Paris"},
            {"city": "London"},
        ]
        assert len({call.id for call in answer.tool_calls}) == 2
        assert answer.message.content is None
        assert sent(emulator)["tool_choice"] == "required"


def test_a_conversation_with_tools_goes_on(ask: Colour, emulator: Emulator) -> None:
    """The answer goes back as it came, though the server gave its calls no ids."""
    asked = {"model": MODEL, "tools": [Tool.of(weather)]}
    user = ChatMessage("user", "What is the weather in Paris?")
    emulator.fail_next("null_ids")
    first = whole(ask, emulator, messages=[user], tool_choice="weather", **asked)
    result = ChatMessage("tool", "sunny", tool_call_id=first.tool_calls[0].id)
    second = whole(ask, emulator, messages=[user, first.message, result], **asked)

    assert second.text == "The tool weather answered: sunny"


@pytest.mark.parametrize("form", ["reasoning", "reasoning_content", "think", "parts"])
def test_thoughts_are_told_apart_in_every_form(ask: Colour, form: str) -> None:
    """Whole and streamed the same; usage counts them."""
    with Emulator(reasoning=form) as emulator:
        asked = {"messages": "Hi!", "model": MODEL, "reasoning_effort": "high"}
        first, second = whole(ask, emulator, **asked), put_together(ask, emulator, **asked)

        assert first.reasoning.startswith("The user says: Hi!")
        assert first.text == "Hello! How can I help you?"
        assert (second.text, second.reasoning) == (first.text, first.reasoning)
        assert second.usage == first.usage
        assert first.usage.reasoning_tokens > 5


def test_thoughts_may_stay_in_the_text(ask: Colour) -> None:
    """By the setting."""
    with Emulator(reasoning="think") as emulator:
        asked = {"messages": "Hi!", "model": THINKER}
        answer = put_together(ask, emulator, settings={"think_tags": "keep"}, **asked)

        assert answer.text.startswith("<think>\nThe user says")
        assert answer.reasoning is None


def test_thoughts_go_back_while_calls_are_answered(ask: Colour) -> None:
    """To a server that has them as `reasoning_content`."""
    with Emulator(reasoning="reasoning_content") as emulator:
        asked = {"model": THINKER, "tools": [weather]}
        user = ChatMessage("user", "What is the weather in Paris?")
        first = put_together(ask, emulator, messages=[user], **asked)
        result = ChatMessage("tool", "sunny", tool_call_id=first.tool_calls[0].id)
        whole(ask, emulator, messages=[user, first.message, result], **asked)

        assert sent(emulator)["messages"][1]["reasoning_content"] == first.reasoning
        assert "reasoning" not in sent(emulator)["messages"][1]


def test_several_answers_are_kept_apart(ask: Colour, emulator: Emulator) -> None:
    """Whole and streamed, with their log probabilities."""
    asked = {
        "messages": "Hi!",
        "model": MODEL,
        "n": 3,
        "logprobs": True,
        "top_logprobs": 2,
        "seed": 1,
    }
    first, second = whole(ask, emulator, **asked), put_together(ask, emulator, **asked)

    assert [choice.index for choice in first.choices] == [0, 1, 2]
    assert second.choices == first.choices
    tokens = first.choices[2].tokens
    assert "".join(token.token for token in tokens) == first.text
    assert tokens[0].top_logprobs[0].token == tokens[0].token


def test_a_streamed_answer_is_as_good_as_a_whole_one(ask: Colour, emulator: Emulator) -> None:
    """All but the time it was made at."""
    asked = {"messages": "Hi!", "model": MODEL, "stop": ["help"], "max_tokens": 50}
    first, second = whole(ask, emulator, **asked), put_together(ask, emulator, **asked)

    assert (second.text, second.finish_reason) == ("Hello! How can I ", "stop")
    second.created, second.id = first.created, first.id
    assert second == first
    assert second.request_id == emulator.requests[-1].id


class Meal(msgspec.Struct):
    """A meal that is ordered."""

    dish: str
    guests: int


def test_an_answer_is_an_object_of_a_class(ask: Colour, emulator: Emulator) -> None:
    """Whole and streamed."""
    asked = {"messages": "dish: soup, guests: 4", "model": MODEL, "response_format": Meal}
    for answering in (whole, put_together):
        assert answering(ask, emulator, **asked).parsed == Meal("soup", 4)


@pytest.mark.parametrize("engine", ["tgi", "vllm", "sglang", "llama.cpp"])
def test_every_engine_is_asked_for_a_form_in_its_own_words(ask: Colour, engine: str) -> None:
    """And for a tool by its name."""
    with Emulator(engine=engine) as server:
        asked: dict[str, Any] = {"messages": "dish: soup, guests: 4", "model": "m"}
        assert whole(ask, server, **asked, response_format=Meal).parsed == Meal("soup", 4)
        kind = "json" if engine == "tgi" else "json_schema"
        assert sent(server)["response_format"]["type"] == kind
        answer = put_together(ask, server, **asked, tools=[weather, time], tool_choice="time")
        assert [call.name for call in answer.tool_calls] == ["time"]


def test_pictures_reach_the_model(ask: Colour, emulator: Emulator) -> None:
    """As bytes and by URL."""
    parts = ["What is this?", PNG, {"type": "image", "image": "https://example.com/a.png"}]
    answer = whole(ask, emulator, messages=[ChatMessage("user", parts)], model=MODEL)

    assert "2 images" in answer.text


def test_what_was_exchanged_can_be_looked_at(ask: Colour, emulator: Emulator) -> None:
    """With what was tried before, and as a line for a shell."""
    emulator.fail_next("rate_limited")
    raw = ask(
        lambda client: client.chat.with_raw_response.complete("Hi!", model=MODEL), **at(emulator)
    )

    assert raw.value.text == "Hello! How can I help you?"
    assert (raw.status, raw.retries) == (200, 1)
    assert raw.request_id == raw.value.request_id == emulator.requests[-1].id
    assert raw.headers["content-type"] == raw.value.headers["content-type"] == "application/json"
    assert "hf_x" not in raw.curl()
    assert raw.curl().startswith(f"curl -X POST {emulator.url}/v1/chat/completions -H ")


def test_the_exchange_of_a_stream_can_be_looked_at(ask: Colour, emulator: Emulator) -> None:
    """Once it is open."""
    emulator.fail_next("unavailable")

    def call(client: Any) -> Any:
        found.append(client.chat.with_raw_response.stream("Hi!", model=MODEL))
        return found[0].response()

    found: list[Any] = []
    ask(call, **at(emulator))
    stream = found[0]
    assert (stream.exchange.status, stream.exchange.retries) == (200, 1)
    assert stream.request_id == emulator.requests[-1].id
    assert '"stream":true' in stream.exchange.curl()


@pytest.mark.parametrize("engine", ["tgi", "tei"])
def test_timings_are_in_seconds(ask: Colour, engine: str) -> None:
    """Of both of Hugging Face's engines, through any service."""
    with Emulator(engine=engine) as server:

        def call(client: Any) -> Any:
            if engine == "tei":
                return client.embeddings.with_raw_response.create("a text")
            return client.text_generation.with_raw_response.generate("a text")

        raw = ask(call, **at(server))
        assert isinstance(raw.timings, Timings)
        assert raw.timings.compute is not None
        assert raw.timings.total is not None
        assert raw.timings.compute == pytest.approx(raw.timings.total, abs=2e-3)
        assert [exchange.status for exchange in raw.exchanges] == [200, 200]


def test_a_stream_that_is_left_early_is_what_had_come(ask: Colour, emulator: Emulator) -> None:
    """And its connection is given back or cut."""
    if isinstance(ask, Plain):

        def call(client: Any) -> Any:
            with client.chat.stream("Hi!", model=MODEL) as stream:
                next(stream), next(stream)
            return stream.response()

        answer = ask(call, **at(emulator))
    else:

        async def acall(client: Any) -> Any:
            async with client.chat.stream("Hi!", model=MODEL) as stream:
                await anext(stream), await anext(stream)
            return await stream.response()

        answer = ask(acall, **at(emulator))

    assert answer.text
    assert "Hello! How can I help you?".startswith(answer.text)


def test_a_reader_may_pause_for_longer_than_a_server_may_be_silent(
    ask: Colour, emulator: Emulator
) -> None:
    """What had arrived meanwhile is read on."""
    import asyncio
    import threading

    settings = at(emulator, stream_timeout=0.2)
    if isinstance(ask, Plain):

        def call(client: Any) -> Any:
            with client.chat.stream("Hi!", model=MODEL) as stream:
                next(stream)
                threading.Event().wait(0.5)
                return stream.response()

        answer = ask(call, **settings)
    else:

        async def acall(client: Any) -> Any:
            async with client.chat.stream("Hi!", model=MODEL) as stream:
                await anext(stream)
                await asyncio.sleep(0.5)
                return await stream.response()

        answer = ask(acall, **settings)

    assert answer.text == "Hello! How can I help you?"
