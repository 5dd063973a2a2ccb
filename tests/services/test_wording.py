"""The words of each server."""

from __future__ import annotations

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models.media import Image
from hf_integrations.routing.table import CLASSIFY_TEXT, DETECT, SUMMARIZE
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import Kind
from hf_integrations.services.wording import path_of, worded
from tests.services.tasks_at_hand import PNG, PNG64

ROUTER = Target("https://host", Kind.ROUTER, "hf-inference", "a/b")
TEI = Target("https://host", Kind.TEI, "", None)


def test_parameters_stand_in_the_envelope_only_when_there_are_some() -> None:
    """And media are themselves without them."""
    assert worded(ROUTER, SUMMARIZE, "x", {}) == {"inputs": "x"}
    assert worded(ROUTER, SUMMARIZE, "x", {"a": 1}) == {"inputs": "x", "parameters": {"a": 1}}
    assert worded(ROUTER, DETECT, Image(PNG), {}) == Image(PNG)
    assert worded(ROUTER, DETECT, Image(PNG), {"a": 1})["inputs"] == PNG64  # type: ignore[index]


def test_tei_has_one_word_for_scores() -> None:
    """Raw ones, or those of the model."""
    assert worded(TEI, CLASSIFY_TEXT, "x", {"top_k": 1}) == {"inputs": "x"}
    with pytest.raises(ValidationError, match="text-embeddings-inference, which does not know it"):
        worded(TEI, CLASSIFY_TEXT, "x", {"function_to_apply": "softmax"})


def test_a_path_is_taken_as_it_is() -> None:
    """With a query if need be."""
    assert path_of(None) == ""
    assert path_of("/a/b?c=d") == "/a/b?c=d"
