"""The table of the tasks."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub.inference import _generated

from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.tasks import table
from hf_integrations.emulator.tasks.asked import Asked, Made
from hf_integrations.emulator.vectors import Vectorizer
from tests.emulator.right import TASKS
from tests.emulator.tasks.playing import run

# Types that are no tasks of a server, or another name of one.
BESIDE = {"base", "chat-completion", "text2text-generation"}


def test_every_task_with_types_in_huggingface_hub_is_there() -> None:
    """And some that it has none for."""
    folder = Path(str(_generated.__file__)).parent / "types"
    theirs = {path.stem.replace("_", "-") for path in folder.glob("[a-z]*.py")}
    assert theirs - BESIDE <= table.NAMES


@pytest.mark.parametrize("task", table.RULES)
def test_every_rule_answers_the_same_twice(task: str) -> None:
    """Nothing is left to chance."""
    inputs, parameters = TASKS[task]
    assert run(task, inputs, **parameters) == run(task, inputs, **parameters)


def test_what_is_no_task() -> None:
    """404, in the words of the service."""
    with pytest.raises(Refusal) as caught:
        table.answer("nonsense", Asked("m", Vectorizer(8)))
    assert (caught.value.status, caught.value.body["error"]) == (
        404, "Task not found for this model",
    )  # fmt: skip


def test_a_task_of_ones_own_is_echoed() -> None:
    """Objects as they are, bytes with their type."""
    vectors = Vectorizer(8)
    assert table.answer("custom", Asked("m", vectors, body={"a": 1})) == {"a": 1}
    for mime, expected in (("text/x", "text/x"), ("", "application/octet-stream")):
        asked = Asked("m", vectors, data=b"abc", mime=mime)
        assert table.answer("custom", asked) == Made(b"abc", expected)


def test_aliases_lead_to_tasks() -> None:
    """Each to one that is there."""
    assert set(table.ALIASES.values()) <= table.NAMES
    assert table.ALIASES[table.CHAT] == table.TEXT_GENERATION
