"""The provider table: every promised provider is a row, and each row is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from huggingface_hub.inference._providers import PROVIDERS as THEIRS

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ConfigurationError
from hf_integrations.routing.orders import Route
from hf_integrations.routing.providers import (
    PROVIDERS,
    InferenceProvider,
    register_provider,
    unregister_provider,
)
from hf_integrations.routing.table import ROWS, TASKS
from hf_integrations.routing.targets import resolve
from hf_integrations.routing.tasks import CHAT

OURS = {"conversational": CHAT.name}


@pytest.fixture
def table() -> Iterator[None]:
    """The table, put back in the end."""
    kept = dict(PROVIDERS)
    yield
    PROVIDERS.clear()
    PROVIDERS.update(kept)


def test_every_pair_of_huggingface_hub_is_in_the_table() -> None:
    """And nebius and sambanova, which it knew until 2025."""
    assert PROVIDERS.keys() == THEIRS.keys() | {"nebius", "sambanova"}
    for name, tasks in THEIRS.items():
        for task in tasks:
            row = TASKS[OURS.get(task, task)]
            assert PROVIDERS[name].route(row), (name, task)


@pytest.mark.parametrize("row", PROVIDERS.values(), ids=lambda row: row.name)
def test_a_row_is_whole(row: InferenceProvider) -> None:
    """Its hosts are huggingface_hub's, and a task that is no chat has words."""
    assert row.base.startswith("https://")
    for task, route in row.routes.items():
        assert task in TASKS
        assert (route.write is not None) is (task in ROWS)
        path = route.path("org/model") if callable(route.path) else route.path
        assert path.startswith("/")
        if row.name in THEIRS:
            theirs = THEIRS[row.name].get("conversational" if task == CHAT.name else task)
            base = (route.queue.base if route.queue else "") or row.base
            assert theirs is None or theirs.base_url == base


LAB = InferenceProvider(
    "my-lab", "https://api.my-lab.ai/", {CHAT.name: Route("/v1/chat/completions")},
    routed=False, mapped=False,
)  # fmt: skip


@pytest.mark.usefixtures("table")
def test_a_provider_can_be_added() -> None:
    """It is known at once; one of the same name takes its place."""
    register_provider(LAB)
    register_provider(LAB)
    target = resolve(HfInferenceConfig(token="k"), CHAT, model="a-model", provider="my-lab")

    assert target.url(CHAT) == "https://api.my-lab.ai/v1/chat/completions"
    assert (target.model, target.is_settled) == ("a-model", True)
    for _ in range(2):
        unregister_provider("my-lab")
    assert "my-lab" not in PROVIDERS


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("my-lab", "must be an InferenceProvider"),
        (InferenceProvider("My Lab", "https://a", LAB.routes), "name: 'My Lab'"),
        (InferenceProvider("auto", "https://a", LAB.routes), "name: 'auto'"),
        (InferenceProvider("fastest", "https://a", LAB.routes), "name: 'fastest'"),
        (InferenceProvider("my-lab", "ftp://a", LAB.routes), "base must begin with http"),
        (InferenceProvider("my-lab", "https://a", {}), "at least one task"),
        (InferenceProvider("my-lab", "https://a", {"chat": Route("/x")}), "no task 'chat'"),
        (InferenceProvider("my-lab", "https://a", {CHAT.name: Route("x")}), "begin with a slash"),
        (InferenceProvider("my-lab", "https://a", {CHAT.name: "/x"}), "must be a Route"),  # type: ignore[dict-item]  # on purpose
        (InferenceProvider("my-lab", "https://a", {"fill-mask": Route("/x")}), "needs write="),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_row_that_cannot_work_is_refused(row: Any, said: str) -> None:
    """By the part that cannot."""
    with pytest.raises(ConfigurationError, match=said):
        register_provider(row)
    assert "my-lab" not in PROVIDERS
