"""The forms of the tasks about tables."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.models.tables import (
    as_text,
    columns,
    predictions,
    regressed,
    table_answer,
)
from tests.services.calls import ok


class Frame:
    """What a pandas DataFrame is to us."""

    def to_dict(self, orient: str) -> Any:
        """Columns."""
        assert orient == "list"
        return {"a": [1, 2]}


@pytest.mark.parametrize("table", [{"a": [1, 2]}, {"a": (1, 2)}, [{"a": 1}, {"a": 2}], Frame()])
def test_a_table_may_have_any_usual_form(table: Any) -> None:
    """It becomes columns; or columns of texts."""
    assert columns(table) == {"a": [1, 2]}
    assert as_text(table) == {"a": ["1", "2"]}


@pytest.mark.parametrize("wrong", [None, {}, [], "a", {"a": "b"}, {"a": [1], "b": [1, 2]}, [1]])
def test_what_is_no_table_is_refused(wrong: Any) -> None:
    """It says what a table is."""
    with pytest.raises(ValidationError, match="table"):
        columns(wrong)


def test_predictions_are_labels_or_numbers() -> None:
    """Bare or under a name."""
    assert predictions(ok({"predictions": ["a", 1]})) == predictions(ok(["a", 1])) == ["a", 1]
    assert regressed(ok([1, 2.5])) == [1.0, 2.5]
    with pytest.raises(DecodeError):
        regressed(ok(["a"]))


def test_an_answer_comes_alone_or_in_a_list() -> None:
    """With its cells where there are some."""
    assert table_answer(ok([{"answer": "x"}])).cells == []
    assert table_answer(ok({"answer": "x", "aggregator": "SUM"})).aggregator == "SUM"
