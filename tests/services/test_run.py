"""Any task by its name."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.flow import Response, Send
from hf_integrations.models.media import Image
from hf_integrations.models.text import Ranking
from hf_integrations.routing.table import CLASSIFY_TEXT
from hf_integrations.services.run import run
from tests.services.calls import bodies, context, ok, router
from tests.services.tasks_at_hand import LABELS, PNG
from tests.services.test_infer import played

CHAT = {"choices": [{"message": {"role": "assistant", "content": "hi"}}]}


def test_a_row_will_do_for_a_name() -> None:
    """And has a type for what it gives."""
    found, _ = played(run(router(), CLASSIFY_TEXT, "x", model="a/b"), ok(LABELS))
    assert found[0].label == "a"


@pytest.mark.parametrize("task", ["chat-completion", "custom", "summarization"])
def test_a_parameter_called_context_is_one_like_others(task: str) -> None:
    """It does not collide with what the flow is given first."""
    if task == "custom":
        _, [sent] = played(run(router(), task, {}, model="a/b", context="c"), ok({}))
        assert bodies([Send(sent)]) == [{"inputs": {}, "parameters": {"context": "c"}}]
        return
    with pytest.raises(ValidationError, match=f"context: {task} has no such parameter"):
        played(run(router(), task, "hi", model="a/b", context="c"))


@pytest.mark.parametrize(
    ("task", "inputs", "answer", "path"),
    [
        ("chat-completion", "hi", CHAT, "/v1/chat/completions"),
        ("image-text-to-text", "hi", CHAT, "/v1/chat/completions"),
        ("text-generation", "hi", {"generated_text": "x"}, "/hf-inference/models/a/b"),
        ("feature-extraction", "hi", [[1.0]], "/pipeline/feature-extraction"),
        (
            "text-ranking",
            Ranking("q", ["a"]),
            [{"index": 0, "score": 1}],
            "/hf-inference/models/a/b",
        ),
    ],
)
def test_tasks_with_flows_of_their_own_are_run_too(
    task: str, inputs: Any, answer: Any, path: str
) -> None:
    """By those flows."""
    _, [sent] = played(run(router(), task, inputs, model="a/b"), ok(answer))
    assert sent.url.endswith(path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("text-classify", "Did you mean text-classification"), ("zzz", "'custom'"), (5, "'custom'")],
)
def test_an_unknown_task_names_the_nearest(name: Any, hint: str) -> None:
    """Or the way to a task of one's own."""
    with pytest.raises(UnsupportedTaskError, match="There is no task") as caught:
        played(run(router(), name, "x", model="a/b"))
    assert hint in str(caught.value)


def test_a_custom_task_takes_json_and_any_parameter() -> None:
    """In the envelope that handlers of endpoints expect; at a path of its own, without."""
    own = context()
    found, [sent] = played(run(own, "custom", {"a": 1}, temperature=2), ok({"b": 2}))
    assert (found, sent.url) == ({"b": 2}, "http://host/")
    assert bodies([Send(sent)]) == [{"inputs": {"a": 1}, "parameters": {"temperature": 2}}]
    _, [sent] = played(run(own, "custom", {"a": 1}, path="/x/y", b=2), ok({}))
    assert sent.url == "http://host/x/y"
    assert bodies([Send(sent)]) == [{"a": 1, "b": 2}]
    _, [sent] = played(run(own, "custom", ["a"], path="/x"), ok({}))
    assert sent.body == b'["a"]'
    with pytest.raises(ValidationError, match="inputs must be a dict"):
        played(run(own, "custom", ["a"], path="/x", b=2))


def test_a_custom_task_takes_and_gives_bytes() -> None:
    """As they are."""
    found, [sent] = played(run(context(), "custom", PNG), Response(200, {}, PNG))
    assert sent.body == PNG
    assert dict(sent.headers)["content-type"] == "image/png"
    assert found == Image(PNG)
    _, [sent] = played(run(context(), "custom", b"\x01"), ok(1))
    assert dict(sent.headers)["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("path", ["x", "/../x", "/a b", "/a#b", 5, "/é", "/a\\b"])
def test_a_path_cannot_lead_elsewhere(path: Any) -> None:
    """It begins at the server that was named."""
    with pytest.raises(ValidationError, match="path"):
        played(run(context(), "custom", {}, path=path))
