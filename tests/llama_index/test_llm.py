"""`HfInferenceLLM` as LlamaIndex expects it, and what it promises besides."""

from __future__ import annotations

from collections import deque
from typing import Any

import pydantic
import pytest
from llama_index.core.base.llms.types import ChatMessage, ImageBlock, TextBlock
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    DecodeError,
    InferenceTimeoutError,
    QuotaExceededError,
    StreamInterruptedError,
    ValidationError,
)
from hf_integrations.llama_index import HfInferenceLLM
from hf_integrations.testing.llama_index import LLMSuite, ToolCallingSuite
from hf_integrations.testing.llama_index.llm import DOT
from hf_integrations.testing.llama_index.tools import Person, get_weather
from tests.llama_index.conftest import MODEL, TOKEN, last_body

HELLO = [ChatMessage(role="user", content="Hello")]


class TestChatting(ToolCallingSuite):
    """A model that chats, at a server of one's own."""

    takes_images = True
    llm_class = HfInferenceLLM

    @pytest.fixture
    def llm_params(self, emulator: Emulator) -> dict[str, Any]:
        """What it is made with."""
        return {"model": MODEL, "base_url": emulator.url, "token": TOKEN, "max_tokens": 200}


class TestGenerating(LLMSuite):
    """A model that only continues texts, by text-generation-inference's own route."""

    reports_usage = False
    llm_class = HfInferenceLLM

    @pytest.fixture
    def llm_params(self, emulator: Emulator) -> dict[str, Any]:
        """What it is made with."""
        return {
            "model": MODEL,
            "base_url": emulator.url,
            "token": TOKEN,
            "server": "tgi",
            "is_chat_model": False,
        }


def test_every_parameter_reaches_the_wire(whom: dict[str, Any], fresh: Emulator) -> None:
    """Fields, `additional_kwargs`, and what the call is told, which wins."""
    fields: dict[str, Any] = {
        "temperature": 0.5,
        "max_tokens": 9,
        "top_p": 0.9,
        "seed": 7,
        "stop": ["\n\n"],
        "frequency_penalty": 0.1,
        "presence_penalty": 0.2,
        "reasoning_effort": "low",
    }
    llm = HfInferenceLLM(**whom, **fields, additional_kwargs={"n": 1, "extra_body": {"more": 1}})
    llm.chat(HELLO, seed=8)
    assert {**fields, "seed": 8, "n": 1, "more": 1}.items() <= last_body(fresh).items()


