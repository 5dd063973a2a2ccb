"""Spans over a real port, in both colours: the tree, what it says, and what it never says."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import HfError, StreamInterruptedError, ValidationError
from hf_integrations.services.chat import complete
from hf_integrations.services.tracing import traced
from tests.clocks import Clock
from tests.colours import Colour, Looped, Plain
from tests.playing import elsewhere
from tests.services.calls import context, ok, refusal
from tests.telemetry.conftest import Told

MODEL = "org/name"
CHAT, DEAD = f"chat {MODEL}", "http://127.0.0.1:9"
PROMPT = "The planted prompt: 4711 violet elephants."
TOKEN = "hf_plantedplantedplanted"
BOTH = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])


def at(emulator: Emulator, told: Told, **settings: Any) -> dict[str, Any]:
    """The settings of a client whose every call is a trace."""
    known: dict[str, Any] = {
        "base_url": emulator.url, "token": TOKEN, "telemetry": told.otel,
        "telemetry_sample_rate": 1.0, "retry_base_delay": 0.0, "check_endpoints": False,
    }  # fmt: skip
    return known | settings


def chat(client: Any) -> Any:
    """A short conversation."""
    return client.chat.complete(PROMPT, model=MODEL, temperature=0.2, max_tokens=9, stop=[PROMPT])


def stream(client: Any) -> Any:
    """The same, streamed."""
    return client.chat.stream(PROMPT, model=MODEL)


def arrived(emulator: Emulator) -> None:
    """Wait until a request is there."""
    while not emulator.requests:
        time.sleep(0.001)


def said(span: ReadableSpan) -> dict[str, Any]:
    """The attributes of a span."""
    return dict(span.attributes or {})


def events(span: ReadableSpan) -> list[str]:
    """What happened within it."""
    return [event.name for event in span.events]


def test_a_call_is_a_span_with_its_requests_and_waits(told: Told) -> None:
    """Retries, cold start and all; the call went well in the end."""
    where = context(telemetry_sample_rate=1.0, retry_base_delay=0.0, check_endpoints=False)
    call = complete(where, PROMPT, model=MODEL)
    loading = refusal(503, "Model org/name is currently loading")
    answer = ok({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}}]})
    flow = traced(told.otel, where.config, "chat.complete", (PROMPT,), {"model": MODEL}, call)
    Clock().play(flow, [refusal(500), loading, answer])

    assert told.tree() == [
        ("POST", CHAT), ("POST", CHAT), ("cold_start", CHAT), ("POST", CHAT), (CHAT, ""),
    ]  # fmt: skip
    span = told.one(CHAT)
    assert events(span) == ["hf.retry", "hf.cold_start", "hf.cold_start"]
    assert span.status.status_code is StatusCode.UNSET
    assert [said(one).get("http.request.resend_count") for one in told.of("POST")] == [None, 1, 2]
    assert [said(one)["http.response.status_code"] for one in told.of("POST")] == [500, 503, 200]


@BOTH
def test_a_span_says_whom_and_what_and_how_much(
    emulator: Emulator, told: Told, colour: Colour
) -> None:
    """In the words of the conventions."""
    emulator.fail("500, fine")
    colour(chat, **at(emulator, told))

    assert told.tree() == [("POST", CHAT), ("POST", CHAT), (CHAT, "")]
    assert events(told.one(CHAT)) == ["hf.retry"]
    facts = said(told.one(CHAT))
    assert facts["gen_ai.operation.name"] == "chat"
    assert facts["gen_ai.request.model"] == facts["gen_ai.response.model"] == MODEL
    assert facts["gen_ai.request.temperature"] == 0.2
    assert facts["gen_ai.request.max_tokens"] == 9
    assert facts["gen_ai.usage.output_tokens"] > 0
    assert facts["gen_ai.response.finish_reasons"]
    assert facts["server.address"] == "127.0.0.1"


@BOTH
def test_the_span_of_a_stream_ends_with_it(emulator: Emulator, told: Told, colour: Colour) -> None:
    """With the time to the first piece, and the usage that came last."""
    items = colour.items(stream, **at(emulator, told))

    span = told.one(CHAT)
    facts = said(span)
    assert told.tree() == [("POST", CHAT), (CHAT, "")]
    assert events(span) == ["hf.first_chunk"]
    assert facts["hf.stream.chunks"] == len(items)
    assert facts["gen_ai.request.stream"] is True
    assert facts["gen_ai.usage.input_tokens"] > 0
    assert facts["gen_ai.response.finish_reasons"] == ("stop",)
    assert facts["gen_ai.response.time_to_first_chunk"] > 0
    (first,) = told.points("gen_ai.client.operation.time_to_first_chunk")
    (each,) = told.points("gen_ai.client.operation.time_per_output_chunk")
    assert (first.count, each.count) == (1, len(items) - 1)


@BOTH
def test_a_stream_that_breaks_off_is_an_error(
    emulator: Emulator, told: Told, colour: Colour
) -> None:
    """Of the call, and of its request."""
    emulator.fail_next("cut", cut_after=2)
    with pytest.raises(StreamInterruptedError):
        colour.items(stream, **at(emulator, told))

    for name in ("POST", CHAT):
        assert told.one(name).status.status_code is StatusCode.ERROR
        assert said(told.one(name))["error.type"] == "StreamInterruptedError"


def test_a_stream_that_is_left_or_forgotten_has_an_end(emulator: Emulator, told: Told) -> None:
    """When it is closed; one that is forgotten, when that is noticed."""
    with HfInferenceClient(**at(emulator, told)) as client:
        with stream(client) as left:
            next(left)
            assert told.of(CHAT) == []
        forgotten = stream(client)
        next(forgotten)
        del forgotten
        gc.collect()

    assert len(told.of(CHAT)) == 2
    assert {span.status.status_code for span in told.spans} == {StatusCode.UNSET}
    assert trace.get_current_span() is trace.INVALID_SPAN


@BOTH
def test_an_error_is_told_by_its_class_alone(
    emulator: Emulator, told: Told, colour: Colour
) -> None:
    """Its message may quote what was said."""
    emulator.fail_next("invalid")
    with pytest.raises(ValidationError):
        colour(chat, **at(emulator, told))
    with pytest.raises(ValidationError):
        colour(lambda one: one.chat.complete("", model=PROMPT, temperature=PROMPT),
               **at(emulator, told))  # fmt: skip

    first, second = (span for span in told.spans if span.name.startswith("chat"))
    for span in (first, second):
        assert span.status.description == said(span)["error.type"] == "ValidationError"
    assert said(first)["http.response.status_code"] == 422
    assert said(first)["hf.request_id"]


@BOTH
def test_nothing_that_was_said_is_told_unless_it_is_asked_for(
    emulator: Emulator, told: Told, colour: Colour
) -> None:
    """Neither prompt nor answer nor token, in no span and no metric."""
    emulator.fail("500, fine, fine, invalid")
    answer = colour(chat, **at(emulator, told)).text
    colour.items(stream, **at(emulator, told))
    with pytest.raises(HfError):
        colour(chat, **at(emulator, told))
    colour(lambda one: one.embeddings.create([PROMPT], model=MODEL), **at(emulator, told))
    colour(lambda one: one.run("text-classification", PROMPT, model=MODEL), **at(emulator, told))

    words = told.all_of_it()
    for secret in (TOKEN, PROMPT, "violet", answer):
        assert secret not in words


@BOTH
def test_content_is_told_when_it_is_asked_for(
    emulator: Emulator, told: Told, colour: Colour
) -> None:
    """In the form of the conventions; the token still is not."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": PROMPT}]
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    colour(lambda one: one.chat.complete(messages, model=MODEL, tools=[tool]),
           **at(emulator, told, telemetry_content=True))  # fmt: skip

    facts = said(told.one(CHAT))
    assert json.loads(facts["gen_ai.input.messages"])[1] == {
        "role": "user", "parts": [{"type": "text", "content": PROMPT}],
    }  # fmt: skip
    (answer,) = json.loads(facts["gen_ai.output.messages"])
    assert answer["role"] == "assistant"
    assert json.loads(facts["gen_ai.tool.definitions"]) == [tool]
    assert TOKEN not in told.all_of_it()


