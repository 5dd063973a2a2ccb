"""Tables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tasks.playing import refusal, run

TABLE = {
    "Repository": ["Transformers", "Datasets", "Tokenizers"],
    "Stars": ["36542", "4512", "3934"],
    "Language": ["Python", "Python", "Rust"],
}


def ask(question: str, **fields: Any) -> Any:
    """Return the answer about the table."""
    return run("table-question-answering", {"question": question, "table": TABLE, **fields})


@pytest.mark.parametrize(
    ("question", "answer", "coordinates", "aggregator"),
    [
        ("How many stars does Transformers have?", "COUNT > 36542", [[0, 1]], "COUNT"),
        ("Stars of the Datasets repository?", "4512", [[1, 1]], "NONE"),
        ("What is the total of the stars?", "SUM > 36542, 4512, 3934",
         [[0, 1], [1, 1], [2, 1]], "SUM"),
        ("What is the average of stars of Python?", "AVERAGE > 36542, 4512",
         [[0, 1], [1, 1]], "AVERAGE"),
        ("Which languages are there? Language?", "Python, Python, Rust",
         [[0, 2], [1, 2], [2, 2]], "NONE"),
    ],
)  # fmt: skip
def test_cells_are_found(
    question: str, answer: str, coordinates: list[list[int]], aggregator: str
) -> None:
    """By the column that the question names, and the rows."""
    found = ask(question)
    assert (found["answer"], found["coordinates"]) == (answer, coordinates)
    assert found["aggregator"] == aggregator
    assert found["cells"] == [TABLE[list(TABLE)[c]][r] for r, c in coordinates]


def test_a_row_is_named_by_a_cell() -> None:
    """The column asked for is then one without such a cell."""
    found = ask("What is written in Rust?")
    assert found["coordinates"] == [[2, 0]]
    assert found["answer"] == "Tokenizers"


def test_the_older_name_of_the_question() -> None:
    """`query`, as huggingface_hub sends it."""
    inputs = {"query": "Stars of Datasets?", "table": TABLE}
    assert run("table-question-answering", inputs)["answer"] == "4512"


def test_classes_count_what_is_above_the_middle() -> None:
    """A text for each row."""
    data = {"a": [1, 2, 3], "b": ["9", "5", "7"], "c": ["x", "xx", "xxx"]}
    assert run("tabular-classification", {"data": data}) == ["1", "0", "2"]


def test_numbers_are_means() -> None:
    """A number for each row; what is none counts its letters."""
    assert run("tabular-regression", {"data": {"a": [1, "2"], "b": ["x", None]}}) == [1.0, 3.0]
    assert run("tabular-regression", {"data": {"a": ["inf", "nan"]}}) == [0.0, 0.0]


@pytest.mark.parametrize(
    "table", [None, {}, [], {"a": "b"}, {"a": []}, {"a": [1], "b": [1, 2]}, {"a": 5}]
)
def test_wrong_tables(table: Any) -> None:
    """Are refused by what is wrong."""
    assert "inputs" in refusal("table-question-answering", {"question": "a", "table": table})
    assert "inputs.data" in refusal("tabular-regression", {"data": table})


def test_wrong_parameters() -> None:
    """As well."""
    inputs = {"question": "a", "table": TABLE}
    assert "padding" in refusal("table-question-answering", inputs, padding="some")
    assert "question" in refusal("table-question-answering", {"table": TABLE})
