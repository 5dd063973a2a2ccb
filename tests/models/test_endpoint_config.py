"""Configurations of endpoints."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.models.endpoint_config import (
    PLACES,
    EndpointChanges,
    EndpointConfig,
    body_of,
    checked,
    merged,
)
from hf_integrations.models.endpoint_images import EndpointImage
from tests.playing import elsewhere

LEAST: dict[str, Any] = {
    "name": "mine", "repository": "org/m", "accelerator": "gpu", "instance_type": "nvidia-l4",
}  # fmt: skip


def test_a_configuration_goes_out_as_the_api_takes_it() -> None:
    """What was not set is not sent; a task least of all, which may not be null."""
    config = EndpointConfig(
        **LEAST, image=EndpointImage.vllm("v"), env={"A": "b"}, secrets={"S": "t"}, tags=["x"],
        scale_on={"pendingRequests": 1.5}, domain="d.example", extra={"model": {"new": 1}},
    )  # fmt: skip
    assert config.body() == {
        "name": "mine", "type": "authenticated",
        "provider": {"vendor": "aws", "region": "us-east-1"},
        "compute": {
            "accelerator": "gpu", "instanceType": "nvidia-l4", "instanceSize": "x1",
            "scaling": {
                "minReplica": 0, "maxReplica": 1, "scaleToZeroTimeout": 60,
                "measure": {"pendingRequests": 1.5},
            },
        },
        "model": {
            "repository": "org/m", "revision": None, "framework": "pytorch",
            "image": {"vLLM": {"url": "v"}}, "env": {"A": "b"}, "secrets": {"S": "t"}, "new": 1,
        },
        "tags": ["x"], "route": {"domain": "d.example"},
    }  # fmt: skip


def test_no_time_means_never() -> None:
    """As the API spells it."""
    body = EndpointConfig(**LEAST, scale_to_zero_timeout=None).body()
    assert body["compute"]["scaling"]["scaleToZeroTimeout"] is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Upper"}, "name"), ({"name": "a" * 33}, "name"), ({"name": "-a"}, "name"),
        ({"repository": ""}, "repository"), ({"accelerator": 5}, "accelerator"),
        ({"min_replica": -1}, "min_replica"), ({"max_replica": True}, "max_replica"),
        ({"min_replica": 3}, "max_replica"), ({"max_replica": 0}, "max_replica"),
        ({"scale_to_zero_timeout": 0}, "minutes"), ({"env": {"A": 1}}, "env"),
        ({"secrets": ["x"]}, "secrets"), ({"tags": "x"}, "tags"), ({"args": [1]}, "args"),
        ({"type": "private"}, "private_service"), ({"private_service": 5}, "private_service"),
        ({"image": {"vllm": {}}}, "image"), ({"extra": 5}, "extra"), ({"scale_on": 5}, "scale_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_unsent(changes: dict[str, Any], told: str) -> None:
    """And named."""
    with pytest.raises(ValidationError, match=told):
        EndpointConfig(**LEAST | changes)


def test_changes_are_of_the_same_settings() -> None:
    """One that is none is named, with the nearest."""
    body = body_of(checked({"max_replica": 2, "image": {"url": "u"}, "extra": {"a": {"b": 1}}}))
    assert body == {
        "compute": {"scaling": {"maxReplica": 2}},
        "model": {"image": {"custom": {"url": "u"}}},
        "a": {"b": 1},
    }
    with pytest.raises(ValidationError) as caught:
        checked({"max_replicas": 2})
    assert "max_replica" in (caught.value.hint or "")
    assert EndpointChanges.__annotations__.keys() - {"extra"} <= PLACES.keys()


def test_accelerators_have_other_names() -> None:
    """Inferentia is Neuron in the API."""
    assert EndpointConfig(**LEAST | {"accelerator": "inferentia"}).accelerator == "neuron"


def test_bodies_are_merged_object_by_object() -> None:
    """Lists and texts are replaced."""
    assert merged({"a": {"b": 1, "c": [1]}}, {"a": {"c": [2]}, "d": 3}) == {
        "a": {"b": 1, "c": [2]}, "d": 3,
    }  # fmt: skip


def test_secrets_are_not_shown() -> None:
    """Nor pickled; a configuration without any is."""
    config = EndpointConfig(**LEAST, secrets={"KEY": "planted"}, env={"A": "planted"})
    assert "planted" not in repr(config)
    assert "KEY" in repr(config)
    with pytest.raises(ConfigurationError, match="pickled"):
        pickle.dumps(config)
    plain = EndpointConfig(**LEAST)
    assert elsewhere(plain).body() == plain.body()