@BOTH
def test_a_call_within_a_trace_belongs_to_it(
    emulator: Emulator, told: Told, colour: Colour
) -> None:
    """Whatever the rate, in threads of its own and in tasks; servers of one's own are told."""
    texts = [f"text {number}" for number in range(100)]
    with told.tracers.get_tracer("app").start_as_current_span("app") as app:
        settings = at(emulator, told, telemetry_sample_rate=0.0)
        colour(lambda one: one.embeddings.create(texts, model=MODEL), **settings)
        assert trace.get_current_span() is app

    operation = told.one(f"embeddings {MODEL}")
    assert (operation.name, "app") in told.tree()
    assert told.tree().count(("POST", operation.name)) == 4
    ours = f"{operation.get_span_context().trace_id:032x}"  # type: ignore[union-attr]
    sent = [one.headers.get("traceparent", "") for one in emulator.requests if one.path != "/info"]
    assert len(sent) == 4
    assert all(header.split("-")[1] == ours for header in sent)


@pytest.mark.parametrize("propagation", ["own", "all", "off"])
def test_who_is_told_of_the_trace_is_a_setting(
    emulator: Emulator, told: Told, propagation: str
) -> None:
    """A provider behind the router is not, unless all are."""
    settings = at(emulator, told, telemetry_propagation=propagation)
    with HfInferenceClient(**settings) as client:
        client.chat.complete("Hello", model=MODEL, provider="groq")
        client.chat.complete("Hello", model=MODEL)

    sent = ["traceparent" in one.headers for one in emulator.requests if one.method == "POST"]
    assert sent == {"own": [False, True], "all": [True, True], "off": [False, False]}[propagation]
    assert said(told.of(CHAT)[0])["gen_ai.provider.name"] == "groq"


