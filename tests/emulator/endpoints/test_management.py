"""The management API, asked plainly."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError
from tests.emulator.endpoints.ordering import ALL, ONE, order, run, state, still


def test_an_endpoint_is_told_as_the_api_does() -> None:
    """All fields; timestamps with nanoseconds; a URL only when there is one; no secrets."""
    with still() as (emulator, http):
        body = order(secrets={"KEY": "planted"}, env={"A": "b"}, tags=["x"])
        body["model"]["image"] = {
            "custom": {
                "url": "ghcr.io/a/b",
                "credentials": {"username": "u", "password": "planted"},
            }
        }
        made = http.post(ALL, json=body)
        assert made.status_code == 202
        told = made.json()
        assert "planted" not in made.text + http.get(ALL).text
        assert told["model"]["image"]["custom"]["credentials"]["username"] == "u"
        assert (told["model"]["env"], told["tags"]) == ({"A": "b"}, ["x"])
        assert told["status"]["createdAt"].endswith("Z")
        assert len(told["status"]["createdAt"].rpartition(".")[2]) == 10
        assert "url" not in told["status"]
        emulator.clock.advance(1)
        assert http.get(ONE).json()["status"]["url"].startswith(f"{emulator.url}/e/")


def test_the_life_of_an_endpoint() -> None:
    """Start, pause, resume, scale to zero, update, delete."""
    with still() as (emulator, http):
        run(emulator, http)
        assert http.post(f"{ONE}/pause").json()["status"]["state"] == "paused"
        assert http.post(f"{ONE}/resume").json()["status"]["state"] == "pending"
        emulator.clock.advance(3)
        assert http.post(f"{ONE}/scale-to-zero").json()["status"]["state"] == "scaledToZero"
        assert http.post(f"{ONE}/resume").json()["status"]["state"] == "initializing"
        emulator.clock.advance(2)
        changed = http.put(ONE, json={"compute": {"scaling": {"maxReplica": 3}}}).json()
        assert changed["status"]["state"] == "updating"
        assert changed["compute"]["scaling"]["maxReplica"] == 3
        assert changed["compute"]["scaling"]["scaleToZeroTimeout"] == 15
        emulator.clock.advance(2)
        assert state(http) == "running"
        assert http.delete(ONE).status_code == 202
        assert http.get(ONE).status_code == 404
        assert http.get(ALL).json() == {"items": []}


def test_orders_that_do_not_fit_the_state() -> None:
    """400 with a reason."""
    with still() as (emulator, http):
        run(emulator, http)
        running = http.post(f"{ONE}/resume")
        assert running.status_code == 400
        assert "already running" in running.text
        http.post(f"{ONE}/pause")
        assert http.post(f"{ONE}/pause").status_code == 400
        assert http.post(f"{ONE}/scale-to-zero").status_code == 400
        assert http.post("/v2/endpoint/me/other/pause").status_code == 404


def test_a_name_is_taken_once_in_a_namespace() -> None:
    """In another one it is free."""
    with still() as (_, http):
        assert http.post(ALL, json=order()).status_code == 202
        assert http.post(ALL, json=order()).status_code == 409
        assert http.post("/v2/endpoint/you", json=order()).status_code == 202
        assert len(http.get(ALL).json()["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Upper"}, "name"),
        ({"task": None}, "model.task"),
        ({"repository": ""}, "model.repository"),
        ({"repository": "a b"}, "model.repository"),
        ({"image": {"vllm": {}}}, "unknown variant"),
        ({"image": {"vLLM": {}, "tgi": {}}}, "one key"),
        ({"image": {"custom": {}}}, "url"),
        ({"image": {"tgi": 5}}, "variant"),
        ({"instanceType": "abacus"}, "no instance"),
        ({"instanceType": "nvidia-k80"}, "deprecated"),
        ({"minReplica": 2}, "minReplica"),
        ({"maxReplica": 0}, "minReplica"),
        ({"type": "secret"}, "type"),
        ({"type": "private"}, "privateService"),
        ({"maxReplica": 17}, "Quota"),
    ],
)
def test_orders_that_cannot_be(changes: dict[str, Any], told: str) -> None:
    """400 that names the field."""
    with still() as (_, http):
        refused = http.post(ALL, json=order(**changes))
        assert refused.status_code == 400
        assert told in refused.json()["error"]


def test_fields_that_are_not_known_are_dropped() -> None:
    """Without a word, as in the real one."""
    with still() as (_, http):
        image = {"tgi": {"url": "x", "tensorParallelSize": 8, "nonsense": 1}}
        told = http.post(ALL, json={**order(image=image), "colour": "red"}).json()
        assert told["model"]["image"] == {"tgi": {"url": "x"}}
        assert "colour" not in told


def test_hardware_has_prices_and_quota() -> None:
    """One that sleeps counts, one that is paused does not."""

    def used(http: httpx.Client) -> set[int]:
        told = http.get("/v2/provider/me").json()
        return {
            one["quota"]["usedAccelerators"]
            for vendor in told["vendors"]
            for region in vendor["regions"]
            for one in region["computes"]
            if one["accelerator"] == "gpu" and one["pricePerHour"] > 0
        }

    with still() as (emulator, http):
        run(emulator, http)
        assert used(http) == {1}
        http.post(f"{ONE}/scale-to-zero")
        assert used(http) == {1}
        http.post(f"{ONE}/pause")
        assert used(http) == {0}
        assert http.get("/v2/provider").status_code == 200


def test_there_are_logs_and_metrics() -> None:
    """Text for people, and OpenMetrics."""
    with still() as (emulator, http):
        http.get(f"{run(emulator, http)}/health")
        lines = http.get(f"{ONE}/logs").text.splitlines()
        assert [line.split()[1] for line in lines] == ["pending:", "initializing:", "running:"]
        assert http.get(f"{ONE}/logs?tail=1").text == lines[-1] + "\n"
        metrics = http.get(f"{ONE}/open-metrics")
        assert metrics.headers["content-type"].startswith("application/openmetrics-text")
        assert metrics.text.endswith("# EOF\n")
        assert 'code="200"} 1' in metrics.text


def test_a_token_is_asked_for(emulator: Emulator) -> None:
    """As by the router."""
    assert httpx.get(f"{emulator.management_url}/endpoint/me").status_code == 401


def test_what_nobody_could_order() -> None:
    """States, failures and times, from Python and over HTTP."""
    with still() as (emulator, http):
        http.post(ALL, json=order())
        emulator.endpoints.fail_next_start("me/mine", "CUDA out of memory")
        emulator.clock.advance(10)
        told = http.get(ONE).json()["status"]
        assert (told["state"], told["message"]) == ("failed", "CUDA out of memory")
        emulator.endpoints.set_times(pending=0, initializing=0, updating=1)
        http.post(f"{ONE}/resume")
        assert state(http) == "running"
        emulator.clock.advance(3)
        http.post("/__parlel/endpoints/me/mine", json={"fail_next_update": "bad image"})
        http.put(ONE, json={"tags": ["y"]})
        emulator.clock.advance(1)
        assert state(http) == "updateFailed"
        http.post("/__parlel/endpoints/me/mine", json={"state": "hibernating", "message": "z"})
        assert state(http) == "hibernating"
        with pytest.raises(ConfigurationError, match="me/mine"):
            emulator.endpoints.force("me/other", "failed")
        with pytest.raises(ConfigurationError):
            emulator.endpoints.set_times(sleeping=5)
        http.post("/__parlel/reset")
        assert http.get(ALL).json() == {"items": []}
