"""What users of LlamaIndex's other packages suffer from, one test for each of their complaints.

B1 to B8 are the complaints about language, embedding and ranking models.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.base.llms.types import (
    AudioBlock,
    CacheControl,
    CachePoint,
    ChatMessage,
    ImageBlock,
    TextBlock,
    ThinkingBlock,
    ToolCallBlock,
)
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.core.tools import FunctionTool

from hf_integrations.emulator import Emulator
from hf_integrations.errors import HfError
from hf_integrations.llama_index import (
    HfInferenceEmbedding,
    HfInferenceLLM,
    HfInferenceReranker,
)
from tests.emulator.samples import SOUND
from tests.llama_index.conftest import MODEL, TOKEN, last_body

WEATHER = "What is the weather in the city of Paris?"
ROOT = Path(__file__).parents[2]


def weather(city: str) -> str:
    """Get the weather of a city."""
    return f"It is sunny in {city}."


def time_of(city: str) -> str:
    """Get the time in a city."""
    return f"It is noon in {city}."


TOOLS = [FunctionTool.from_defaults(weather), FunctionTool.from_defaults(time_of)]


async def test_b1_plain_calls_work_inside_a_running_loop(
    llm: HfInferenceLLM, embedding: HfInferenceEmbedding, whom: dict[str, Any]
) -> None:
    """As in a notebook or a server: embeddings, answers, streams, ranks."""
    assert len(embedding.get_text_embedding("Hello")) == 384
    assert len(embedding.get_text_embedding_batch(["one", "two"])) == 2
    assert llm.complete("Hello!").text
    assert "".join(piece.delta or "" for piece in llm.stream_complete("Hello!"))
    nodes = [NodeWithScore(node=TextNode(text=text)) for text in ("tea", "trucks")]
    reranker = HfInferenceReranker(**whom)
    assert reranker.postprocess_nodes(nodes, query_str="tea")[0].text == "tea"
    reranker.close()


def test_b2_a_second_call_and_a_second_loop_are_like_the_first(
    embedding: HfInferenceEmbedding,
) -> None:
    """Plain, awaited under one loop after another, and plain again."""
    first = embedding.get_text_embedding("Hello")
    awaited = [asyncio.run(embedding.aget_text_embedding("Hello")) for _ in range(3)]

    assert awaited == [first] * 3
    assert embedding.get_text_embedding("Hello") == first


def test_b3_many_texts_are_few_requests_of_a_named_provider(fresh: Emulator) -> None:
    """Which of them failed is said, and nothing is printed."""
    embedding = HfInferenceEmbedding(
        "BAAI/bge-small-en-v1.5", base_url=fresh.url, token=TOKEN, provider="hf-inference"
    )
    assert len(embedding.get_text_embedding_batch([f"text {n}" for n in range(64)])) == 64
    asked = [request for request in fresh.requests if request.method == "POST"]
    assert len(asked) <= 4
    assert {"hf-inference" in request.path for request in asked} == {True}
    with pytest.raises(HfError, match="1"):
        embedding.get_text_embedding_batch(["good", None])
    embedding.close()


async def test_b4_tools_are_called_and_ids_kept_and_every_block_travels(
    llm: HfInferenceLLM, fresh: Emulator
) -> None:
    """Whole and streamed, in both colours; what a model cannot use is politely left out."""
    assert llm.metadata.is_function_calling_model
    answers = [
        llm.chat_with_tools(TOOLS, WEATHER),
        await llm.achat_with_tools(TOOLS, WEATHER),
        list(llm.stream_chat_with_tools(TOOLS, WEATHER))[-1],
    ]
    for answer in answers:
        [call] = llm.get_tool_calls_from_response(answer)
        assert (call.tool_name, call.tool_kwargs) == ("weather", {"city": "Paris"})
        result = ChatMessage(
            role="tool", content="Sunny.", additional_kwargs={"tool_call_id": call.tool_id}
        )
        llm.chat([ChatMessage(role="user", content=WEATHER), answer.message, result])
        said, told = last_body(fresh)["messages"][-2:]
        assert said["tool_calls"][0]["id"] == told["tool_call_id"] == call.tool_id

    blocks = [
        TextBlock(text="Look and listen."),
        ImageBlock(url="https://host/a.png"),
        AudioBlock(audio=SOUND, format="wav"),
        ThinkingBlock(content="Hm."),
        CachePoint(cache_control=CacheControl(type="ephemeral")),
        ToolCallBlock(tool_call_id="c1", tool_name="weather", tool_kwargs={"city": "Rome"}),
    ]
    llm.chat(
        [
            ChatMessage(role="user", blocks=blocks[:3] + blocks[4:5]),
            ChatMessage(role="assistant", blocks=[blocks[3], blocks[5]]),
            ChatMessage(role="tool", content="Sunny.", additional_kwargs={"tool_call_id": "c1"}),
        ]
    )
    user, assistant, _ = last_body(fresh)["messages"]
    assert [part["type"] for part in user["content"]] == ["text", "image_url", "input_audio"]
    assert assistant["tool_calls"][0]["id"] == "c1"


def test_b5_what_a_model_can_do_is_asked_of_its_server_when_it_is_wanted(
    llm: HfInferenceLLM, fresh: Emulator
) -> None:
    """Never in a constructor; no 3,900 tokens that nobody knows of."""
    assert fresh.requests == []
    assert llm.metadata.context_window == 131_072
    assert fresh.requests != []


def test_b6_an_awaited_model_serves_one_loop_after_another(llm: HfInferenceLLM) -> None:
    """Answers and streams."""

    async def streamed() -> str:
        pieces = [piece async for piece in await llm.astream_complete("Hello!")]
        return str(pieces[-1].text)

    said = [asyncio.run(llm.acomplete("Hello!")).text for _ in range(2)]
    assert {*said, *(asyncio.run(streamed()) for _ in range(2))} == {llm.complete("Hello!").text}


def test_b7_nothing_patches_the_loop() -> None:
    """Neither here nor in what is loaded."""
    assert "nest_asyncio" not in sys.modules
    words = "nest_asyncio", "asyncio.run(", "run_until_complete"
    used = {
        path.name
        for room in ("llama_index", "langchain", "services", "transport")
        for path in (ROOT / "hf_integrations" / room).rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in words)
    }
    assert used == set()


async def test_b8_a_server_that_ranks_is_a_postprocessor(whom: dict[str, Any]) -> None:
    """In both colours, from the settings that the other components have."""
    reranker = HfInferenceReranker(**whom, top_n=1)
    nodes = [NodeWithScore(node=TextNode(text=text)) for text in ("trucks are big", "green tea")]

    assert reranker.postprocess_nodes(nodes, query_str="green tea")[0].text == "green tea"
    [best] = await reranker.apostprocess_nodes(nodes, query_str="green tea")
    assert best.text == "green tea"
    await reranker.aclose()


def test_d_an_endpoint_is_asked_by_its_name(fresh: Emulator) -> None:
    """By a language model and by an embedding model; looked up at the first call."""
    order = {
        "name": "mine", "provider": {"vendor": "aws", "region": "us-east-1"},
        "compute": {"accelerator": "gpu", "instanceType": "nvidia-l4", "instanceSize": "x1"},
        "model": {"repository": MODEL, "framework": "pytorch", "image": {"vLLM": {}}},
    }  # fmt: skip
    fresh.endpoints.create("emulator", order)
    fresh.clock.advance(10)
    whom: dict[str, Any] = {"base_url": fresh.url, "token": TOKEN, "endpoint": "emulator/mine"}
    llm, embedding = HfInferenceLLM(**whom), HfInferenceEmbedding(**whom)
    assert fresh.requests == []

    assert llm.complete("Hello!").text
    assert len(embedding.get_text_embedding("Hello!")) == 384
    posted = [request.path for request in fresh.requests if request.method == "POST"]
    assert len(posted) == 2
    assert {path.startswith("/e/") for path in posted} == {True}
    for component in (llm, embedding):
        component.close()