def test_few_calls_begin_a_trace_and_all_are_measured(emulator: Emulator, told: Told) -> None:
    """The rate is of spans, not of metrics."""
    with HfInferenceClient(**at(emulator, told, telemetry_sample_rate=0.0)) as client:
        for _ in range(3):
            chat(client)

    assert told.spans == []
    (duration,) = told.points("gen_ai.client.operation.duration")
    assert duration.count == 3
    assert duration.explicit_bounds[0] == 0.01
    used = {point.attributes["gen_ai.token.type"]: point
            for point in told.points("gen_ai.client.token.usage")}  # fmt: skip
    assert used["input"].sum > 0 < used["output"].sum


def test_finding_out_who_serves_is_a_part_of_its_own(emulator: Emulator, told: Told) -> None:
    """The Hub is asked once; what is remembered is no part."""
    settings = at(emulator, told, default_provider="groq", hub_url=emulator.url)
    with HfInferenceClient(**settings) as client:
        for _ in range(2):
            chat(client)

    assert told.tree().count(("resolve", CHAT)) == 1
    assert ("GET", "resolve") in told.tree()


def test_a_failover_and_a_cache_are_events(emulator: Emulator, told: Told) -> None:
    """Of the one call that the user made."""
    more = {"failover": [emulator.url], "max_retries": 0, "base_url": DEAD}
    with HfInferenceClient(**at(emulator, told, **more)) as client:
        chat(client)
    with HfInferenceClient(**at(emulator, told)) as client:
        client.embeddings.create(["a"], model=MODEL)

    assert events(told.one(CHAT)) == ["hf.failover"]
    assert [one.status.status_code for one in told.of("POST")[:2]] == [
        StatusCode.ERROR, StatusCode.UNSET,
    ]  # fmt: skip
    assert events(told.one(f"embeddings {MODEL}")) == ["hf.cache_lookup"]


def test_management_is_told_without_words_of_models(emulator: Emulator, told: Told) -> None:
    """A span of its own kind, and no metric of GenAI."""
    with HfInferenceClient(**at(emulator, told, hub_url=emulator.url)) as client:
        client.hub.model(MODEL)
        client.endpoints.list()

    assert {"hub.model", "endpoints.list"} <= {span.name for span in told.spans}
    assert not any("gen_ai" in key for span in told.spans for key in said(span))
    assert told.points("gen_ai.client.operation.duration") == []


def test_a_batch_is_a_trace_for_each_item(emulator: Emulator, told: Told) -> None:
    """Not one of a hundred thousand spans."""
    with HfInferenceClient(**at(emulator, told)) as client:
        client.batch("text-classification", ["good", "bad", "so"], model=MODEL)

    assert len(told.of(f"text-classification {MODEL}")) == 3


async def test_a_cancelled_call_is_told_as_such(emulator: Emulator, told: Told) -> None:
    """And leaves no span behind as the current one."""
    emulator.fail_next("slow", delay=30)
    async with AsyncHfInferenceClient(**at(emulator, told)) as client:
        call = asyncio.create_task(chat(client))
        await asyncio.to_thread(arrived, emulator)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    assert said(told.one(CHAT))["error.type"] == "cancelled"
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_threads_do_not_mix_their_spans(emulator: Emulator, told: Told) -> None:
    """Each call has its own request."""
    with HfInferenceClient(**at(emulator, told)) as client:
        threads = [threading.Thread(target=chat, args=(client,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    parents = [span.parent.span_id for span in told.of("POST") if span.parent]
    assert len(set(parents)) == len(told.of(CHAT)) == 8


def test_a_client_that_is_pickled_tells_the_providers_of_where_it_arrives(
    emulator: Emulator, told: Told
) -> None:
    """Providers stay in their process."""
    client = HfInferenceClient(**at(emulator, told))
    arrived = elsewhere(client)
    assert type(arrived.config.telemetry) is type(told.otel)
    assert arrived.config.telemetry is not told.otel
    assert client.with_options(timeout_per_100_tokens=1.0).config.telemetry is told.otel
