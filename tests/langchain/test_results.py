"""Whole answers as LangChain's results."""

from __future__ import annotations

from hf_integrations.langchain.results import chat_result
from hf_integrations.models.chat import ChatChoice, ChatMessage, ChatResponse, TokenUsage


def test_every_choice_is_a_generation_and_usage_is_told_once() -> None:
    """With n answers, the counts are of all of them and stand at the first."""
    response = ChatResponse(
        choices=[
            ChatChoice(ChatMessage("assistant", text), index, "stop", {"content": []})
            for index, text in enumerate(["one", "two"])
        ],
        id="c1",
        model="org/m",
        usage=TokenUsage(prompt_tokens=1, completion_tokens=2, total_tokens=3),
    )
    result = chat_result(response, {"provider": "groq"})
    first, second = (generation.message for generation in result.generations)

    assert [generation.text for generation in result.generations] == ["one", "two"]
    assert first.usage_metadata["total_tokens"] == 3  # type: ignore[attr-defined]
    assert second.usage_metadata is None  # type: ignore[attr-defined]
    assert first.response_metadata == {
        "model_provider": "huggingface", "model_name": "org/m", "id": "c1",
        "provider": "groq",
        "finish_reason": "stop", "logprobs": {"content": []},
    }  # fmt: skip
    assert result.llm_output is not None
    assert result.llm_output["token_usage"]["total_tokens"] == 3


def test_what_a_server_does_not_say_is_not_there() -> None:
    """No usage, no model, no reason."""
    result = chat_result(ChatResponse([ChatChoice(ChatMessage("assistant", "a"))]), {})
    message = result.generations[0].message

    assert message.response_metadata == {"model_provider": "huggingface"}
    assert result.llm_output == {"model_name": None}
