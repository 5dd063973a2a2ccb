"""A planted token and a planted prompt, and everything a program could show of a day with them.

Calls of every kind in both colours, through both frameworks, and every failure that the emulator
knows, by a server that quotes what it was sent. Then all of it is searched: logs, spans, metrics,
records, errors with their tracebacks, reprs, pickles, what notebooks show, and standard output.
"""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.emulator.faults.named import NAMED
from hf_integrations.emulator.settings import ODDITIES
from hf_integrations.errors import HfError
from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings
from hf_integrations.llama_index import HfInferenceLLM
from hf_integrations.telemetry import Event, PrometheusMetrics
from tests.planted import PROMPT, TOKEN
from tests.services.endpoints.orders import order
from tests.telemetry.conftest import Told, told

__all__ = ["told"]

MODEL = "org/name"
# These take time and say nothing, or are odd ways to say what is well.
NO_TROUBLE = {"slow", "slow_tokens", "fine", *ODDITIES}
# Pieces of the prompt: one that is left of it says too much.
SECRETS = (TOKEN[3:], "violet elephants", "frozen river")
SHOWN = ("_repr_html_", "_repr_markdown_", "_repr_mimebundle_", "_repr_svg_", "_repr_latex_")
QUOTING = {"error": f"Bad input: {PROMPT!r} from Bearer {TOKEN}", "message": PROMPT}


