"""Images of endpoints: a builder for each variant, and a way for others."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.models.endpoint_images import EndpointImage
from tests.playing import elsewhere


@pytest.mark.parametrize(
    ("image", "wire"),
    [
        (EndpointImage.huggingface(), {"huggingface": {}}),
        (
            EndpointImage.vllm("v", port=8000, tensor_parallel_size=2, data_parallel_size=1),
            {"vLLM": {"url": "v", "port": 8000, "tensorParallelSize": 2, "dataParallelSize": 1}},
        ),
        (
            EndpointImage.sglang("s", tensor_parallel_size=4, health_route="/h"),
            {"sGLang": {"url": "s", "healthRoute": "/h", "tensorParallelSize": 4}},
        ),
        (EndpointImage.tgi("t", quantize="awq"), {"tgi": {"url": "t", "quantize": "awq"}}),
        (EndpointImage.tei("e", pooling="cls"), {"tei": {"url": "e", "pooling": "cls"}}),
        (
            EndpointImage.llamacpp("m.gguf", "l", ctx_size=4096),
            {"llamacpp": {"url": "l", "modelPath": "m.gguf", "ctxSize": 4096}},
        ),
        (EndpointImage.hf_serve(), {"hfServe": {}}),
        (
            EndpointImage.custom("c", username="u", password="p"),
            {"custom": {"url": "c", "credentials": {"username": "u", "password": "p"}}},
        ),
    ],
)
def test_each_variant_goes_out_under_its_own_key(image: EndpointImage, wire: Any) -> None:
    """In the case and with the fields of the API."""
    assert image.on_wire() == wire
    assert EndpointImage.of(wire) == image


def test_images_are_taken_as_people_write_them() -> None:
    """A URL, a flat dict, nothing; a variant that is not known yet passes as it is."""
    assert EndpointImage.of("ghcr.io/a/b").on_wire() == {"custom": {"url": "ghcr.io/a/b"}}
    flat = EndpointImage.of({"url": "u", "port": 80, "command": None})
    assert flat.on_wire() == {"custom": {"url": "u", "port": 80}}
    assert EndpointImage.of(None) == EndpointImage.huggingface()
    assert EndpointImage.of({"newEngine": {"a": 1}}).on_wire() == {"newEngine": {"a": 1}}
    assert EndpointImage.of({"tgiNeuron": {"url": "x"}}).variant == "tgiNeuron"


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ({"vllm": {}}, "vLLM"),
        ({"SGLANG": {}}, "sGLang"),
        ({"tgi": {}, "tei": {}}, "one key"),
        ({}, "dict"),
        (5, "dict"),
        ({"tgi": 5}, "dict"),
        ({"vLLM": {"url": "x", "credentials": {"username": "u"}}}, "custom"),
    ],
)
def test_images_that_cannot_be_are_refused(image: Any, told: str) -> None:
    """As the API would drop or mistake them."""
    with pytest.raises(ValidationError, match=told):
        EndpointImage.of(image)


def test_credentials_are_sent_and_never_shown() -> None:
    """Not in a repr, not in a pickle; blackened ones are not sent back."""
    image = EndpointImage.custom("c", username="u", password="planted")
    assert "planted" not in repr(image) + str(image.fields)
    with pytest.raises(ConfigurationError, match="pickled"):
        pickle.dumps(image)
    assert elsewhere(EndpointImage.vllm()) == EndpointImage.vllm()
    read = EndpointImage(
        "custom", {"url": "c", "credentials": {"username": "u", "password": "***"}}
    )
    with pytest.raises(ValidationError, match="does not tell"):
        read.on_wire()
    with pytest.raises(ValidationError, match="username"):
        EndpointImage.custom("c", password="p")
