"""Whole chat answers as LangChain's results: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.outputs import ChatGeneration, ChatResult

from hf_integrations.langchain.blocks import MODEL_PROVIDER
from hf_integrations.langchain.chunks import FACTS
from hf_integrations.langchain.messages import REASONING_FIELD, ai_message
from hf_integrations.langchain.unchecked import text_generation
from hf_integrations.langchain.usage import token_usage, usage_metadata
from hf_integrations.models.chat import ChatChoice, ChatResponse


def chat_result(response: ChatResponse, facts: Mapping[str, Any]) -> ChatResult:
    """An answer with its `n` choices; what it used is told once, with the first of them.

    `facts` are what else is known of the call.
    """
    told: dict[str, Any] = {"model_provider": MODEL_PROVIDER}
    for theirs, ours in FACTS.items():
        if value := getattr(response, theirs):
            told[ours] = value
    told |= facts
    output: dict[str, Any] = {"model_name": response.model}
    if response.usage is not None:
        output["token_usage"] = token_usage(response.usage)
    return ChatResult(
        generations=[
            _generation(choice, told, response if place == 0 else None)
            for place, choice in enumerate(response.choices)
        ],
        llm_output=output,
    )


def _generation(
    choice: ChatChoice, told: dict[str, Any], billed: ChatResponse | None
) -> ChatGeneration:
    info: dict[str, Any] = {}
    if choice.finish_reason is not None:
        info["finish_reason"] = choice.finish_reason
    if choice.logprobs is not None:
        info["logprobs"] = choice.logprobs
    metadata = {**told, **info}
    usage = usage_metadata(billed.usage) if billed else None
    message = choice.message
    if not (message.tool_calls or message.reasoning):
        return text_generation(message.text, metadata, usage, info)
    if message.reasoning_content:
        metadata[REASONING_FIELD] = "reasoning_content"
    whole = ai_message(message, response_metadata=metadata, usage_metadata=usage)
    return ChatGeneration(message=whole, generation_info=info)
