"""Results are lists that a notebook shows as a table."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector import Match, Results
from tests.ruvvector.colours import AnyStore

MATCH = Match("<id>", "a text & " + "x" * 500, {"k": "<b>"}, 0.123456, 0.876544)


def test_a_table_holds_what_is_there_and_no_markup_of_others() -> None:
    """Long texts are cut, long lists too; a column without values is left out."""
    html = Results([MATCH] * 60)._repr_html_()
    assert html.count("<tr>") == 51
    assert "… and 10 more" in html
    assert "&lt;id&gt;" in html
    assert "<b>" not in html
    assert "0.1235" in html
    assert re.search(r"x{100,200}…", html)
    assert "vector" not in html
    assert "No rows" in Results[Match]()._repr_html_()


def test_results_are_lists_and_frames(store: AnyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal to a list; every method that finds rows gives them; pandas is named when missing."""
    store.add(["leek soup", "plum cake"], [[1, 0], [0, 1]], ids=["a", "b"])
    assert Results([MATCH]) == [MATCH]
    for found in (
        store.search([1, 0]),
        store.search_many([[1, 0]])[0],
        store.hybrid_search("leek", [1, 0]),
        store.text_search("leek"),
        store.diverse_search([1, 0]),
        store.get(),
        store.near_duplicates(-1),
        store.collections(),
        store.migratable(),
    ):
        assert isinstance(found, Results)
        assert "<" in found._repr_html_()
    frame = store.search([1, 0], include_vectors=True).to_pandas()
    assert frame["id"].tolist() == ["a", "b"]
    assert np.array_equal(frame["vector"][0], [1, 0])
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ConfigurationError, match="this needs pandas"):
        store.get().to_pandas()
