"""What is made without checks equals what LangChain's own classes make."""

from __future__ import annotations

import copy
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.load import dumpd
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk
from pydantic import BaseModel

from hf_integrations.langchain.unchecked import text_chunk, text_generation

USAGE = UsageMetadata(input_tokens=1, output_tokens=2, total_tokens=3)


def same(one: BaseModel, other: BaseModel) -> None:
    """Whether two models are the same to everybody who looks."""
    assert type(one) is type(other)
    assert one == other
    assert repr(one) == repr(other)
    assert one.model_dump() == other.model_dump()
    assert one.model_fields_set == other.model_fields_set
    assert one.__getstate__().keys() == other.__getstate__().keys()
    assert dumpd(one) == dumpd(other)
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(other)  # noqa: S301 - made here


@given(st.text(), st.dictionaries(st.text(), st.text(), max_size=2))
def test_a_piece_of_text(text: str, metadata: dict[str, Any]) -> None:
    """In all that can be seen of it."""
    message = AIMessageChunk(content=text, response_metadata=metadata)
    made = text_chunk(text, metadata)

    same(made.message, message)
    same(made, ChatGenerationChunk(message=message))


@given(st.text(), st.sampled_from([None, USAGE]))
def test_a_whole_answer(text: str, usage: UsageMetadata | None) -> None:
    """In all that can be seen of it."""
    metadata, info = {"model_provider": "huggingface"}, {"finish_reason": "stop"}
    message = AIMessage(content=text, response_metadata=metadata, usage_metadata=usage)
    made = text_generation(text, metadata, usage, info)

    same(made.message, message)
    same(made, ChatGeneration(message=message, generation_info=info))


def test_no_two_pieces_share_anything() -> None:
    """What one of them is told, the other does not hear."""
    one, other = text_chunk("a", {}), text_chunk("a", {})
    one.message.additional_kwargs["x"] = 1
    one.message.response_metadata["x"] = 1
    one.message.tool_call_chunks.append(1)  # type: ignore[attr-defined]
    one.message.id = "x"

    assert other.message == AIMessageChunk(content="a")


def test_pieces_add_up() -> None:
    """To one another, and to pieces that LangChain has made."""
    whole: Any = text_chunk("a", {}) + text_chunk("b", {})
    whole += ChatGenerationChunk(message=AIMessageChunk(content="c", chunk_position="last"))

    assert whole.text == whole.message.text == "abc"
