"""`HfInferenceLLM`: text in, text out, for LangChain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LangSmithParams, LanguageModelInput
from langchain_core.language_models.llms import BaseLLM
from langchain_core.outputs import Generation, GenerationChunk, LLMResult
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import (
    ContextThreadPoolExecutor,
    get_config_list,
    merge_configs,
)
from pydantic import AliasChoices, Field

from hf_integrations.langchain.connection import CONFIG, HfConnection
from hf_integrations.langchain.counting import Counting
from hf_integrations.langchain.generation import (
    Route,
    StopTrimmer,
    generation,
    last_piece,
    piece,
    route_of,
)
from hf_integrations.langchain.usage import summed

PARAMETERS = (
    "adapter_id", "best_of", "do_sample", "extra_body", "frequency_penalty", "grammar",
    "max_new_tokens", "repetition_penalty", "return_full_text", "seed", "stop", "temperature",
    "top_k", "top_p", "truncate", "typical_p", "watermark",
)  # fmt: skip


class HfInferenceLLM(HfConnection, Counting, BaseLLM):
    """A model that goes on with a text, whole and streamed, plain and in asyncio.

    Whom to ask is described at `HfConnection`. What is set here is sent with each call; what is
    not set is not sent. Any of it may be given to a call or to `bind` instead, and wins there;
    None leaves it out. The parameters are those of text-generation-inference, which documents
    them; one that the route or the server does not know raises.

    Attributes:
        via: the route. `generation` asks for the continuation of a prompt; `chat` sends the
            prompt as one message of the user. `auto`, the default, chats where the router chooses
            among providers, because they serve only conversations, and generates everywhere else:
            at `hf-inference` and at servers of your own. It looks at the settings, never at an
            answer.
        concurrency: the most prompts of one `generate` or `batch` at a time.
        extra_body: fields for the body that are not listed here; they win.
        max_new_tokens: the most tokens to write; also as `max_tokens`.
        stop: texts at which to stop; those of a call come instead of these. The text that comes
            back ends before them.

    >>> from hf_integrations.emulator import Emulator
    >>> with Emulator() as emulator:
    ...     llm = HfInferenceLLM(model="org/name", base_url=emulator.url, token="hf_test")
    ...     llm.invoke("Hello!")
    'Hello! How can I help you?'
    """

    adapter_id: str | None = None
    best_of: int | None = None
    concurrency: int = Field(default=8, ge=1)
    do_sample: bool | None = None
    extra_body: dict[str, Any] | None = None
    frequency_penalty: float | None = None
    grammar: dict[str, Any] | None = None
    max_new_tokens: int | None = Field(
        default=None, validation_alias=AliasChoices("max_new_tokens", "max_tokens")
    )
    repetition_penalty: float | None = None
    return_full_text: bool | None = None
    seed: int | None = None
    stop: list[str] | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    truncate: int | None = None
    typical_p: float | None = None
    via: Literal["auto", "generation", "chat"] = "auto"
    watermark: bool | None = None

    model_config = CONFIG

    def batch(
        self,
        inputs: list[LanguageModelInput],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[str]:
        """The texts that go on with n inputs; a failure that is returned takes its own place only.

        LangChain's own way gives the failure of one for all of them.
        """
        if not return_exceptions:
            return super().batch(inputs, config, **kwargs)
        each = self._each_by_itself(inputs, config)
        return super(BaseLLM, self).batch(inputs, each, return_exceptions=True, **kwargs)

    async def abatch(
        self,
        inputs: list[LanguageModelInput],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[str]:
        """The texts that go on with n inputs; see `batch`."""
        if not return_exceptions:
            return await super().abatch(inputs, config, **kwargs)
        each = self._each_by_itself(inputs, config)
        return await super(BaseLLM, self).abatch(inputs, each, return_exceptions=True, **kwargs)

    def _each_by_itself(
        self, inputs: list[LanguageModelInput], config: RunnableConfig | list[RunnableConfig] | None
    ) -> list[RunnableConfig]:
        """What each input is told; no more of them at a time than one `generate` would send."""
        told = get_config_list(config, len(inputs))
        return [merge_configs({"max_concurrency": self.concurrency}, one) for one in told]

    def _generate(
        self,
        prompts: list[str],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> LLMResult:
        route, parameters = self._call(stop, kwargs)
        service = getattr(self.plain_client(), route.service)
        ask, stops = getattr(service, route.whole), _stops(route, parameters)

        def one(prompt: str) -> Generation:
            return generation(ask(**route.arguments(prompt, parameters)), stops)

        if len(prompts) == 1:
            return self._result([one(prompts[0])])
        with ContextThreadPoolExecutor(max_workers=self.concurrency) as threads:
            return self._result(list(threads.map(one, prompts)))

    async def _agenerate(
        self,
        prompts: list[str],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> LLMResult:
        route, parameters = self._call(stop, kwargs)
        service = getattr(self.asyncio_client(), route.service)
        ask, stops = getattr(service, route.whole), _stops(route, parameters)
        turn = asyncio.Semaphore(self.concurrency)

        async def one(prompt: str) -> Generation:
            async with turn:
                return generation(await ask(**route.arguments(prompt, parameters)), stops)

        # All are awaited, so that none goes on after a failure.
        answers = await asyncio.gather(*map(one, prompts), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return self._result([answer for answer in answers if isinstance(answer, Generation)])

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        route, parameters = self._call(stop, kwargs)
        service = getattr(self.plain_client(), route.service)
        reader = _Reader(_stops(route, parameters))
        with service.stream(**route.arguments(prompt, parameters)) as stream:
            for chunk in stream:
                if text := reader.text(chunk):
                    if run_manager:
                        run_manager.on_llm_new_token(text, chunk=piece(text))
                    yield piece(text)
        last = reader.last()
        if run_manager:
            run_manager.on_llm_new_token(last.text, chunk=last)
        yield last

    async def _astream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[GenerationChunk]:
        route, parameters = self._call(stop, kwargs)
        service = getattr(self.asyncio_client(), route.service)
        reader = _Reader(_stops(route, parameters))
        async with service.stream(**route.arguments(prompt, parameters)) as stream:
            async for chunk in stream:
                if text := reader.text(chunk):
                    if run_manager:
                        await run_manager.on_llm_new_token(text, chunk=piece(text))
                    yield piece(text)
        last = reader.last()
        if run_manager:
            await run_manager.on_llm_new_token(last.text, chunk=last)
        yield last

    def _call(
        self, stop: list[str] | None, kwargs: Mapping[str, Any]
    ) -> tuple[Route, dict[str, Any]]:
        """The route of a call, and its parameters."""
        own = {name: getattr(self, name) for name in PARAMETERS}
        given = {**self._whom(), **own, **kwargs}
        if "max_tokens" in given:
            given["max_new_tokens"] = given.pop("max_tokens")
        given["stop"] = stop or given["stop"] or None
        via = given.pop("via", self.via)
        wanted = {name: value for name, value in given.items() if value is not None}
        whom = {name: wanted.get(name) for name in ("model", "provider")}
        return route_of(self.config(), via, **whom), wanted

    def _result(self, answers: list[Generation]) -> LLMResult:
        infos = [answer.generation_info or {} for answer in answers]
        output: dict[str, Any] = {"model_name": self.model}
        if counts := [info["token_usage"] for info in infos if "token_usage" in info]:
            output["token_usage"] = summed(counts)
        return LLMResult(generations=[[answer] for answer in answers], llm_output=output)

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop, **kwargs)
        params["ls_provider"] = "huggingface"
        if stops := stop or self.stop:
            params["ls_stop"] = stops
        if (most := kwargs.get("max_tokens", self.max_new_tokens)) is not None:
            params["ls_max_tokens"] = most
        return params

    @property
    def _identifying_params(self) -> dict[str, Any]:
        """What makes two models give different answers."""
        names = ("model", "provider", "via", *PARAMETERS)
        own = self._place() | {name: getattr(self, name) for name in names}
        return {name: value for name, value in own.items() if value is not None}

    @property
    def _llm_type(self) -> Literal["hf-inference"]:
        return "hf-inference"

    @property
    def lc_secrets(self) -> dict[str, str]:
        """The fields that a dump only refers to, and where they are found when it is loaded."""
        return {"token": "HF_TOKEN"}

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """It can be dumped and loaded; a given client stays behind."""
        return True

    @classmethod
    def get_lc_namespace(cls) -> list[str]:
        """Where it is found again: the public place, which stays."""
        return ["hf_integrations", "langchain"]


class _Reader:
    """What is read from the chunks of one stream, of either route."""

    def __init__(self, stops: list[str]) -> None:
        self._trimmer = StopTrimmer(stops)
        self._finish_reason: str | None = None
        self._usage: Any = None

    def text(self, chunk: Any) -> str:
        """What a chunk adds for certain."""
        self._finish_reason = chunk.finish_reason or self._finish_reason
        self._usage = chunk.usage or self._usage
        return self._trimmer.feed(chunk.text)

    def last(self) -> GenerationChunk:
        """The last piece, which says how it went."""
        return last_piece(self._trimmer.rest(), self._finish_reason, self._usage)


def _stops(route: Route, parameters: Mapping[str, Any]) -> list[str]:
    """The stop sequences to take off the end of a text."""
    return list(parameters.get("stop") or ()) if route.keeps_stop else []
