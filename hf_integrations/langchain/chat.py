"""`ChatHfInference`: chat models of Hugging Face for LangChain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LangSmithParams, LanguageModelInput, ModelProfile
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from hf_integrations.errors import ValidationError
from hf_integrations.langchain import blocks
from hf_integrations.langchain.chunks import ChunkReader
from hf_integrations.langchain.connection import CONFIG, HfConnection
from hf_integrations.langchain.counting import Counting
from hf_integrations.langchain.facts import facts_of
from hf_integrations.langchain.messages import wire_messages
from hf_integrations.langchain.results import chat_result
from hf_integrations.langchain.tools import wire_offer, wire_response_format
from hf_integrations.langchain.usage import summed

if TYPE_CHECKING:
    from hf_integrations.langchain.structured import Method

blocks.register()

PARAMETERS = (
    "extra_body", "frequency_penalty", "logit_bias", "logprobs", "max_completion_tokens",
    "max_tokens", "n", "parallel_tool_calls", "presence_penalty", "reasoning_effort",
    "response_format", "seed", "stop", "temperature", "top_logprobs", "top_p",
)  # fmt: skip


class ChatHfInference(HfConnection, Counting, BaseChatModel):
    """A chat model, whole and streamed, plain and in asyncio.

    Whom to ask is described at `HfConnection`. What is set here is sent with each call; what is
    not set is not sent. Any of it may be given to a call or to `bind` instead, and wins there;
    None leaves it out. Nothing else is accepted: `extra_body` sends what is not listed.

    Attributes:
        extra_body: fields for the body that are not listed here; they win.
        logprobs: whether to give the log probability of each token.
        max_tokens: the most tokens to write.
        max_completion_tokens: the same in newer words; some models count reasoning in it.
        n: how many answers to give; `generate` has them all, and a stream takes no more than one.
        parallel_tool_calls: whether several tools may be called at once; sent along with tools.
        reasoning_effort: how much to think, where the model can.
        return_reasoning: whether thoughts go back to the model: `auto`, within a round of tool
            calls, where the server wants them; `always`; `never`.
        response_format: a dict as the server knows it, or a class that describes the answer.
        stop: texts at which to stop; those of a call come instead of these.
        streaming: whether `invoke` streams too; False keeps `stream` from streaming.
        stream_usage: whether a stream ends with its token counts.
        think_tags: what becomes of thoughts between `<think>` tags: `split`, they are told apart;
            `opened`, the same where the prompt opens the first tag; `keep`, they stay text.
        top_logprobs: for how many other tokens to give it too.

    >>> from hf_integrations.emulator import Emulator
    >>> with Emulator() as emulator:
    ...     chat = ChatHfInference(model="org/name", base_url=emulator.url, token="hf_test")
    ...     chat.invoke("Hello!").text
    'Hello! How can I help you?'
    """

    extra_body: dict[str, Any] | None = None
    frequency_penalty: float | None = None
    logit_bias: dict[str, float] | None = None
    logprobs: bool | None = None
    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    n: int | None = None
    parallel_tool_calls: bool | None = None
    presence_penalty: float | None = None
    reasoning_effort: str | None = None
    response_format: Any = None
    return_reasoning: Literal["auto", "always", "never"] | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    streaming: bool | None = None
    stream_usage: bool = True
    temperature: float | None = None
    think_tags: Literal["split", "opened", "keep"] | None = None
    top_logprobs: int | None = None
    top_p: float | None = None

    model_config = CONFIG

    _SETTINGS: ClassVar[dict[str, str]] = {
        **HfConnection._SETTINGS,
        "return_reasoning": "return_reasoning",
        "think_tags": "think_tags",
    }

    def with_profile(self) -> Self:
        """This model with its `profile` filled, by the word of whoever serves it.

        Asks the router's list of models, or the server's own, and remembers the answer for as long
        as the setting `model_cache_ttl` says. Agents look into the profile to choose how to get
        structured answers, and middleware to know how much fits.

        Raises:
            NotFoundError: the model is not served.
        """
        from hf_integrations.langchain.profiles import model_profile

        found = self.plain_client().hub.profile(self._profiled())
        return self.model_copy(update={"profile": model_profile(found)})

    async def awith_profile(self) -> Self:
        """This model with its `profile` filled; see `with_profile`."""
        from hf_integrations.langchain.profiles import model_profile

        found = await self.asyncio_client().hub.profile(self._profiled())
        return self.model_copy(update={"profile": model_profile(found)})

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """This model with tools.

        Args:
            tools: functions, LangChain tools, classes that describe arguments, or dicts.
            tool_choice: `auto`, `none`, `any` or `required`; True for `required`; the name of a
                tool; or a dict as it travels. None and False leave it to the server.
            strict: whether the arguments must fit the schema, where the server can see to it.
            **kwargs: anything a call may be told, such as `parallel_tool_calls`.

        Raises:
            ValidationError: there is no such tool.
        """
        offer = wire_offer({"tools": tools, "tool_choice": tool_choice}, strict=strict)
        kwargs |= {name: value for name, value in offer.items() if value is not None}
        if kwargs.get("response_format") is not None:
            kwargs["response_format"] = wire_response_format(
                kwargs["response_format"], strict=strict
            )
        return self.bind(**kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        method: Method = "function_calling",
        include_raw: bool = False,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """This model, answering in the form of a schema.

        Args:
            schema: a Pydantic class, a dataclass, a TypedDict, a JSON schema with a title, or a
                tool as a dict. The first two give instances, checked; the others dicts, as the
                model wrote them.
            method: `function_calling` makes the schema a tool that must be called; `json_schema`
                has the server keep to the schema; `json_mode` asks for JSON of any form, so the
                prompt must describe it.
            include_raw: give a dict of `raw`, `parsed` and `parsing_error` instead of raising.
            strict: whether the server must keep to the schema, where it has a choice.
            **kwargs: anything a call may be told.

        An answer that does not fit, or has no call at all, raises LangChain's
        `OutputParserException` or pydantic's `ValidationError` when it is read.

        Raises:
            ValidationError: there is no such method, or it takes no `strict`.
        """
        from hf_integrations.langchain.structured import plan, structured

        arranged = plan(schema, method=method, strict=strict)
        given = {"ls_structured_output_format": arranged.traced, **arranged.bound, **kwargs}
        return structured(self.bind(**given), arranged.parser, include_raw=include_raw)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        request = self._request(messages, stop, kwargs)
        response = self.plain_client().chat.complete(**request)
        return chat_result(response, facts_of(response, request))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        request = self._request(messages, stop, kwargs)
        response = await self.asyncio_client().chat.complete(**request)
        return chat_result(response, facts_of(response, request))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = self._streamed(self._request(messages, stop, kwargs), kwargs)
        reader = ChunkReader()
        with self.plain_client().chat.stream(**request) as stream:
            for chunk in stream:
                if (piece := reader.piece(chunk)) is not None:
                    if run_manager:
                        run_manager.on_llm_new_token(piece.text, chunk=piece)
                    yield piece
        piece = reader.last(facts_of(stream, request))
        if run_manager:
            run_manager.on_llm_new_token("", chunk=piece)
        yield piece

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        request = self._streamed(self._request(messages, stop, kwargs), kwargs)
        reader = ChunkReader()
        async with self.asyncio_client().chat.stream(**request) as stream:
            async for chunk in stream:
                if (piece := reader.piece(chunk)) is not None:
                    if run_manager:
                        await run_manager.on_llm_new_token(piece.text, chunk=piece)
                    yield piece
        piece = reader.last(facts_of(stream, request))
        if run_manager:
            await run_manager.on_llm_new_token("", chunk=piece)
        yield piece

    def _resolve_model_profile(self) -> ModelProfile | None:
        """What is known of the model, until its server is asked: see `with_profile`."""
        from hf_integrations.langchain.snapshot import known_profile

        own = self.base_url or self.endpoint or self.client or self.async_client
        return None if own or not self.model else known_profile(self.model)

    def _profiled(self) -> str:
        """The name under which the profile is asked for."""
        name, provider = self.model or "", self.provider or self.config().default_provider
        return name if ":" in name or not provider or not name else f"{name}:{provider}"

    def _request(
        self, messages: Sequence[BaseMessage], stop: list[str] | None, kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The arguments of a call to the client."""
        own = {name: getattr(self, name) for name in PARAMETERS}
        given = {**self._whom(), **own, **kwargs}
        for about_streams in ("stream", "stream_usage"):
            given.pop(about_streams, None)
        given["stop"] = stop or given["stop"] or None
        given["response_format"] = wire_response_format(given["response_format"])
        given |= wire_offer(given)
        wanted = {name: value for name, value in given.items() if value is not None}
        return {"messages": wire_messages(messages), **wanted}

    def _streamed(self, request: dict[str, Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        if request.get("n", 1) > 1:
            raise ValidationError(
                f"n={request['n']} cannot be streamed: a stream is one message.",
                hint="Use generate(), or leave n out.",
            )
        usage = {"include_usage": bool(kwargs.get("stream_usage", self.stream_usage))}
        return {"stream_options": usage, **request}

    def _get_llm_string(self, stop: list[str] | None = None, **kwargs: Any) -> str:
        """What a cache knows the model by: also where calls go, which may be a client's word."""
        return f"{super()._get_llm_string(stop, **kwargs)}---{sorted(self._place().items())}"

    def _combine_llm_outputs(self, llm_outputs: list[dict[str, Any] | None]) -> dict[str, Any]:
        given = [output for output in llm_outputs if output]
        counts = [output["token_usage"] for output in given if "token_usage" in output]
        names = [output["model_name"] for output in given if output.get("model_name")]
        return {"token_usage": summed(counts), "model_name": names[0] if names else self.model}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop, **kwargs)
        params["ls_provider"] = "huggingface"
        if (stops := stop or self.stop) and not isinstance(stops, str):
            params["ls_stop"] = stops
        return params

    @property
    def _identifying_params(self) -> dict[str, Any]:
        """What makes two models give different answers."""
        own = {name: getattr(self, name) for name in PARAMETERS}
        whom = {"model": self.model, "provider": self.provider, "base_url": self.base_url}
        return {name: value for name, value in {**whom, **own}.items() if value is not None}

    @property
    def _llm_type(self) -> Literal["hf-inference-chat"]:
        return "hf-inference-chat"

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
