"""Tasks asked without a server."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.tasks import table
from hf_integrations.emulator.tasks.asked import Asked, Made
from hf_integrations.emulator.vectors import Vectorizer

VECTORS = Vectorizer()


def run(task: str, inputs: Any, model: str = "org/m", accept: str = "", **parameters: Any) -> Any:
    """Return the answer of a task; bytes are sent as base64."""
    if isinstance(inputs, bytes):
        inputs = b64encode(inputs).decode()
    body = {"inputs": inputs, "parameters": parameters}
    return table.answer(task, Asked(model, VECTORS, body=body, accept=accept))


def make(task: str, inputs: Any, **parameters: Any) -> Made:
    """Return what a task makes."""
    made = run(task, inputs, **parameters)
    assert isinstance(made, Made)
    return made


def refusal(task: str, inputs: Any, **parameters: Any) -> str:
    """Return the message of a refusal, which must have status 400."""
    with pytest.raises(Refusal) as caught:
        run(task, inputs, **parameters)
    assert caught.value.status == 400
    return str(caught.value.body["error"])
