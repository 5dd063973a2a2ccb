"""What is told of endpoints, read with care."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models.endpoint_images import EndpointImage
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus, moment
from tests.playing import elsewhere

RAW: dict[str, Any] = {
    "name": "mine", "type": "authenticated", "accountId": "1", "healthRoute": "/health",
    "provider": {"vendor": "aws", "region": "us-east-1"},
    "compute": {
        "id": "aws-us-east-1-nvidia-l4-x1", "accelerator": "gpu", "instanceType": "nvidia-l4",
        "instanceSize": "x1",
        "scaling": {"minReplica": 0, "maxReplica": 2, "scaleToZeroTimeout": None, "newKnob": 7},
    },
    "model": {
        "repository": "org/m", "revision": "abc", "task": "text-generation",
        "framework": "pytorch", "secrets": {"S": "***"}, "env": {"A": "b"},
        "image": {"custom": {"url": "u", "credentials": {"username": "u", "password": "***"}}},
    },
    "status": {
        "state": "running", "message": "Ready", "url": "https://x.endpoints.huggingface.cloud/",
        "createdAt": "2026-11-25T16:15:40.508977007Z", "updatedAt": "2026-11-25T16:16:40Z",
        "readyReplica": 1, "targetReplica": 2,
    },
    "tags": ["t"], "route": None, "future": {"field": [1, 2]},
}  # fmt: skip


def test_what_is_told_has_plain_names() -> None:
    """And what is not known here is in `raw`."""
    info = EndpointInfo(RAW, "me")
    assert (info.id, info.status, info.is_running) == ("me/mine", EndpointStatus.RUNNING, True)
    assert info.url == "https://x.endpoints.huggingface.cloud"
    assert info.health_url == "https://x.endpoints.huggingface.cloud/health"
    assert (info.ready_replicas, info.target_replicas, info.min_replicas) == (1, 2, 0)
    assert info.created_at == datetime(2026, 11, 25, 16, 15, 40, 508977, UTC)
    assert (info.repository, info.revision, info.task, info.framework, info.tags, info.type) == (
        "org/m", "abc", "text-generation", "pytorch", ["t"], "authenticated",
    )  # fmt: skip
    assert info.image == EndpointImage.of({"custom": RAW["model"]["image"]["custom"]})
    assert info.raw["future"] == {"field": [1, 2]}
    assert elsewhere(info) == info
    assert "***" not in repr(info)


@pytest.mark.parametrize(
    "raw",
    [
        {}, {"name": None, "status": None, "model": [], "compute": "x", "tags": 5},
        {"status": {"state": None, "createdAt": 5, "url": 7, "readyReplica": "many"}},
        {"status": {"createdAt": "yesterday"}, "model": {"image": {}}, "healthRoute": 3},
    ],
)  # fmt: skip
def test_nothing_of_it_has_to_be_there(raw: dict[str, Any]) -> None:
    """An API that changes is no reason to fail."""
    info = EndpointInfo(raw, "me")
    values = [getattr(info, name) for name in dir(EndpointInfo) if not name.startswith("_")]
    assert len(values) > 20
    assert (info.url, info.health_url, info.is_running, info.image) == (None, None, False, None)


def test_states_that_are_not_known_stay_what_they_are() -> None:
    """The eight that are have names."""
    assert len(EndpointStatus) == 8
    unknown = EndpointInfo({"status": {"state": "hibernating"}}, "me").status
    assert unknown == "hibernating"
    assert not isinstance(unknown, EndpointStatus)


def test_the_reason_is_one_line() -> None:
    """From wherever the API puts it."""
    assert EndpointInfo({"status": {"message": "a\n b"}}, "me").reason == "a b"
    assert EndpointInfo({"status": {"errorMessage": "oom"}}, "me").reason == "oom"
    assert EndpointInfo({}, "me").reason == "no reason was given"


def test_an_endpoint_can_be_made_again() -> None:
    """Without secrets and state, with what is not known here."""
    config = EndpointInfo(RAW, "me").config(name="other", secrets={"S": "anew"})
    body = config.body()
    assert body["name"] == "other"
    assert body["compute"]["scaling"] == RAW["compute"]["scaling"]
    assert body["model"]["image"] == {"custom": {"url": "u"}}
    assert (body["model"]["secrets"], body["model"]["env"]) == ({"S": "anew"}, {"A": "b"})
    assert body["future"] == {"field": [1, 2]}
    assert not {"status", "accountId", "healthRoute"} & body.keys()
    assert "id" not in body["compute"]


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [("2026-01-02T03:04:05.123456789Z", 123456), ("2026-01-02T03:04:05Z", 0),
     ("2026-01-02T03:04:05.1+00:00", 100000), ("2026-01-02T03:04:05", 0)],
)  # fmt: skip
def test_times_may_have_nanoseconds(text: str, microsecond: int) -> None:
    """Which Python's have not."""
    assert moment(text) == datetime(2026, 1, 2, 3, 4, 5, microsecond, UTC)
    assert moment(None) is moment("x") is None


@pytest.mark.parametrize(
    ("raw", "changes", "said"),
    [
        ({"name": "a", "model": {"repository": "org/m"}}, {}, "does not tell the accelerator and"),
        ({"name": "a", "model": 5, "compute": None}, {}, "pass repository= and accelerator="),
        (RAW, {"max_replicas": 1}, "max_replicas: an endpoint has no such setting"),
    ],
)
def test_a_copy_that_cannot_be_made_says_what_is_missing(
    raw: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    """The API may tell less some day."""
    with pytest.raises(ValidationError, match=said):
        EndpointInfo(raw, "me").config(**changes)


def test_a_copy_is_made_of_whatever_else_is_told() -> None:
    """Words in the place of objects count as nothing."""
    model = {**RAW["model"], "env": "x", "secrets": 5, "image": {"vLLM": "x"}}
    config = EndpointInfo({**RAW, "model": model}, "me").config()
    assert (dict(config.env), dict(config.secrets), config.image.variant) == ({}, {}, "vLLM")
