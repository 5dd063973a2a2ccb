"""`hfi bench`: how fast this machine, this library and the service are together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from msgspec import Struct

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.surroundings import (
    CHAT_MODEL,
    EMBEDDING_MODEL,
    Surroundings,
    Wishes,
    served,
)

ASKED = "When are default parameter values evaluated?"
WORDS = 16  # tokens of an answer


class Figures(Struct, frozen=True):
    """What was measured.

    Attributes:
        service: what answered.
        call_ms: a whole call, the median of `calls` one after another.
        call_p95_ms: the call that only one in twenty is slower than.
        first_token_ms: until a streamed answer begins, the median.
        calls_per_second: with `at_once` calls in flight.
        texts_per_second: embedded in one call of `texts`.
    """

    service: str
    calls: int
    at_once: int
    texts: int
    call_ms: float
    call_p95_ms: float
    first_token_ms: float
    calls_per_second: float
    texts_per_second: float


@asking("provider", "emulator", automatic=True)
def bench(
    *,
    calls: Annotated[int, typer.Option("--calls", min=1, help="Calls one after another.")] = 20,
    at_once: Annotated[int, typer.Option("--at-once", min=1, help="Calls in flight.")] = 50,
    texts: Annotated[int, typer.Option("--texts", min=1, help="Texts to embed.")] = 256,
    model: options.ChatModel = CHAT_MODEL,
    embedding_model: options.EmbeddingModel = EMBEDDING_MODEL,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Measure calls, streams, calls in parallel and embeddings, in some seconds.

    Without HF_TOKEN the emulator answers. With it, the calls are real and cost what they cost.
    """
    with served(wishes) as place:
        whole, first = _one_by_one(place, model, calls)
        parallel = asyncio.run(_side_by_side(place, model, at_once))
        embedded = _embedded(place, embedding_model, texts)
    found = Figures(
        place.service, calls, at_once, texts,
        _ms(whole[len(whole) // 2]), _ms(whole[min(len(whole) * 95 // 100, len(whole) - 1)]),
        _ms(first[len(first) // 2]), round(at_once / parallel, 1), round(texts / embedded, 1),
    )  # fmt: skip
    if as_json:
        show.as_json(found)
        return
    rows = [
        ("a call", f"{found.call_ms} ms", f"95 % within {found.call_p95_ms} ms"),
        ("until a stream begins", f"{found.first_token_ms} ms", f"{calls} of each"),
        ("calls in parallel", f"{found.calls_per_second} / s", f"{at_once} at once"),
        ("embeddings", f"{found.texts_per_second} / s", f"{texts} texts"),
        ("served by", found.service, ""),
    ]
    show.table(("what", "figure", "how"), rows)


def _one_by_one(place: Surroundings, model: str, calls: int) -> tuple[list[float], list[float]]:
    """Seconds of whole calls, and until streams begin, each in order of size."""
    whole: list[float] = []
    first: list[float] = []
    with place.client() as client:
        client.chat.complete(ASKED, model=model, max_tokens=WORDS)  # connects
        for _ in range(calls):
            with _timed(whole):
                client.chat.complete(ASKED, model=model, max_tokens=WORDS)
            with _timed(first):
                stream = client.chat.stream(ASKED, model=model, max_tokens=WORDS)
                next(stream, None)
            stream.close()
    return sorted(whole), sorted(first)


async def _side_by_side(place: Surroundings, model: str, at_once: int) -> float:
    """Seconds for so many calls in flight."""
    from hf_integrations.client import AsyncHfInferenceClient

    async with AsyncHfInferenceClient(**place.settings) as client:
        spent: list[float] = []
        with _timed(spent):
            asks = (
                client.chat.complete(ASKED, model=model, max_tokens=WORDS) for _ in range(at_once)
            )
            await asyncio.gather(*asks)
    return spent[0]


def _embedded(place: Surroundings, model: str, texts: int) -> float:
    """Seconds for one call of so many texts."""
    with place.client() as client:
        spent: list[float] = []
        with _timed(spent):
            client.embeddings.create([f"{ASKED} {number}" for number in range(texts)], model=model)
    return spent[0]


@contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    into.append(time.perf_counter() - begin)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
