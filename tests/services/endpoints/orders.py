"""What the tests of endpoints share: an order, settings, and answers of the API."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from hf_integrations.emulator import Emulator
from hf_integrations.flow import Response
from hf_integrations.models.endpoint_config import EndpointConfig
from hf_integrations.models.endpoint_images import EndpointImage
from hf_integrations.services.context import Context
from tests.colours import Colour, Looped, Plain
from tests.services.calls import context, ok

both = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
URL = "https://x.us-east-1.aws.endpoints.huggingface.cloud"


def order(name: str = "mine", **changes: Any) -> EndpointConfig:
    """The order for a small endpoint."""
    values: dict[str, Any] = {
        "repository": "org/m", "accelerator": "gpu", "instance_type": "nvidia-l4",
        "task": "text-generation", "image": EndpointImage.vllm(),
    }  # fmt: skip
    return EndpointConfig(name=name, **values | changes)


@pytest.fixture
def swift(emulator: Emulator) -> Emulator:
    """An emulator on which a minute passes in a fraction of a second."""
    emulator.clock.speed = 200
    return emulator


@pytest.fixture
def up(swift: Emulator) -> Emulator:
    """The same with an endpoint that runs."""
    start(swift)
    return swift


def start(emulator: Emulator, name: str = "mine", **changes: Any) -> None:
    """Let an endpoint run."""
    emulator.endpoints.create("emulator", order(name, **changes).body())
    emulator.clock.advance(10)


def at(emulator: Emulator, **settings: Any) -> dict[str, Any]:
    """The settings of a client of an emulator."""
    return {"base_url": emulator.url, "token": "hf_test", "max_retries": 0} | settings


def state(emulator: Emulator, name: str = "mine") -> str:
    """The state an endpoint is in."""
    return emulator.endpoints.find("emulator", name).state


def told(state: str, message: str = "", *, url: str | None = URL, **status: Any) -> Response:
    """An answer of the API."""
    said = {"state": state, "message": message, "url": url, **status}
    kept = {name: value for name, value in said.items() if value is not None}
    model = {"repository": "org/m"}
    return ok({"name": "mine", "healthRoute": "/health", "model": model, "status": kept})


class Ticking:
    """A clock that goes on by so much at each look."""

    def __init__(self, step: float) -> None:
        self._now, self._step = 0.0, step

    def __call__(self) -> float:
        """The time."""
        self._now += self._step
        return self._now


def managed(step: float = 0.0, **settings: Any) -> Context:
    """A context for flows that are played."""
    made = context(**{"default_namespace": "me", "base_url": None} | settings)
    return replace(made, patience=replace(made.patience, clock=Ticking(step)))


__all__ = ["Colour", "both", "order", "swift", "up"]
