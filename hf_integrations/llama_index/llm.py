"""`HfInferenceLLM`: a model on Hugging Face, or on a server of one's own, as LlamaIndex's LLM."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from llama_index.core.base.llms.generic_utils import messages_to_prompt
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseAsyncGen,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.bridge.pydantic import Field, PrivateAttr
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.llms.llm import ToolSelection

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.llama_index import tools as tooling
from hf_integrations.llama_index.asking import Asking
from hf_integrations.llama_index.profiles import LiveProfile, in_a_loop
from hf_integrations.llama_index.programs import StructuredStreams
from hf_integrations.llama_index.replies import (
    StreamedChat,
    StreamedGeneration,
    as_chat,
    as_completion,
)

if TYPE_CHECKING:
    from llama_index.core.tools.types import BaseTool

    from hf_integrations.transport.reading import Item
    from hf_integrations.transport.streams import AsyncStream, Stream

C = TypeVar("C", bound="Item")
R = TypeVar("R")
# What most open models of today take at least, where nobody says.
CONTEXT_WINDOW = 32_768
NUM_OUTPUT = 1_024


class HfInferenceLLM(Asking, StructuredStreams):
    """A language model through Hugging Face's router, a provider or a server of one's own.

    Nothing is sent until the first call. Both colours are native: the plain methods work inside a
    running event loop, such as a notebook's, the others under any number of loops.

    Args:
        model: `organisation/name`, perhaps with `:provider`; or the URL of a server. `model_name`
            says the same.
        provider: who serves it; the setting `default_provider` if left out.
        temperature, max_tokens, top_p, seed, stop, frequency_penalty, presence_penalty,
            reasoning_effort: sent when they are set.
        additional_kwargs: any other parameter of `client.chat.complete` for every call; for a
            model that does not chat, of `client.text_generation.generate`.
        context_window: how many tokens the model takes; LlamaIndex fits prompts by it, and it is
            not sent. None takes what the model's live profile says, else 32,768.
        num_output: how many tokens the model is expected to write; not sent either.
        is_chat_model: False speaks to the text generation route, with prompts as they are.
        is_function_calling_model: whether tools are passed to the model; else LlamaIndex's agents
            describe them in words. None takes what the live profile says, else True.
        live_profile: whether `metadata` asks the server, once, for what was left None. It never
            does so inside a running event loop, which it would hold up: in asyncio and in
            notebooks, `await load_profile()` first.
        timeout: seconds for a whole exchange, or for each piece of a stream.
        client, async_client: ready clients, instead of settings; they are never closed here.
        config: settings; those named beside it win.
        **given: any setting of `HfInferenceConfig` (`base_url`, `token`, `max_retries`, …), and any
            field of LlamaIndex's `LLM`.

    Raises:
        ConfigurationError: an argument is not known, or cannot be so.

    >>> from hf_integrations.emulator import Emulator
    >>> from hf_integrations.llama_index import HfInferenceLLM
    >>> with Emulator() as emulator:
    ...     llm = HfInferenceLLM(model="org/name", base_url=emulator.url, token="hf_test")
    ...     llm.complete("Hello").text
    'Hello! How can I help you?'
    """

    context_window: int | None = Field(default=None, ge=1)
    num_output: int = Field(default=NUM_OUTPUT, ge=1)
    is_chat_model: bool = True
    is_function_calling_model: bool | None = None
    live_profile: bool = True
    _profile: LiveProfile = PrivateAttr(default_factory=LiveProfile)

    def __init__(self, model: str = "", *, model_name: str = "", **given: Any) -> None:
        super().__init__(model=model or model_name, **given)

    @classmethod
    def class_name(cls) -> str:
        """The name under which it is serialised."""
        return "HfInferenceLLM"

    @property
    def model_name(self) -> str:
        """The model."""
        return self.model

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex may know of the model; what was not given is asked for once."""
        if self._is_open and not in_a_loop():
            self._profile.load(self._clients.plain, self.model)
        return self._known

    def to_payload(self) -> dict[str, Any]:
        """What LlamaIndex's instruments are told of it; nobody is asked for that."""
        return {"class_name": self.class_name(), **self._facts, "system_role": MessageRole.SYSTEM}

    @property
    def _known(self) -> LLMMetadata:
        return LLMMetadata(**self._facts)

    @property
    def _facts(self) -> dict[str, Any]:
        tools, profile = self.is_function_calling_model, self._profile
        return {
            "context_window": self.context_window or profile.context_length or CONTEXT_WINDOW,
            "num_output": self.max_tokens or self.num_output,
            "is_chat_model": self.is_chat_model,
            "is_function_calling_model": self.is_chat_model
            and (profile.supports_tools if tools is None else tools),
            "model_name": self.model or "unknown",
        }

    async def load_profile(self) -> None:
        """Ask, in asyncio, for what `metadata` would ask for; a second call asks nobody."""
        if self._is_open:
            await self._profile.aload(self._clients.asynchronous, self.model)

    @property
    def _is_open(self) -> bool:
        """Whether there is something that only the server can tell."""
        left = self.context_window is None or self.is_function_calling_model is None
        return self.live_profile and self.is_chat_model and bool(self.model) and left

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """The next message of a conversation."""
        if self.is_chat_model:
            return self._chat(messages, kwargs)
        return as_chat(self._generate(self._as_prompt(messages), kwargs))

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        """The next message as it is written; leave the generator early with `close()`."""
        if self.is_chat_model:
            return _pieces(self._open_chat(messages, kwargs), StreamedChat().add)
        stream = self._open_generation(self._as_prompt(messages), kwargs)
        return _pieces(stream, StreamedGeneration().add_to_chat)

    @llm_chat_callback()
    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """`chat`, awaited."""
        if self.is_chat_model:
            return await self._achat(messages, kwargs)
        return as_chat(await self._agenerate(self._as_prompt(messages), kwargs))

    @llm_chat_callback()
    async def astream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> ChatResponseAsyncGen:
        """`stream_chat`, awaited; leave the generator early with `aclose()`."""
        if self.is_chat_model:
            return _apieces(self._aopen_chat(messages, kwargs), StreamedChat().add)
        stream = self._aopen_generation(self._as_prompt(messages), kwargs)
        return _apieces(stream, StreamedGeneration().add_to_chat)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """What follows a prompt; a model that chats is asked it as a user would."""
        prompt = self._formatted(prompt, formatted)
        if self.is_chat_model:
            return as_completion(self._chat(_asked(prompt), kwargs))
        return self._generate(prompt, kwargs)

    @llm_completion_callback()
    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        """What follows a prompt, as it is written."""
        prompt = self._formatted(prompt, formatted)
        if self.is_chat_model:
            return _pieces(self._open_chat(_asked(prompt), kwargs), StreamedChat().add_to_text)
        return _pieces(self._open_generation(prompt, kwargs), StreamedGeneration().add)

    @llm_completion_callback()
    async def acomplete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponse:
        """`complete`, awaited."""
        prompt = self._formatted(prompt, formatted)
        if self.is_chat_model:
            return as_completion(await self._achat(_asked(prompt), kwargs))
        return await self._agenerate(prompt, kwargs)

    @llm_completion_callback()
    async def astream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseAsyncGen:
        """`stream_complete`, awaited."""
        prompt = self._formatted(prompt, formatted)
        if self.is_chat_model:
            return _apieces(self._aopen_chat(_asked(prompt), kwargs), StreamedChat().add_to_text)
        return _apieces(self._aopen_generation(prompt, kwargs), StreamedGeneration().add)

    def get_tool_calls_from_response(
        self, response: ChatResponse, error_on_no_tool_call: bool = True, **kwargs: Any
    ) -> list[ToolSelection]:
        """The tools an answer asks for, whole or as far as it has come.

        Raises:
            DecodeError: there is none, and `error_on_no_tool_call` is not False.
        """
        found = tooling.selections(response.message)
        if not found and error_on_no_tool_call:
            raise DecodeError(
                "The model called no tool.",
                hint="Pass tool_required=True, or take a model that supports tools.",
                model=self.model or None,
            )
        return found

    def _prepare_chat_with_tools(
        self,
        tools: Sequence[BaseTool],
        user_msg: str | ChatMessage | None = None,
        chat_history: list[ChatMessage] | None = None,
        verbose: bool = False,
        allow_parallel_tool_calls: bool = False,
        tool_required: bool = False,
        tool_choice: str | dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """The arguments of a `chat` that offers tools; several calls are never forbidden here."""
        if isinstance(user_msg, str):
            user_msg = ChatMessage(role=MessageRole.USER, content=user_msg)
        offered = tooling.specs(tools)
        names = [tool["function"]["name"] for tool in offered]
        return {
            "messages": [*(chat_history or ()), *((user_msg,) if user_msg else ())],
            "tools": offered or None,
            "tool_choice": tooling.choice(tool_choice, required=tool_required, names=names),
            **kwargs,
        }

    def _validate_chat_with_tools_response(
        self,
        response: ChatResponse,
        tools: Sequence[BaseTool],
        allow_parallel_tool_calls: bool = False,
        **kwargs: Any,
    ) -> ChatResponse:
        """Of several calls the first, unless several are allowed: not every server can be told."""
        if not allow_parallel_tool_calls:
            response.message = tooling.with_one_call(response.message)
        return response

    def _formatted(self, prompt: str, formatted: bool) -> str:
        if not isinstance(prompt, str):
            raise ValidationError(f"prompt is a {type(prompt).__name__}; give a string.")
        if formatted or self.completion_to_prompt is None:
            return prompt
        return self.completion_to_prompt(prompt)

    def _as_prompt(self, messages: Sequence[ChatMessage]) -> str:
        write = self.messages_to_prompt or messages_to_prompt
        return write(messages)


def _asked(prompt: str) -> list[ChatMessage]:
    return [ChatMessage(role=MessageRole.USER, content=prompt)]


def _pieces(stream: Stream[C, Any], add: Callable[[C], R]) -> Generator[R, None, None]:
    with stream:
        for chunk in stream:
            yield add(chunk)


async def _apieces(stream: AsyncStream[C, Any], add: Callable[[C], R]) -> AsyncGenerator[R, None]:
    async with stream:
        async for chunk in stream:
            yield add(chunk)
