"""What is made without checks equals what LlamaIndex's own classes make."""

from __future__ import annotations

import copy
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole, TextBlock
from pydantic import BaseModel

from hf_integrations.llama_index.unchecked import piece, reply, text_message

EXTRA = st.dictionaries(st.text(), st.integers(), max_size=2)


def same(one: BaseModel, other: BaseModel) -> None:
    """Whether two models are the same to everybody who looks."""
    assert type(one) is type(other)
    assert one == other
    assert repr(one) == repr(other)
    assert one.model_dump() == other.model_dump()
    assert one.model_fields_set == other.model_fields_set
    assert one.__getstate__().keys() == other.__getstate__().keys()
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(other)  # noqa: S301 - made here


def said(text: str) -> ChatMessage:
    """What a model said, checked."""
    return ChatMessage(
        role=MessageRole.ASSISTANT, blocks=[TextBlock(text=text)], additional_kwargs={}
    )


@given(st.text())
def test_a_message_of_text(text: str) -> None:
    """In all that can be seen of it."""
    same(text_message(text), said(text))
    same(text_message(text).blocks[0], TextBlock(text=text))


@given(st.text(), EXTRA)
def test_an_answer(text: str, extra: dict[str, Any]) -> None:
    """Whole, and as far as it has come."""
    told: dict[str, Any] = {"raw": {"id": "1"}, "logprobs": None, "additional_kwargs": extra}
    same(
        reply(text_message(text), {"id": "1"}, None, extra),
        ChatResponse(message=said(text), **told),
    )
    same(
        piece(text_message(text), text[-1:], {"id": "1"}, None, extra),
        ChatResponse(message=said(text), delta=text[-1:], **told),
    )


def test_what_is_made_shares_nothing() -> None:
    """Two messages can be changed apart."""
    one, other = text_message("a"), text_message("a")
    one.blocks.append(TextBlock(text="b"))
    one.additional_kwargs["k"] = 1
    one.model_fields_set.add("new")
    assert (len(other.blocks), other.additional_kwargs) == (1, {})
    assert "new" not in other.model_fields_set
