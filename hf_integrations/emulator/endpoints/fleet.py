"""All endpoints, and the orders that their owners give."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from hf_integrations.emulator.clock import Clock
from hf_integrations.emulator.endpoints.bodies import changed, checked, instance_of
from hf_integrations.emulator.endpoints.deployment import Deployment, Times
from hf_integrations.emulator.endpoints.hardware import QUOTA
from hf_integrations.emulator.problems import Refusal, hub_problem
from hf_integrations.errors import ConfigurationError

MOST_ENDPOINTS = 1_000
_Forget = Callable[[str], None]


class Fleet:
    """The endpoints of all namespaces.

    Args:
        clock: the time they live by.
        times: how long things take.
    """

    def __init__(self, clock: Clock, times: Times | None = None) -> None:
        self.clock, self._first_times = clock, times or Times()
        self.times = self._first_times
        self._all: dict[str, Deployment] = {}
        self._lock = threading.RLock()

    def create(self, namespace: str, body: dict[str, Any]) -> Deployment:
        """Take the order for a new endpoint, or refuse it."""
        with self._lock:
            spec = checked(body)
            ident = ident_of(namespace, spec["name"])
            if ident in self._all:
                raise hub_problem(409, f"Endpoint {spec['name']} already exists in {namespace}")
            if len(self._all) >= MOST_ENDPOINTS:
                raise hub_problem(400, "There are too many endpoints")
            self._check_quota(namespace, spec)
            now = self.clock.now()
            made = Deployment(namespace, spec["name"], spec, self.times, created=now)
            made.start(now)
            self._all[ident] = made
            return made

    def find(self, namespace: str, name: str) -> Deployment:
        """Return an endpoint as it is now; there being none is a 404."""
        return self.find_id(ident_of(namespace, name), f"Endpoint {name} not found in {namespace}")

    def find_id(self, ident: str, missing: str = "Not Found") -> Deployment:
        """Return the endpoint with this id."""
        with self._lock:
            found = self._all.get(ident)
            if found is None:
                raise hub_problem(404, missing)
            found.settle(self.clock.now())
            return found

    def of(self, namespace: str) -> list[Deployment]:
        """Return the endpoints of a namespace, as they are now."""
        with self._lock:
            mine = [one for one in self._all.values() if one.namespace == namespace]
            for one in mine:
                one.settle(self.clock.now())
            return mine

    def update(self, namespace: str, name: str, body: dict[str, Any]) -> Deployment:
        """Take the order to change an endpoint."""
        with self._lock:
            found = self.find(namespace, name)
            found.spec = changed(found.spec, body)
            found.change(self.clock.now())
            return found

    def delete(self, namespace: str, name: str) -> None:
        """Let an endpoint go."""
        with self._lock:
            self.find(namespace, name)
            del self._all[ident_of(namespace, name)]

    def pause(self, namespace: str, name: str) -> Deployment:
        """Pause an endpoint; one that is paused cannot be."""
        with self._lock:
            found = self.find(namespace, name)
            if found.state == "paused":
                raise hub_problem(400, "Endpoint is already paused")
            found.stop(self.clock.now(), "paused")
            return found

    def resume(self, namespace: str, name: str) -> Deployment:
        """Start an endpoint again; one that runs or starts cannot be."""
        with self._lock:
            found = self.find(namespace, name)
            if found.state not in ("paused", "failed", "scaledToZero"):
                raise hub_problem(400, "Endpoint is already running")
            if found.state == "paused":
                self._check_quota(namespace, found.spec)
            found.start(self.clock.now(), machine=found.state != "scaledToZero")
            return found

    def scale_to_zero(self, namespace: str, name: str) -> Deployment:
        """Scale an endpoint to zero; one that is paused or failed cannot be."""
        with self._lock:
            found = self.find(namespace, name)
            if found.state in ("paused", "failed"):
                raise hub_problem(400, f"Endpoint is {found.state} and cannot be scaled to zero")
            if found.state != "scaledToZero":
                found.stop(self.clock.now(), "scaledToZero")
            return found

    def used(self, namespace: str) -> dict[str, int]:
        """Return how many accelerators of each kind a namespace occupies.

        One that is scaled to zero counts, one that is paused does not.
        """
        total: dict[str, int] = {}
        for one in self.of(namespace):
            if one.state != "paused":
                total[instance_of(one.spec).accelerator] = total.get(
                    instance_of(one.spec).accelerator, 0
                ) + _needed(one.spec)
        return total

    def _check_quota(self, namespace: str, spec: dict[str, Any]) -> None:
        kind = instance_of(spec).accelerator
        if self.used(namespace).get(kind, 0) + _needed(spec) > QUOTA[kind]:
            raise hub_problem(400, f"Quota exceeded: {QUOTA[kind]} accelerators of kind {kind}")

    # For tests: what nobody could order.

    def force(self, endpoint: str, state: str, message: str = "") -> None:
        """Put an endpoint, `namespace/name`, into any state; also into an unknown one."""
        with self._lock:
            self._named(endpoint).force(self.clock.now(), state, message)

    def fail_next_start(self, endpoint: str, message: str) -> None:
        """Let the next start of an endpoint end in `failed`, also one that has begun."""
        with self._lock:
            found = self._named(endpoint)
            found.start_fails = message
            if found.state in ("pending", "initializing"):
                found.start(self.clock.now(), machine=found.state == "pending")

    def fail_next_update(self, endpoint: str, message: str) -> None:
        """Let the next update of an endpoint end in `updateFailed`."""
        with self._lock:
            self._named(endpoint).update_fails = message

    def set_times(self, **seconds: float) -> None:
        """Change how long things take: pending, initializing, updating, warming."""
        for name, value in seconds.items():
            if name not in Times.__slots__ or not 0 <= value <= 1e6:
                told = ", ".join(Times.__slots__)
                raise ConfigurationError(f"{name}: times are {told}, in seconds from 0 on.")
        with self._lock:
            self.times = replace(self.times, **seconds)
            for one in self._all.values():
                one.times = self.times

    def clear(self) -> None:
        """Forget all endpoints."""
        with self._lock:
            self._all.clear()
            self.times = self._first_times

    def _named(self, endpoint: str) -> Deployment:
        namespace, _, name = endpoint.partition("/")
        try:
            return self.find(namespace, name)
        except Refusal:
            known = ", ".join(f"{one.namespace}/{one.name}" for one in self._all.values())
            raise ConfigurationError(
                f"There is no endpoint {endpoint!r}; there are: {known or 'none'}."
            ) from None


def ident_of(namespace: str, name: str) -> str:
    """Return the id that is a part of an endpoint's URL."""
    return "e" + sha256(f"{namespace}/{name}".encode("utf-8", "replace")).hexdigest()[:15]


def _needed(spec: dict[str, Any]) -> int:
    return instance_of(spec).accelerators * max(1, int(spec["compute"]["scaling"]["maxReplica"]))
