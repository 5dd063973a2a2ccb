"""What LlamaIndex expects of a language model, as a suite to subclass."""

from __future__ import annotations

import asyncio
import json
import pickle
from typing import Any

import pytest
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    ImageBlock,
    LLMMetadata,
    MessageRole,
    TextBlock,
)
from llama_index.core.callbacks import CallbackManager, TokenCountingHandler
from llama_index.core.llms.llm import LLM
from llama_index.core.prompts import PromptTemplate

from hf_integrations.testing.llama_index.secrets import check_hidden

USER = [ChatMessage(role=MessageRole.USER, content="Hello there")]
DOT = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


class LLMSuite:
    """Every `LLM`."""

    has_tool_calling = False
    reports_usage = True
    takes_images = False

    @property
    def llm_class(self) -> type[LLM]:
        """The class under test."""
        raise NotImplementedError

    @pytest.fixture
    def llm_params(self) -> dict[str, Any]:
        """What it is made with."""
        raise NotImplementedError

    @pytest.fixture
    def llm(self, llm_params: dict[str, Any]) -> LLM:
        """The subject."""
        return self.llm_class(**llm_params)

    def test_metadata_is_told_before_the_first_call(self, llm: LLM) -> None:
        """Prompts are fitted by it."""
        assert isinstance(llm.metadata, LLMMetadata)
        assert llm.metadata.context_window > llm.metadata.num_output > 0
        assert llm.metadata.is_function_calling_model is self.has_tool_calling

    def test_chat(self, llm: LLM) -> None:
        """A conversation is answered by the assistant."""
        self.check_chat(llm.chat(USER))

    async def test_achat(self, llm: LLM) -> None:
        """A conversation is answered by the assistant."""
        self.check_chat(await llm.achat(USER))

    def test_complete(self, llm: LLM) -> None:
        """A prompt is continued."""
        self.check_completion(llm.complete("Hello there"))

    async def test_acomplete(self, llm: LLM) -> None:
        """A prompt is continued."""
        self.check_completion(await llm.acomplete("Hello there"))

    def test_stream_chat(self, llm: LLM) -> None:
        """Deltas add up to what stands in each message."""
        self.check_stream([(r.delta, r.message.content, r) for r in llm.stream_chat(USER)])

    async def test_astream_chat(self, llm: LLM) -> None:
        """Deltas add up to what stands in each message."""
        replies = [reply async for reply in await llm.astream_chat(USER)]
        self.check_stream([(r.delta, r.message.content, r) for r in replies])

    def test_stream_complete(self, llm: LLM) -> None:
        """Deltas add up to what stands in each text."""
        self.check_stream([(r.delta, r.text, r) for r in llm.stream_complete("Hello there")])

    async def test_astream_complete(self, llm: LLM) -> None:
        """Deltas add up to what stands in each text."""
        replies = [reply async for reply in await llm.astream_complete("Hello there")]
        self.check_stream([(r.delta, r.text, r) for r in replies])

    def test_the_same_answer_in_every_way(self, llm: LLM) -> None:
        """Whole or streamed, plain or awaited."""

        async def awaited() -> list[str | None]:
            *_, last = [reply async for reply in await llm.astream_chat(USER)]
            return [(await llm.achat(USER)).message.content, last.message.content]

        *_, streamed = llm.stream_chat(USER)
        answers = [llm.chat(USER).message.content, streamed.message.content]
        assert len({*answers, *asyncio.run(awaited())}) == 1

    def test_a_conversation_with_every_role(self, llm: LLM) -> None:
        """What was said before goes along."""
        roles = [MessageRole.SYSTEM, MessageRole.USER, MessageRole.ASSISTANT, MessageRole.USER]
        self.check_chat(llm.chat([ChatMessage(role=role, content="Hello") for role in roles]))

    def test_two_messages_of_one_role(self, llm: LLM) -> None:
        """No server is broken by them."""
        self.check_chat(llm.chat([*USER, *USER]))

    def test_messages_are_left_as_they_were(self, llm: LLM) -> None:
        """What the caller passed is the caller's."""
        messages = [ChatMessage(role=MessageRole.USER, content="Hello there")]
        before = [message.model_copy(deep=True) for message in messages]
        llm.chat(messages)
        assert messages == before

    async def test_the_plain_methods_in_a_running_loop(self, llm: LLM) -> None:
        """As in a notebook."""
        self.check_chat(llm.chat(USER))
        assert list(llm.stream_complete("Hello there"))

    def test_several_loops_one_after_the_other(self, llm: LLM) -> None:
        """As scripts do that call `asyncio.run` for each answer."""
        for _ in range(3):
            self.check_chat(asyncio.run(llm.achat(USER)))
            self.check_stream_is_whole(llm)

    async def test_many_at_a_time(self, llm: LLM) -> None:
        """Answers come side by side, each to its asker."""
        for reply in await asyncio.gather(*(llm.achat(USER) for _ in range(20))):
            self.check_chat(reply)

    def test_a_stream_is_left_early(self, llm: LLM) -> None:
        """And the next call works."""
        stream = llm.stream_chat(USER)
        next(stream)
        stream.close()
        self.check_chat(llm.chat(USER))

    async def test_an_awaited_stream_is_left_early(self, llm: LLM) -> None:
        """And the next call works."""
        stream = await llm.astream_chat(USER)
        await anext(stream)
        await stream.aclose()
        self.check_chat(await llm.achat(USER))

    def test_usage_is_counted(self, llm: LLM) -> None:
        """By LlamaIndex's own handler, whole and streamed."""
        if not self.reports_usage:
            pytest.skip("reports no usage")
        counter = TokenCountingHandler(tokenizer=str.split)
        llm.callback_manager = CallbackManager([counter])
        reply = llm.chat(USER)
        *_, last = llm.stream_chat(USER)
        told = reply.additional_kwargs["completion_tokens"]
        assert [last.additional_kwargs["completion_tokens"], told] == [told, told]
        assert counter.completion_llm_token_count == 2 * told

    def test_images(self, llm: LLM) -> None:
        """Text and image in one message, as bytes and as a URL."""
        if not self.takes_images:
            pytest.skip("takes no images")
        for image in (ImageBlock(image=DOT), ImageBlock(url="https://example.com/dot.png")):
            blocks = [TextBlock(text="What is on it?"), image]
            self.check_chat(llm.chat([ChatMessage(role=MessageRole.USER, blocks=blocks)]))

    def test_predict(self, llm: LLM) -> None:
        """A prompt template is filled and answered."""
        assert llm.predict(PromptTemplate("Hello {who}"), who="there")
        assert "".join(llm.stream(PromptTemplate("Hello {who}"), who="there"))

    async def test_apredict(self, llm: LLM) -> None:
        """A prompt template is filled and answered."""
        assert await llm.apredict(PromptTemplate("Hello {who}"), who="there")
        assert [token async for token in await llm.astream(PromptTemplate("Hello"))]

    def test_serialisation_without_secrets(self, llm: LLM, llm_params: dict[str, Any]) -> None:
        """`to_dict`, `to_json`, `pickle` and `repr` hold the settings, and no token."""
        again = type(llm).from_json(llm.to_json())
        assert again.to_dict() == llm.to_dict() == pickle.loads(pickle.dumps(llm)).to_dict()  # noqa: S301
        check_hidden(llm, llm_params)

    def check_chat(self, reply: ChatResponse) -> None:
        """A whole answer."""
        assert reply.message.role is MessageRole.ASSISTANT
        assert reply.message.content
        assert reply.raw is not None
        json.dumps(reply.model_dump(mode="json"))

    def check_completion(self, reply: CompletionResponse) -> None:
        """A whole completion."""
        assert reply.text
        assert reply.raw is not None

    def check_stream(self, pieces: list[tuple[str | None, str | None, Any]]) -> None:
        """Each piece tells what it adds and how far it has come; the last one has the usage."""
        assert len(pieces) > 1
        so_far = ""
        for delta, whole, _ in pieces:
            so_far += delta or ""
            assert (whole or "") == so_far
        assert so_far
        if self.reports_usage:
            assert pieces[-1][2].raw["usage"]["completion_tokens"] > 0
            assert pieces[-1][2].additional_kwargs["prompt_tokens"] > 0

    def check_stream_is_whole(self, llm: LLM) -> None:
        """A stream in a loop of its own reaches its end."""

        async def texts() -> list[str]:
            return [reply.delta or "" async for reply in await llm.astream_chat(USER)]

        assert "".join(asyncio.run(texts()))
