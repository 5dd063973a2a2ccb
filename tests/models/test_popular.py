"""Names of models."""

from __future__ import annotations

from hf_integrations.models.popular import RECOMMENDED, Models
from hf_integrations.routing.table import TASKS
from hf_integrations.routing.targets import MODEL_NAME


def test_every_name_is_one_of_the_hub() -> None:
    """With its organisation."""
    names = {name: value for name, value in vars(Models).items() if name.isupper()}
    assert len(names) == len(set(names.values())) > 30
    assert all(MODEL_NAME.fullmatch(value) and "/" in value for value in names.values())


def test_a_recommendation_is_of_a_task_and_among_the_names() -> None:
    """One for each."""
    assert RECOMMENDED.keys() <= TASKS.keys()
    names = {value for name, value in vars(Models).items() if name.isupper()}
    assert set(RECOMMENDED.values()) <= names