def test_what_was_not_set_is_not_sent(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """Servers refuse what they do not know."""
    llm.chat(HELLO)
    assert set(last_body(fresh)) == {"model", "messages"}
    llm.chat_with_tools([], "Hello")
    assert set(last_body(fresh)) == {"model", "messages"}


def test_a_parameter_that_is_not_known_is_refused(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """By name, in every way of asking, before anything is sent."""
    for ask in (llm.chat, llm.stream_chat):
        with pytest.raises(ValidationError, match="heat"):
            ask(HELLO, heat=1)
    for ask in (llm.complete, llm.stream_complete):
        with pytest.raises(ValidationError, match="heat"):
            ask("Hello", heat=1)
    assert fresh.requests == []


def test_a_generating_model_is_told_in_its_words(whom: dict[str, Any], fresh: Emulator) -> None:
    """`max_tokens` and `stop` among them; the conversation becomes a prompt."""
    llm = HfInferenceLLM(**whom, server="tgi", is_chat_model=False, max_tokens=9, stop="END")
    llm.chat(HELLO)
    sent = last_body(fresh)
    assert sent["parameters"] == {"max_new_tokens": 9, "stop": ["END"]}
    assert sent["inputs"] == "user: Hello\nassistant: "
    llm.complete("Hello", max_new_tokens=3, stop=["A", "B"])
    assert last_body(fresh)["parameters"] == {"max_new_tokens": 3, "stop": ["A", "B"]}
    llm.completion_to_prompt = "<s>{}".format
    llm.complete("Hello")
    assert last_body(fresh)["inputs"] == "<s>Hello"
    llm.complete("Hello", formatted=True)
    assert last_body(fresh)["inputs"] == "Hello"
    with pytest.raises(ValidationError, match="presence_penalty"):
        llm.complete("Hello", presence_penalty=1)


def test_an_openai_server_without_chat(whom: dict[str, Any], fresh: Emulator) -> None:
    """Is asked by /v1/completions, and its usage is told."""
    llm = HfInferenceLLM(**whom, server="openai", is_chat_model=False, max_tokens=9)
    *_, last = llm.stream_complete("Hello")
    assert last.additional_kwargs["total_tokens"] > 0
    assert fresh.requests[-1].path == "/v1/completions"
    assert llm.complete("Hello").additional_kwargs["total_tokens"] > 0


def test_metadata_follows_the_fields() -> None:
    """All of it may be set, and none is looked up."""
    llm = HfInferenceLLM(MODEL, token=False, context_window=100, num_output=10)
    assert (llm.metadata.context_window, llm.metadata.num_output) == (100, 10)
    llm.max_tokens = 20
    assert llm.metadata.num_output == 20
    assert llm.metadata.model_name == llm.model_name == MODEL
    assert HfInferenceLLM(model_name=MODEL, token=False).model == MODEL
    assert HfInferenceLLM(token=False).metadata.model_name == "unknown"
    assert not HfInferenceLLM(token=False, is_chat_model=False).metadata.is_function_calling_model


def test_a_model_that_takes_no_tools_is_asked_in_words(
    whom: dict[str, Any], fresh: Emulator
) -> None:
    """Structured predictions go by the prompt then."""
    llm = HfInferenceLLM(**whom, is_function_calling_model=False)
    assert not llm.metadata.is_function_calling_model
    with pytest.raises(pydantic.ValidationError):  # the emulator writes prose
        llm.structured_predict(Person, PromptTemplate("Ada is 36 years old."))
    assert "tools" not in last_body(fresh)
    assert "JSON schema" in last_body(fresh)["messages"][-1]["content"]


def test_an_image_is_on_the_wire(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """Beside the text."""
    blocks = [TextBlock(text="What is on it?"), ImageBlock(image=DOT)]
    llm.chat([ChatMessage(role="user", blocks=blocks)])
    (message,) = last_body(fresh)["messages"]
    assert [part["type"] for part in message["content"]] == ["text", "image_url"]
    assert message["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")


def test_a_prompt_is_a_string(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """Before anything is sent."""
    with pytest.raises(ValidationError, match="prompt is a NoneType; give a string"):
        llm.complete(None)
    assert len(fresh.requests) == 0


def test_the_ids_of_calls_are_kept(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """From the answer through the history back to the wire."""
    tool = FunctionTool.from_defaults(get_weather)
    reply = llm.chat_with_tools([tool], "What is the weather of Paris?")
    (call,) = llm.get_tool_calls_from_response(reply)
    result = ChatMessage(
        role="tool", content="fine", additional_kwargs={"tool_call_id": call.tool_id}
    )
    llm.chat([ChatMessage("What is the weather of Paris?"), reply.message, result])
    *_, said, told = last_body(fresh)["messages"]
    assert said["tool_calls"][0]["id"] == told["tool_call_id"] == call.tool_id
    assert said["tool_calls"][0]["function"]["name"] == "get_weather"


def test_no_call_is_an_error_of_ours(llm: HfInferenceLLM) -> None:
    """Which says what to do."""
    with pytest.raises(DecodeError, match="tool_required"):
        llm.get_tool_calls_from_response(llm.chat(HELLO))


def test_a_stream_that_breaks_off_gives_up_what_came(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """The text so far, in the error; nothing is asked again."""
    fresh.fail_next("cut")
    seen: list[str] = []
    deltas = (reply.delta or "" for reply in llm.stream_chat(HELLO))
    with pytest.raises(StreamInterruptedError) as caught:
        deque(map(seen.append, deltas))
    assert caught.value.partial == "".join(seen)
    assert len(fresh.requests) == 1


async def test_an_awaited_stream_that_breaks_off(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """As the plain one."""
    fresh.fail_next("cut")
    with pytest.raises(StreamInterruptedError):
        [reply async for reply in await llm.astream_complete("Hello")]
    await llm.aclose()


def test_a_refusal_is_a_typed_error(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """Never swallowed, whole or streamed."""
    for ask in (llm.chat, lambda messages: list(llm.stream_chat(messages))):
        fresh.fail_next(status=402)
        with pytest.raises(QuotaExceededError):
            ask(HELLO)


def test_a_timeout_of_the_components_own(whom: dict[str, Any], fresh: Emulator) -> None:
    """Reaches the request."""
    llm = HfInferenceLLM(**whom, timeout=0.05, max_retries=0)
    fresh.fail_next(delay=2.0)
    with pytest.raises(InferenceTimeoutError):
        llm.complete("Hello")


def test_the_rate_limiter_of_llama_index_is_asked(whom: dict[str, Any]) -> None:
    """Before each call."""

    class Counting:
        asked = 0

        def acquire(self) -> None:
            self.asked += 1

    limiter = Counting()
    llm = HfInferenceLLM(**whom, rate_limiter=limiter)
    llm.chat(HELLO)
    list(llm.stream_complete("Hello"))
    assert limiter.asked == 2
