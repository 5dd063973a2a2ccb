"""Questions about pictures and documents."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from tests.emulator.samples import DOCUMENT, PICTURE
from tests.emulator.tasks.playing import refusal, run


def ask(question: Any, task: str = "visual", image: bytes = PICTURE, **parameters: Any) -> Any:
    """Return the answers to a question."""
    inputs = {"image": b64encode(image).decode(), "question": question}
    return run(f"{task}-question-answering", inputs, **parameters)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What color is the circle?", "red"),
        ("What colour is the background?", "blue"),
        ("How many things are there?", "1"),
        ("Is there something red?", "yes"),
        ("Is it green?", "no"),
        ("Are there dogs?", "no"),
        ("What is this?", "strawberry"),
    ],
)
def test_what_is_seen_is_answered(question: str, answer: str) -> None:
    """In a word."""
    found = ask(question)
    assert found[0]["answer"] == answer
    assert found[0]["score"] > 0.5
    assert [one["score"] for one in found] == sorted((o["score"] for o in found), reverse=True)


def test_only_so_many_answers() -> None:
    """As `top_k` says."""
    assert len(ask("How many?", top_k=2)) == 2


def test_documents_say_what_stands_in_their_comments() -> None:
    """Places are those of words."""
    [found] = ask("Who was it sent to?", "document", DOCUMENT)
    assert (found["answer"], found["start"], found["end"]) == ("Ada Lovelace", 11, 12)
    [found] = ask("How much is the total?", "document", DOCUMENT)
    assert found["answer"] == "42"


@pytest.mark.parametrize(
    "boxes",
    [
        [["Due", [0, 0, 9, 9]], ["Friday", [9, 0, 9, 9]], ["3", [0, 9, 9, 9]]],
        ["Due", [0, 0, 9, 9], "Friday", [9, 0, 9, 9], "3", [0, 9, 9, 9]],
    ],
)
def test_words_may_be_given(boxes: Any) -> None:
    """With their boxes, in both forms in use."""
    [found] = ask("Which day is it due?", "document", word_boxes=boxes)
    assert found["answer"] == "Friday 3"
    assert (found["start"], found["end"]) == (1, 2)


def test_a_document_without_text_is_a_picture() -> None:
    """There may be no answer in it."""
    [found] = ask("What shape is it?", "document")
    assert found["answer"]
    [none] = ask("Quantum physics?", "document", handle_impossible_answer=True)
    assert none == {"score": 0.9, "answer": "", "start": 0, "end": 0}


def test_wrong_requests() -> None:
    """Are refused."""
    assert "question" in refusal("visual-question-answering", {"image": "a"})
    assert "base64" in refusal("visual-question-answering", {"image": "*", "question": "?"})
    inputs = {"image": b64encode(PICTURE).decode(), "question": "?"}
    assert "word_boxes" in refusal("document-question-answering", inputs, word_boxes="a")
    assert "lang" in refusal("document-question-answering", inputs, lang=5)
    assert "max_seq_len" in refusal("document-question-answering", inputs, max_seq_len=1)
