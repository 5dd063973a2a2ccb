"""What LlamaIndex expects of a language model that calls tools, as a suite to subclass."""

from __future__ import annotations

import pytest
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole, ToolCallBlock
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import LLM
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from pydantic import BaseModel

from hf_integrations.testing.llama_index.llm import LLMSuite


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"The weather of {city} is fine."


def get_time() -> str:
    """Tell the time of day."""
    return "It is noon."


class Person(BaseModel):
    """A person."""

    name: str
    age: int


class ToolCallingSuite(LLMSuite):
    """Every `FunctionCallingLLM`."""

    has_tool_calling = True
    asks_for_weather = "What is the weather of Paris?"

    @pytest.fixture
    def caller(self, llm: LLM) -> FunctionCallingLLM:
        """The subject."""
        assert isinstance(llm, FunctionCallingLLM)
        return llm

    @pytest.fixture
    def weather(self) -> FunctionTool:
        """A tool of one argument."""
        return FunctionTool.from_defaults(get_weather)

    def test_a_tool_is_called(self, caller: FunctionCallingLLM, weather: FunctionTool) -> None:
        """And the call has an id, a name and arguments."""
        self.check_call(caller, caller.chat_with_tools([weather], self.asks_for_weather))

    async def test_a_tool_is_called_awaited(
        self, caller: FunctionCallingLLM, weather: FunctionTool
    ) -> None:
        """And the call has an id, a name and arguments."""
        self.check_call(caller, await caller.achat_with_tools([weather], self.asks_for_weather))

    def test_a_tool_call_is_streamed(
        self, caller: FunctionCallingLLM, weather: FunctionTool
    ) -> None:
        """In pieces that never contradict the whole."""
        *before, last = caller.stream_chat_with_tools([weather], self.asks_for_weather)
        for reply in before:
            caller.get_tool_calls_from_response(reply, error_on_no_tool_call=False)
        self.check_call(caller, last)

    async def test_a_tool_call_is_streamed_awaited(
        self, caller: FunctionCallingLLM, weather: FunctionTool
    ) -> None:
        """In pieces that never contradict the whole."""
        stream = await caller.astream_chat_with_tools([weather], self.asks_for_weather)
        *_, last = [reply async for reply in stream]
        self.check_call(caller, last)

    def test_a_required_tool_is_called(
        self, caller: FunctionCallingLLM, weather: FunctionTool
    ) -> None:
        """Whatever was said."""
        tools = [weather, FunctionTool.from_defaults(get_time)]
        for told in ({"tool_required": True}, {"tool_choice": "get_time"}, {"tool_choice": "any"}):
            reply = caller.chat_with_tools(tools, "Hello there", **told)
            (call,) = caller.get_tool_calls_from_response(reply)
            assert call.tool_name in {"get_weather", "get_time"}
            assert told.get("tool_choice") in {None, "any", call.tool_name}

    def test_no_tool_is_called_where_none_may_be(
        self, caller: FunctionCallingLLM, weather: FunctionTool
    ) -> None:
        """And asking for the calls says so."""
        reply = caller.chat_with_tools([weather], self.asks_for_weather, tool_choice="none")
        assert caller.get_tool_calls_from_response(reply, error_on_no_tool_call=False) == []
        with pytest.raises(Exception, match="tool"):
            caller.get_tool_calls_from_response(reply)

    def test_a_round_with_a_tool(self, caller: FunctionCallingLLM, weather: FunctionTool) -> None:
        """The call and its result go back, tied by the id, and the answer uses them."""
        question = ChatMessage(role=MessageRole.USER, content=self.asks_for_weather)
        reply = caller.chat_with_tools([weather], chat_history=[question])
        (call,) = caller.get_tool_calls_from_response(reply)
        result = ChatMessage(
            role=MessageRole.TOOL,
            content=get_weather(**call.tool_kwargs),
            additional_kwargs={"tool_call_id": call.tool_id, "name": call.tool_name},
        )
        again = caller.chat_with_tools([weather], chat_history=[question, reply.message, result])
        assert caller.get_tool_calls_from_response(again, error_on_no_tool_call=False) == []
        assert again.message.content

    def test_several_calls_only_where_they_are_allowed(self, caller: FunctionCallingLLM) -> None:
        """Else the first of them alone."""
        tools = [FunctionTool.from_defaults(get_weather), FunctionTool.from_defaults(get_time)]
        question = "What is the weather of Paris and what is the time of day?"
        both = caller.chat_with_tools(tools, question, allow_parallel_tool_calls=True)
        assert len(caller.get_tool_calls_from_response(both)) == 2
        one = caller.chat_with_tools(tools, question)
        assert len(caller.get_tool_calls_from_response(one)) == 1

    def test_predict_and_call(self, caller: FunctionCallingLLM, weather: FunctionTool) -> None:
        """The tool's own result comes back."""
        answer = caller.predict_and_call([weather], self.asks_for_weather)
        assert answer.response == get_weather("Paris")

    async def test_apredict_and_call(
        self, caller: FunctionCallingLLM, weather: FunctionTool
    ) -> None:
        """The tool's own result comes back."""
        answer = await caller.apredict_and_call([weather], self.asks_for_weather)
        assert answer.response == get_weather("Paris")

    def test_structured_predict(self, caller: FunctionCallingLLM) -> None:
        """An object of the class, whole and streamed."""
        prompt = PromptTemplate("{who} is 36 years old.")
        whole = caller.structured_predict(Person, prompt, who="Ada")
        assert isinstance(whole, Person)
        *_, last = caller.stream_structured_predict(Person, prompt, who="Ada")
        assert isinstance(last, Person), "the last piece is not the whole object"

    async def test_astructured_predict(self, caller: FunctionCallingLLM) -> None:
        """An object of the class."""
        prompt = PromptTemplate("{who} is 36 years old.")
        assert isinstance(await caller.astructured_predict(Person, prompt, who="Ada"), Person)
        stream = await caller.astream_structured_predict(Person, prompt, who="Ada")
        pieces = [piece async for piece in stream]
        assert isinstance(pieces[-1], Person), "the last piece is not the whole object"

    def test_a_structured_llm(self, caller: FunctionCallingLLM) -> None:
        """Chats in objects of the class."""
        reply = caller.as_structured_llm(Person).complete("Ada is 36 years old.")
        assert isinstance(reply.raw, Person)

    def check_call(self, caller: FunctionCallingLLM, reply: ChatResponse) -> None:
        """One call of the weather in Paris."""
        (call,) = caller.get_tool_calls_from_response(reply)
        assert (call.tool_name, call.tool_kwargs) == ("get_weather", {"city": "Paris"})
        assert call.tool_id
        (block,) = [block for block in reply.message.blocks if isinstance(block, ToolCallBlock)]
        assert (block.tool_call_id, block.tool_kwargs) == (call.tool_id, call.tool_kwargs)
