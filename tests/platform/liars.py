"""Adapters that each break one promise, told by their names."""

# ruff: noqa: D101, D102 - the name of each says its lie

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from msgspec.structs import replace

from hf_integrations.errors import ConfigurationError, NetworkError, UnsupportedTaskError
from hf_integrations.models.text import Label
from hf_integrations.models.tools import FunctionCall, ToolCall
from hf_integrations.models.usage import TokenUsage
from hf_integrations.platform import (
    AdapterStatus,
    Capabilities,
    Chat,
    CostEstimate,
    Embedding,
    UnifiedModelChunk,
)
from hf_integrations.platform.events import Listener
from hf_integrations.services.health import Check, HealthStatus
from hf_integrations.transport.costs import Price
from hf_integrations.transport.telemetry import Exchange
from tests.platform.honest import WORDS, Answer, HonestAdapter, Request

Stream = AsyncGenerator[UnifiedModelChunk[Any], None]


class Nameless(HonestAdapter):
    provider_id = ""


class Boasts(HonestAdapter):
    async def capabilities(self, model: str | None = None) -> Capabilities:
        found = await super().capabilities(model)
        return replace(found, abilities=found.abilities | {"image_generation"})


class IsModest(HonestAdapter):
    async def capabilities(self, model: str | None = None) -> Capabilities:
        found = await super().capabilities(model)
        return replace(found, abilities=found.abilities - {"embeddings"})


class SpeaksOfAnother(HonestAdapter):
    async def capabilities(self, model: str | None = None) -> Capabilities:
        return replace(await super().capabilities(model), model="another")


class KnowsEveryName(HonestAdapter):
    async def validate_model(self, model: str) -> bool:
        return True


class AnswersForNobody(HonestAdapter):
    def _check(self, model: str | None) -> None:
        """Everybody is here."""

    async def capabilities(self, model: str | None = None) -> Capabilities:
        return await super().capabilities(model if model != "nobody" else "chatter")


class ListsNothingness(HonestAdapter):
    async def list_models(self) -> list[str]:
        return ["chatter", ""]


class ListsOthers(HonestAdapter):
    async def list_models(self) -> list[str]:
        return ["chatter", "ghost"]


class Unsigned(HonestAdapter):
    async def invoke(self, request: Request) -> Answer:
        return replace(await super().invoke(request), provider="")


class TakesNoTime(HonestAdapter):
    async def invoke(self, request: Request) -> Answer:
        return replace(await super().invoke(request), seconds=0.0)


class SaysNothing(HonestAdapter):
    def output(self, request: Request) -> Any:
        output = super().output(request)
        return replace(output, content="") if request.kind == "chat" else output


class Rambles(HonestAdapter):
    async def invoke(self, request: Request) -> Answer:
        return replace(await super().invoke(request), usage=TokenUsage(3, 900, 903))


class TakesEverything(HonestAdapter):
    async def invoke(self, request: Any) -> Answer:
        if isinstance(request, str):
            return await super().invoke(Chat(messages=request, model="chatter"))
        return await super().invoke(request)


class RefusesByAnotherError(HonestAdapter):
    def output(self, request: Request) -> Any:
        try:
            return super().output(request)
        except UnsupportedTaskError:
            raise NetworkError("no") from None


class AnswersWhatItCannot(HonestAdapter):
    def output(self, request: Request) -> Any:
        try:
            return super().output(request)
        except UnsupportedTaskError:
            return "something"


class WritesDoubles(HonestAdapter):
    def output(self, request: Request) -> Any:
        output = super().output(request)
        return output.astype("float64") if isinstance(request, Embedding) else output


class Shuffles(HonestAdapter):
    def output(self, request: Request) -> Any:
        output = super().output(request)
        return output[::-1] if isinstance(request, Embedding) else output


class EmbedsAllAlike(HonestAdapter):
    def vector(self, text: str) -> list[float]:
        return [1.0, 0.0]


class LosesOne(HonestAdapter):
    async def embeddings(self, texts: Sequence[str], *, model: str | None = None) -> Answer:
        return await super().embeddings(texts[1:], model=model)


