"""Questions about pictures."""

from __future__ import annotations

import msgspec

from hf_integrations.services.seeing import answer, answer_document
from tests.services.calls import ok, router
from tests.services.tasks_at_hand import PNG, PNG64
from tests.services.test_infer import played


def test_a_question_travels_with_its_picture() -> None:
    """In one object, the picture in base64."""
    for ask in (answer, answer_document):
        found, [sent] = played(ask(router(), PNG, "what?", model="a/b", top_k=1), ok([]))
        assert found == []
        assert msgspec.json.decode(sent.body) == {
            "inputs": {"image": PNG64, "question": "what?"},
            "parameters": {"top_k": 1},
        }
