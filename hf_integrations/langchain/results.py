"""Whole chat answers as LangChain's results: pure."""

from __future__ import annotations

from typing import Any

from langchain_core.outputs import ChatGeneration, ChatResult

from hf_integrations.langchain.messages import MODEL_PROVIDER, ai_message
from hf_integrations.langchain.usage import token_usage, usage_metadata
from hf_integrations.models.chat import ChatChoice, ChatResponse


def chat_result(response: ChatResponse) -> ChatResult:
    """An answer with its `n` choices; what it used is told once, with the first of them."""
    facts = {
        "model_provider": MODEL_PROVIDER,
        "model_name": response.model,
        "id": response.id,
        "system_fingerprint": response.system_fingerprint,
        "request_id": response.request_id,
    }
    told = {name: value for name, value in facts.items() if value is not None}
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
    info = {"finish_reason": choice.finish_reason, "logprobs": choice.logprobs}
    known = {name: value for name, value in info.items() if value is not None}
    message = ai_message(
        choice.message,
        response_metadata={**told, **known},
        usage_metadata=usage_metadata(billed.usage) if billed else None,
    )
    return ChatGeneration(message=message, generation_info=known)
