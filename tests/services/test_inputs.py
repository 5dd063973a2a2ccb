"""What the caller gave, as it may be sent."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models.media import Media
from hf_integrations.models.tables import Rows, TableQuestion
from hf_integrations.models.text import Question
from hf_integrations.models.vision import ImageQuestion
from hf_integrations.routing.table import ROWS
from hf_integrations.services.inputs import prepared
from tests.services.calls import context
from tests.services.tasks_at_hand import PNG, PNG64
from tests.services.test_infer import played


def ready(name: str, inputs: Any) -> Any:
    """The inputs of a task, made ready."""
    return played(prepared(context(), ROWS[name], inputs))[0]


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("question-answering", Question("q", "c"), {"question": "q", "context": "c"}),
        ("table-question-answering", TableQuestion("q", {"a": ["1"]}),
         {"query": "q", "table": {"a": ["1"]}}),
        ("table-question-answering", {"query": "q", "table": {"a": [1]}},
         {"query": "q", "table": {"a": ["1"]}}),
        ("tabular-regression", Rows({"a": [1, None]}), {"data": {"a": [1, None]}}),
        ("tabular-regression", {"data": {"a": [1]}}, {"data": {"a": [1]}}),
        ("visual-question-answering", ImageQuestion(PNG, "q"), {"image": PNG64, "question": "q"}),
        ("unconditional-image-generation", None, ""),
        ("custom", b"x", Media(b"x")),
        ("custom", [1], [1]),
    ],
)  # fmt: skip
def test_inputs_are_made_ready(name: str, inputs: Any, expected: Any) -> None:
    """As shapes, or as dicts with their fields."""
    assert ready(name, inputs) == expected


@pytest.mark.parametrize(
    ("name", "inputs", "message"),
    [
        ("question-answering", {"question": "q"}, "missing required field `context`"),
        ("question-answering", {"question": "q", "context": "c", "x": 1}, "x: there is no such"),
        ("question-answering", {"question": "", "context": "c"}, "question must not be empty"),
        ("question-answering", "q", "inputs must be a dict with question and context"),
        ("visual-question-answering", {"question": "q"}, "must have an image and a question"),
        ("visual-question-answering", {"image": PNG, "question": 5}, "question: expected `str`"),
        ("summarization", "", "inputs must be a non-empty string"),
        ("unconditional-image-generation", "x", "this task takes none"),
    ],
)
def test_what_is_missing_or_wrong_is_named(name: str, inputs: Any, message: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        ready(name, inputs)
    assert message in caught.value.message
