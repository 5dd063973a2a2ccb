"""huggingface_hub as judge: its own endpoint methods, with nothing changed but the address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import HfApi, InferenceEndpoint, constants
from huggingface_hub.errors import HfHubHTTPError, InferenceEndpointError

from hf_integrations.emulator import Emulator

TOKEN = "hf_test"  # the Hub's client does not hand its own to the endpoints it makes
IMAGE = {"vLLM": {"url": "vllm/vllm-openai", "port": 8000, "tensorParallelSize": 1}}


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator whose time flies, and to which the Hub's client is pointed."""
    with Emulator() as emulator:
        emulator.clock.speed = 100
        monkeypatch.setattr(constants, "INFERENCE_ENDPOINTS_ENDPOINT", emulator.management_url)
        yield emulator


def api_of(emulator: Emulator) -> HfApi:
    """The Hub's client."""
    return HfApi(endpoint=emulator.url, token=TOKEN)


def create(api: HfApi, name: str = "my-endpoint") -> InferenceEndpoint:
    """Order an endpoint."""
    return api.create_inference_endpoint(
        name, repository="org/m", framework="pytorch", task="text-generation", accelerator="gpu",
        vendor="aws", region="us-east-1", instance_size="x1", instance_type="nvidia-l4",
        type="authenticated", custom_image=IMAGE, min_replica=0, scale_to_zero_timeout=600,
        secrets={"A": "b"}, tags=["t"], token=TOKEN,
    )  # fmt: skip


def test_the_whole_life(fast: Emulator) -> None:
    """Create, wait, ask, update, pause, resume, scale to zero, list, delete."""
    api = api_of(fast)
    endpoint = create(api)
    assert (endpoint.status, endpoint.url, endpoint.namespace) == ("pending", None, "emulator")
    endpoint.wait(timeout=60, refresh_every=0.02)  # type: ignore[arg-type]
    assert endpoint.status == "running"
    answer = endpoint.client.chat_completion([{"role": "user", "content": "Hello"}], model="org/m")
    assert answer.choices[0].message.content
    assert endpoint.update(max_replica=2, tensor_parallel_size=2).status == "updating"
    endpoint.wait(timeout=60, refresh_every=0.02)  # type: ignore[arg-type]
    assert endpoint.raw["model"]["image"]["vLLM"]["tensorParallelSize"] == 2
    assert endpoint.resume().status == "running"  # a 400 that the Hub's client takes for a yes
    assert endpoint.pause().status == "paused"
    endpoint.resume()
    endpoint.wait(timeout=60, refresh_every=0.02)  # type: ignore[arg-type]
    assert endpoint.scale_to_zero().status == "scaledToZero"
    assert [one.name for one in api.list_inference_endpoints(token=TOKEN)] == ["my-endpoint"]
    assert endpoint.fetch().created_at is not None
    endpoint.delete()
    assert api.list_inference_endpoints(token=TOKEN) == []
    with pytest.raises(HfHubHTTPError):
        endpoint.fetch()


def test_a_failure_is_seen(fast: Emulator) -> None:
    """While waiting; a name is not given twice."""
    api = api_of(fast)
    fast.clock.stop()
    endpoint = create(api)
    with pytest.raises(HfHubHTTPError, match="409"):
        create(api)
    fast.endpoints.fail_next_start("emulator/my-endpoint", "CUDA out of memory")
    fast.clock.speed = 100
    with pytest.raises(InferenceEndpointError, match="failed to deploy"):
        endpoint.wait(timeout=60, refresh_every=0.02)  # type: ignore[arg-type]


def test_hardware_is_read(fast: Emulator) -> None:
    """Every field that the Hub's client indexes."""
    found = api_of(fast).list_inference_endpoints_hardware()
    assert {"cpu", "gpu", "neuron", "tpu"} <= {one.accelerator for one in found}
    assert all(one.price_per_hour > 0 for one in found)