class Day:
    """What a program has seen, as it would be shown.

    Attributes:
        seen: texts and bytes, each with where it was seen.
        events: the records that a listener got.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.events: list[Event] = []

    def show(self, where: str, thing: Any, *, answer: bool = False) -> None:
        """Show a thing in every way there is; an answer may say what was said to the model."""
        for way, text in _shown(thing):
            shown = text.replace(PROMPT, "") if answer else text
            self.seen.append((f"{where}: {way} of {type(thing).__name__}", shown))

    def tried(self, where: str, call: Callable[[], Any]) -> None:
        """Do something, and show what came of it, error or not."""
        try:
            self.show(where, call(), answer=True)
        except HfError as error:
            self.failed(where, error)

    def failed(self, where: str, error: BaseException) -> None:
        """Show an error as it is raised, logged and sent to another process."""
        partial = getattr(error, "partial", None) is not None  # what had come of the answer
        for way, text in _shown(error):
            shown = text.replace(PROMPT, "") if partial and way == "pickle" else text
            self.seen.append((f"{where}: {way} of {type(error).__name__}", shown))
        self.seen.append((f"{where}: traceback", "".join(traceback.format_exception(error))))
        self.show(where, {name: value for name, value in vars(error).items() if name != "partial"})

    def leaks(self) -> list[tuple[str, str]]:
        """Where something planted was seen, and what was around it."""
        return [
            (where, text[max(0, text.find(secret) - 80) : text.find(secret) + 80])
            for where, text in self.seen
            for secret in SECRETS
            if secret in text
        ]


def _shown(thing: Any) -> Iterable[tuple[str, str]]:
    yield "repr", repr(thing)
    yield "str", str(thing)
    with suppress(TypeError):
        yield "format", format(thing)
    for way in SHOWN:
        if callable(method := getattr(type(thing), way, None)):
            yield way, str(method(thing))
    with suppress(Exception):  # not everything can be pickled
        yield "pickle", pickle.dumps(thing).decode("latin-1")


def settings(
    emulator: Emulator, day: Day, told: Told, metrics: PrometheusMetrics
) -> dict[str, Any]:
    """Of a client that tells everything it can, and waits for nothing."""
    return {
        "base_url": emulator.url, "token": TOKEN, "on_event": [day.events.append, metrics],
        "telemetry": told.otel, "telemetry_sample_rate": 1.0, "generation_cache": True,
        "retry_base_delay": 0.0, "retry_max_delay": 0.001, "auto_wait_for_model": False,
        "max_retries": 1, "circuit_breaker": False, "adaptive_rate_limits": False,
        "headers": {"x-own": TOKEN}, "hub_url": emulator.url,
    }  # fmt: skip


CALLS: dict[str, Callable[[Any], Any]] = {
    "chat": lambda one: one.chat.complete(PROMPT, model=MODEL, temperature=0.0, seed=1),
    "messages": lambda one: one.chat.complete(
        [{"role": "system", "content": PROMPT}, {"role": "user", "content": PROMPT}],
        model=MODEL, tools=[{"type": "function", "function": {
            "name": "f", "description": PROMPT, "parameters": {"type": "object"}}}],
    ),
    "text generation": lambda one: one.text_generation.generate(PROMPT, model=MODEL, stop=[PROMPT]),
    "embeddings": lambda one: one.embeddings.create([PROMPT, "other"], model=MODEL),
    "classification": lambda one: one.text.classify(PROMPT, model=MODEL),
    "run": lambda one: one.run("summarization", PROMPT, model=MODEL),
    "picture": lambda one: one.image.generate(PROMPT, model=MODEL),
    "speech": lambda one: one.audio.speak(PROMPT, model=MODEL),
    "raw": lambda one: one.chat.with_raw_response.complete("Hello", model=MODEL),
    "wrong option": lambda one: one.chat.complete(PROMPT, model=MODEL, temperature=PROMPT),
    "wrong kind": lambda one: one.embeddings.create({PROMPT: 1}, model=MODEL),
    "wrong model": lambda one: one.chat.complete("Hello", model=f"http://x:{TOKEN}@host/"),
    "no such task": lambda one: one.run("no-such-task", PROMPT),
    "hub": lambda one: one.hub.model(MODEL),
    "hub search": lambda one: one.hub.search(limit=1),
    "account": lambda one: one.hub.whoami(),
    "endpoints": lambda one: one.endpoints.list(),
    "no endpoint": lambda one: one.endpoints.get("nothing"),
    "paused": lambda one: one.with_options(endpoint="emulator/rests").chat.complete(PROMPT),
    "health": lambda one: one.health_check(),
    "costs": lambda one: one.costs(),
    "batch": lambda one: one.batch("text-classification", [PROMPT, 3], model=MODEL),
}  # fmt: skip
BRIEF = ("chat", "embeddings", "classification", "text generation")


def stream(client: Any) -> Any:
    """A chat as it is written."""
    return client.chat.stream(PROMPT, model=MODEL)


def plain_day(day: Day, emulator: Emulator, known: dict[str, Any]) -> None:
    """Everything by the plain client."""
    with HfInferenceClient(**known) as client:
        for name, call in CALLS.items():
            day.tried(name, lambda call=call: call(client))  # type: ignore[misc]
        day.tried("stream", lambda: list(stream(client)))
        for fault in trouble(emulator):
            for name in BRIEF:
                day.tried(f"{fault}, {name}", lambda name=name: CALLS[name](client))  # type: ignore[misc]
            day.tried(f"{fault}, stream", lambda: list(stream(client)))
        emulator.calm()
        for thing in (
            client, client.config, client.chat, client.embeddings, client.endpoints,
            stream(client), client.metrics(), client.circuits(), client.cache_stats(),
            client.pool(), client.with_options(max_retries=2), client.bound(_Held),
        ):  # fmt: skip
            day.show("objects", thing)


async def looped_day(day: Day, emulator: Emulator, known: dict[str, Any]) -> None:
    """Everything by the asyncio client."""
    async with AsyncHfInferenceClient(**known) as client:
        for name, call in CALLS.items():
            await awaited(day, name, lambda call=call: call(client))  # type: ignore[misc]
        await awaited(day, "stream", lambda: collected(stream(client)))
        for fault in trouble(emulator):
            await awaited(day, f"{fault}, chat", lambda: CALLS["chat"](client))
            await awaited(day, f"{fault}, stream", lambda: collected(stream(client)))
        emulator.calm()
        for thing in (client, client.config, client.chat, stream(client), client.metrics()):
            day.show("objects", thing)


async def awaited(day: Day, where: str, call: Callable[[], Any]) -> None:
    """As `Day.tried`."""
    try:
        day.show(where, await call(), answer=True)
    except HfError as error:
        day.failed(where, error)


async def collected(stream: Any) -> list[Any]:
    """The items of a stream."""
    async with stream:
        return [item async for item in stream]


def trouble(emulator: Emulator) -> Iterable[str]:
    """Every failure the emulator knows, and a server that quotes what it was sent."""
    for name in sorted(NAMED.keys() - NO_TROUBLE):
        emulator.calm()
        emulator.fail(f"99 x {name}")
        yield name
    for status in (400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503):
        emulator.calm()
        emulator.fail_next(status=status, body=QUOTING, times=99)
        yield f"quoted with {status}"
    emulator.calm()
    event = f"data: {msgspec.json.encode(QUOTING).decode()}\n\n"
    emulator.fail_next(insert=event, times=99)
    yield "quoted in a stream"


class _Held:
    """What services are bound to, shown as a debugger would."""

    def __init__(self, context: Any, connections: Any) -> None:
        self._held = (context, connections)

    def __repr__(self) -> str:
        return repr(self._held)


def frameworks(day: Day, emulator: Emulator) -> None:
    """The same through LangChain and LlamaIndex."""
    known: dict[str, Any] = {
        "model": MODEL, "base_url": emulator.url, "token": TOKEN, "max_retries": 0,
    }  # fmt: skip
    chat, embeddings = ChatHfInference(**known), HfInferenceEmbeddings(**known)
    model = HfInferenceLLM(**known)
    for thing in (chat, embeddings, model):
        day.show("frameworks", thing)
    day.seen.append(("LlamaIndex: to_json", model.to_json()))
    day.show("LangChain: lc_attributes", chat.to_json())
    for status in (None, 422, 500):
        emulator.calm()
        if status:
            emulator.fail_next(status=status, body=QUOTING, times=9)
        for name, call in (
            ("LangChain", lambda: chat.invoke(PROMPT)),
            ("LangChain, stream", lambda: list(chat.stream(PROMPT))),
            ("LangChain, embeddings", lambda: embeddings.embed_query(PROMPT)),
            ("LlamaIndex", lambda: model.complete(PROMPT)),
        ):
            day.tried(name, call)


def test_nothing_planted_is_ever_shown(
    emulator: Emulator, told: Told, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in any way, of anything, whatever went wrong."""
    day, metrics, log = Day(), PrometheusMetrics(), io.StringIO()
    emulator.endpoints.create("emulator", order("rests").body())
    emulator.clock.advance(10)
    emulator.endpoints.pause("emulator", "rests")
    known = settings(emulator, day, told, metrics)
    handler, root = logging.StreamHandler(log), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with warnings.catch_warnings(record=True, action="always") as warned:
            plain_day(day, emulator, known)
            asyncio.run(looped_day(day, emulator, known))
            frameworks(day, emulator)
    finally:
        root.setLevel(before)
        root.removeHandler(handler)

    for event in day.events:
        day.show("events", event)
    day.seen += [("warning", str(one.message)) for one in warned]
    printed = capfd.readouterr()
    day.seen += [
        ("log", log.getvalue()), ("spans and metrics of OpenTelemetry", told.all_of_it()),
        ("Prometheus", metrics.text()), ("standard output", printed.out),
        ("standard error", printed.err),
    ]  # fmt: skip
    assert len(told.spans) > 300
    assert {type(event).__name__ for event in day.events} >= {"Exchange", "Repeat", "EndpointSeen"}
    assert log.getvalue()
    assert day.leaks() == []
