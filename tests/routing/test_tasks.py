"""The task table."""

from __future__ import annotations

from hf_integrations.routing.table import TASKS
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind


def test_every_row_is_in_the_table_by_its_name() -> None:
    """As the Hub spells it."""
    assert {"chat-completion", "text-generation", "feature-extraction"} <= TASKS.keys()
    assert all(task.name == name for name, task in TASKS.items())
    assert all(task in TASKS.values() for task in (CHAT, TEXT_GENERATION, FEATURE_EXTRACTION))


def test_every_path_is_one() -> None:
    """It begins with a slash and does not end with one; only the router's name a model."""
    for task in TASKS.values():
        assert Kind.ROUTER in task.paths
        for kind, path in task.paths.items():
            assert path.startswith("/")
            assert path == "/" or not path.endswith("/")
            assert "{" not in path.replace("{model}", "")
            assert task.needs_provider is ("{model}" in task.paths[Kind.ROUTER])
            assert kind is Kind.ROUTER or "{model}" not in path


def test_kinds_have_names_for_people() -> None:
    """Errors say them."""
    assert [kind.value for kind in Kind if not kind.value.islower()] == [Kind.OPENAI.value]
