"""Answers that are parts of a text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.tasks.spans import find
from tests.emulator.tasks.playing import refusal, run

CONTEXT = (
    "Ada Lovelace was born in London in 1815. She wrote the first program.\n"
    "The Hub has 900 models for text. It was founded by Ben Smith. Write to a@example.com."
)


def ask(question: str, context: str = CONTEXT, **parameters: Any) -> Any:
    """Return the answer, or answers."""
    return run("question-answering", {"question": question, "context": context}, **parameters)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where was Ada Lovelace born?", "London"),
        ("When was Ada Lovelace born?", "1815"),
        ("Who was born in London?", "Ada Lovelace"),
        ("How many models has the Hub?", "900"),
        ("Who founded it?", "Ben Smith"),
        ("Which email do I write to?", "a@example.com"),
        ("What is the Hub for?", "900 models for text"),
    ],
)
def test_the_answer_is_what_is_asked_for(question: str, expected: str) -> None:
    """A name, a place, a number, or what is new in the best sentence."""
    found = ask(question)
    assert found["answer"] == expected
    assert CONTEXT[found["start"] : found["end"]] == expected
    assert 0 < found["score"] < 1


def test_one_answer_or_several() -> None:
    """By `top_k`; the best first."""
    assert isinstance(ask("Who?", top_k=1), dict)
    several = ask("When was Ada born?", top_k=3)
    assert len(several) == 3
    assert several[0]["answer"] == "1815"
    assert several[0]["score"] >= several[1]["score"] >= several[2]["score"]


def test_there_may_be_none() -> None:
    """When that is allowed."""
    found = ask("Quantum chromodynamics?", handle_impossible_answer=True)
    assert (found["answer"], found["start"], found["end"]) == ("", 0, 0)
    assert ask("Quantum chromodynamics?")["answer"]


def test_answers_have_a_length() -> None:
    """In tokens."""
    found = ask("Tell me about bees", "Bees are small insects that make honey", max_answer_len=2)
    assert len(found["answer"].split()) == 2


@given(
    st.text(st.sampled_from("ab W?.!\n1é"), min_size=1, max_size=50),
    st.text(st.sampled_from("ab W.!\n1éLondon"), min_size=1, max_size=80),
)
def test_there_is_always_a_part(question: str, context: str) -> None:
    """Inside the context."""
    for span in find(question, context, 5):
        assert 0 <= span.start <= span.end <= len(context)


@pytest.mark.parametrize(
    ("inputs", "parameters"),
    [
        ("text", {}), ({"question": "a"}, {}), ({"question": "", "context": "a"}, {}),
        ({"question": "a", "context": 5}, {}),
        ({"question": "a", "context": "b"}, {"top_k": 0}),
        ({"question": "a", "context": "b"}, {"doc_stride": 50, "max_seq_len": 40}),
    ],
)  # fmt: skip
def test_wrong_requests(inputs: Any, parameters: dict[str, Any]) -> None:
    """Are refused."""
    assert refusal("question-answering", inputs, **parameters).startswith("Error in")
