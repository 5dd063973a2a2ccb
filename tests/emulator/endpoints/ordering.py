"""Orders for endpoints, as their owners write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import client_of

ALL, ONE = "/v2/endpoint/me", "/v2/endpoint/me/mine"


def order(name: str = "mine", **changes: Any) -> dict[str, Any]:
    """Return the body of a create; `changes` are of the part that has such a field."""
    compute = {"accelerator": "gpu", "instanceType": "nvidia-l4", "instanceSize": "x1"}
    scaling = {"minReplica": 0, "maxReplica": 1, "scaleToZeroTimeout": 15}
    model = {
        "repository": "org/m", "framework": "pytorch", "task": "text-generation",
        "image": {"vLLM": {"url": "vllm/vllm-openai", "port": 8000}},
    }  # fmt: skip
    body = {"name": name, "type": "authenticated"}
    for field, value in changes.items():
        parts = (part for part in (compute, scaling, model) if field in part)
        next(parts, model if field in ("env", "secrets", "revision") else body)[field] = value
    place = {"vendor": "aws", "region": "us-east-1"}
    return {**body, "provider": place, "compute": {**compute, "scaling": scaling}, "model": model}


@contextmanager
def still(**settings: Any) -> Iterator[tuple[Emulator, httpx.Client]]:
    """An emulator whose clock only goes when it is put forward, and a client of it."""
    with Emulator(**settings) as emulator, client_of(emulator) as http:
        emulator.clock.stop()
        yield emulator, http


def state(http: httpx.Client, path: str = ONE) -> str:
    """Return the state of an endpoint."""
    return str(http.get(path).json()["status"]["state"])


def run(emulator: Emulator, http: httpx.Client, **changes: Any) -> str:
    """Create an endpoint, let it start, and return its URL."""
    http.post(ALL, json=order(**changes)).raise_for_status()
    emulator.clock.advance(3)
    return str(http.get(ONE).json()["status"]["url"])