class PutsTheWorstFirst(HonestAdapter):
    def output(self, request: Request) -> Any:
        output = super().output(request)
        return (
            [Label("bad", 0.1), Label("good", 0.9)] if request.kind == "classification" else output
        )


class StreamsOtherWords(HonestAdapter):
    async def invoke_stream(self, request: Request) -> Stream:
        async for piece in super().invoke_stream(request):
            yield piece if piece.response else UnifiedModelChunk(text="blah ")


class StreamsNoEnd(HonestAdapter):
    async def invoke_stream(self, request: Request) -> Stream:
        async for piece in super().invoke_stream(request):
            if piece.response is None:
                yield piece


class StreamsTheWholeAlways(HonestAdapter):
    async def invoke_stream(self, request: Request) -> Stream:
        *_, last = [piece async for piece in super().invoke_stream(request)]
        for word in WORDS:
            yield UnifiedModelChunk(text=word, response=last.response)


class StreamsVectors(HonestAdapter):
    async def invoke_stream(self, request: Request) -> Stream:
        yield UnifiedModelChunk(response=await self.invoke(request))


class FallsSilentWhenLeft(HonestAdapter):
    left = False

    async def invoke_stream(self, request: Request) -> Stream:
        try:
            async for piece in super().invoke_stream(request):
                yield piece
        except GeneratorExit:
            self.left = True
            raise

    async def invoke(self, request: Request) -> Answer:
        if self.left:
            raise NetworkError("gone")
        return await super().invoke(request)


class CallsWithoutAnId(HonestAdapter):
    def call(self) -> ToolCall:
        return ToolCall(None, FunctionCall("get_weather", '{"city": "Paris"}'))


class CallsAnother(HonestAdapter):
    def call(self) -> ToolCall:
        return ToolCall("call_1", FunctionCall("get_time", '{"city": "Paris"}'))


class CallsWithoutArguments(HonestAdapter):
    def call(self) -> ToolCall:
        return ToolCall("call_1", FunctionCall("get_weather", "{}"))


class IsIll(HonestAdapter):
    async def health_check(self) -> HealthStatus:
        return HealthStatus([Check("api", False, 0.001)])


class RaisesWhenAskedHowItIs(HonestAdapter):
    async def health_check(self) -> HealthStatus:
        raise NetworkError("no")


class CountsNothing(HonestAdapter):
    def status(self) -> AdapterStatus:
        return AdapterStatus(provider=self.provider_id)


class IsAlwaysAway(HonestAdapter):
    def status(self) -> AdapterStatus:
        return replace(super().status(), available=False)


class CostsAlwaysTheSame(HonestAdapter):
    async def estimate_cost(
        self, request: Request, *, output_tokens: int | None = None
    ) -> CostEstimate:
        return await super().estimate_cost(request)


class IsFree(HonestAdapter):
    async def estimate_cost(
        self, request: Request, *, output_tokens: int | None = None
    ) -> CostEstimate:
        found = await super().estimate_cost(request, output_tokens=output_tokens)
        return replace(found, price=Price(0.0, 0.0))


class TellsNobody(HonestAdapter):
    def tell(self, request: Request) -> None:
        """Say nothing."""


class NeverStops(HonestAdapter):
    def events(self, listener: Listener) -> Callable[[], None]:
        super().events(listener)
        return lambda: None


class TellsWhatWasSaid(HonestAdapter):
    def tell(self, request: Request) -> None:
        self.listeners(told(request))


class ShowsItsToken(HonestAdapter):
    def __repr__(self) -> str:
        return "ShowsItsToken(token='sesame')"


class FailsWithItsListener(HonestAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[Listener] = []

    def events(self, listener: Listener) -> Callable[[], None]:
        self.told.append(listener)
        return lambda: self.told.remove(listener)

    def tell(self, request: Request) -> None:
        super().tell(request)
        for listener in self.told:
            listener(told(Chat(messages="", model=request.model)))


class ClosesOnce(HonestAdapter):
    closed = False

    async def close(self) -> None:
        if self.closed:
            raise ConfigurationError("closed already")
        self.closed = True


def told(request: Request) -> Any:
    """An event with the text of the request where its model should be."""
    return Exchange(
        task=request.kind, provider="honest", model=request.text, host="", began=0, seconds=0.1
    )
