"""`client.text`: what the tasks share is tested with the table."""

from __future__ import annotations

import pytest

from hf_integrations.services.text import AsyncTexts, Texts, classify
from tests.services.calls import context, ok
from tests.services.tasks_at_hand import LABELS
from tests.services.test_infer import played


@pytest.mark.parametrize("server", ["tei", "endpoint"])
def test_no_more_labels_are_given_than_were_asked_for(server: str) -> None:
    """Whatever the server knows of that."""
    found, _ = played(classify(context(server=server), "x", top_k=1), ok(LABELS))
    assert [one.label for one in found] == ["a"]


def test_both_colours_have_the_same_names() -> None:
    """Given once."""
    assert all(hasattr(AsyncTexts, name) for name in dir(Texts) if not name.startswith("_"))
