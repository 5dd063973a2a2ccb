"""Finding context and question in the prompts that people and frameworks write."""

from __future__ import annotations

import pytest
from llama_index.core.prompts.chat_prompts import (
    CHAT_REFINE_PROMPT,
    CHAT_TEXT_QA_PROMPT,
    CHAT_TREE_SUMMARIZE_PROMPT,
)
from llama_index.core.prompts.default_prompts import (
    DEFAULT_REFINE_PROMPT,
    DEFAULT_TEXT_QA_PROMPT,
    DEFAULT_TREE_SUMMARIZE_PROMPT,
)

from hf_integrations.emulator.conversation import Turn
from hf_integrations.emulator.grounding import Grounds, find

CONTEXT = "Ravens are black birds.\n\nTitle\n-----\nSwans: white.\nQuestion: is not one."
QUESTION = "What colour are ravens?"


def ask(prompt: str, system: str = "") -> Grounds | None:
    """Find the grounds of one prompt."""
    turns = [Turn("system", system)] if system else []
    return find([*turns, Turn("user", prompt)])


def expect(grounds: Grounds | None, *, earlier: str = "") -> None:
    """Check that context, question and earlier answer were found."""
    assert grounds is not None
    assert grounds.context.strip() == CONTEXT
    assert grounds.question == QUESTION
    assert grounds.earlier == earlier


@pytest.mark.parametrize("template", [DEFAULT_TEXT_QA_PROMPT, DEFAULT_TREE_SUMMARIZE_PROMPT])
def test_llama_index_prompts(template: object) -> None:
    """The default prompts of the query engine."""
    prompt = template.format(context_str=CONTEXT, query_str=QUESTION)  # type: ignore[attr-defined]
    expect(ask(prompt))


@pytest.mark.parametrize("template", [CHAT_TEXT_QA_PROMPT, CHAT_TREE_SUMMARIZE_PROMPT])
def test_llama_index_chat_prompts(template: object) -> None:
    """The same for chat models, with a system message that speaks of a context."""
    messages = template.format_messages(  # type: ignore[attr-defined]
        context_str=CONTEXT, query_str=QUESTION
    )
    expect(find([Turn(message.role.value, message.content) for message in messages]))


def test_llama_index_refine_prompt() -> None:
    """The existing answer is found beside context and question."""
    prompt = DEFAULT_REFINE_PROMPT.format(
        query_str=QUESTION, existing_answer="They are black.", context_msg=CONTEXT
    )
    expect(ask(prompt), earlier="They are black.")


def test_llama_index_chat_refine_prompt() -> None:
    """The refine prompt of chat models, which has no fences."""
    [message] = CHAT_REFINE_PROMPT.format_messages(
        query_str=QUESTION,
        existing_answer="They are black.",
        context_msg="Ravens are black birds.",
    )
    assert ask(message.content or "") == Grounds(
        " Ravens are black birds.\n", QUESTION, "They are black."
    )


@pytest.mark.parametrize(
    "system",
    [
        "You are an assistant for question-answering tasks. Use the following pieces of retrieved "
        "context to answer the question. Use three sentences maximum.\n\n{context}",
        "Answer any user questions based solely on the context below:\n\n"
        "<context>\n{context}\n</context>",
        "Answer the user's questions.\n\nContext: {context}",
        "You know these documents:\n=======\n{context}\n=======\nAnswer from them.",
    ],
)
def test_context_in_a_system_message(system: str) -> None:
    """The user's message is the question."""
    grounds = ask(QUESTION, system.format(context="Ravens are black birds."))
    assert grounds is not None
    assert grounds.context.strip() == "Ravens are black birds."
    assert grounds.question == QUESTION


@pytest.mark.parametrize(
    "prompt",
    [
        "Use the following pieces of context to answer the question at the end. If you don't know, "
        "say so.\n\n{context}\n\nQuestion: {question}\nHelpful Answer:",
        "You are an assistant. Use the retrieved context to answer.\nQuestion: {question} \n"
        "Context: {context} \nAnswer:",
        "Answer the question based only on the following context:\n\n{context}\n\n"
        "Question: {question}\n",
        "Context: {context}\n\nQuestion: {question}\n\nAnswer:",
        "<documents>{context}</documents>\n\n{question}",
        "Context:\n{context}\n\nQuery: {question}",
        "Documents below.\n```\n{context}\n```\n{question}",
        "Answer the question based only on the following context:\n{context}\n\n"
        "Question: {question}\n",
        "Answer from context:\n{context}\n\nQuestion: {question}",
        "You are kind.\nHere is the context:\n{context}\nQuestion: {question}",
        "Use the following context to answer.\n\n{context}\n\n{question}",
        "Given these documents:\n{context}\n\n{question}",
        "With the information below, answer.\n \n{context}\n\n{question}\n",
    ],
)
def test_context_and_question_in_one_prompt(prompt: str) -> None:
    """The common forms of a retrieval prompt."""
    grounds = ask(prompt.format(context="Ravens are black birds.", question=QUESTION))
    assert grounds is not None
    assert grounds.context.strip() == "Ravens are black birds."
    assert grounds.question == QUESTION


@pytest.mark.parametrize(
    "prompt",
    [
        "Hello",
        "What is the context of this?",
        "Context:",
        "Some information.\n\nMore.",
        "I look for information.\n\nI am new here.\n\nCan you help?",
        "Answer from the context:\n\nQuestion: what?",
        "Given these documents:\n\nWhat colour are ravens?",
        "------",
    ],
)
def test_a_prompt_without_context(prompt: str) -> None:
    """Nothing is taken for a context that is none."""
    assert ask(prompt) is None


def test_no_user_no_grounds() -> None:
    """A system message alone asks nothing."""
    assert find([Turn("system", "Context: Ravens are black.")]) is None
    assert find([]) is None


def test_a_context_with_a_fence_without_end_is_none() -> None:
    """A single rule of dashes is no fence."""
    assert ask("The information is below.\n---------\nRavens. What else?") is None
