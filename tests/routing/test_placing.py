"""What answers at a target is known where nothing else could."""

from __future__ import annotations

import pytest

from hf_integrations.routing.placing import at_once, unasked
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind, Task


@pytest.mark.parametrize(
    ("target", "task", "kind"),
    [
        (Target("http://host", None, "", "m"), CHAT, Kind.OPENAI),
        (Target("http://host", Kind.OPENAI, "", "m"), CHAT, Kind.OPENAI),
        (Target("http://host", Kind.TEI, "", "m"), FEATURE_EXTRACTION, Kind.TEI),
        (Target("https://router", Kind.ROUTER, "auto", "org/m"), CHAT, Kind.ROUTER),
    ],
)
def test_what_is_known_at_once(target: Target, task: Task, kind: Kind) -> None:
    """A server of a setting, a task that is the same everywhere, and the router."""
    found = at_once(target, task)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    ("target", "task", "matters"),
    [
        (Target("", None, "", None, endpoint="team/one"), CHAT, False),
        (Target("https://router", Kind.ROUTER, "hf-inference", "m", is_settled=False), CHAT, False),
        (Target("http://host", None, "", "m"), FEATURE_EXTRACTION, False),
        (Target("http://host", None, "", "m"), TEXT_GENERATION, False),
        (Target("http://host", None, "", "m"), CHAT, True),
    ],
)
def test_what_must_be_asked(target: Target, task: Task, matters: bool) -> None:
    """An endpoint by name, a model at a provider, a task in several dialects, words that differ."""
    assert at_once(target, task, matters=matters) is None


def test_a_server_of_its_own_task_is_one() -> None:
    """Where no OpenAI-compatible server has the task."""
    assert unasked(CHAT) is Kind.OPENAI
    own = Task("my-task", {Kind.OWN: "/"})
    assert unasked(own) is Kind.OWN
