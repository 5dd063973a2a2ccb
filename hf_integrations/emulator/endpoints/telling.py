"""An endpoint as the API tells of it: as JSON, as a log, as metrics."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from hf_integrations.emulator.endpoints.bodies import REDACTED
from hf_integrations.emulator.endpoints.deployment import Deployment
from hf_integrations.emulator.endpoints.fleet import ident_of

PREFIX = "/e"  # before the ids, in the URLs of this emulator
OWNER = {"id": "0" * 24, "name": "emulator"}
HEALTH = "/health"


def shown(one: Deployment, base: str) -> dict[str, Any]:
    """Return an endpoint as a JSON object; secrets are not in it.

    Args:
        base: scheme and host of this emulator.
    """
    spec = copy.deepcopy(one.spec)
    ready, target = one.replicas
    status: dict[str, Any] = {
        "state": one.state, "message": one.message, "private": None,
        "createdAt": moment(one.created), "createdBy": OWNER,
        "updatedAt": moment(max(one.created, one.updated)), "updatedBy": OWNER,
        "readyReplica": ready, "targetReplica": target,
    }  # fmt: skip
    if one.deployed:
        status["url"] = base + PREFIX + "/" + ident_of(one.namespace, one.name)
    model = spec["model"]
    model["secrets"] = dict.fromkeys(model.get("secrets") or {}, REDACTED)
    credentials = (model["image"].get("custom") or {}).get("credentials")
    if isinstance(credentials, dict) and "password" in credentials:
        credentials["password"] = REDACTED
    return {
        "name": one.name, "type": spec["type"], "accountId": "0" * 24,
        "provider": spec["provider"], "healthRoute": health_route(one),
        "compute": spec["compute"] | {"id": compute_id(spec)}, "model": model, "status": status,
        "tags": spec.get("tags") or [], "cacheHttpResponses": bool(spec.get("cacheHttpResponses")),
        **{key: spec[key] for key in ("privateService", "route", "customRouter") if key in spec},
    }  # fmt: skip


def health_route(one: Deployment) -> str:
    """Return the path that answers 200 when the model is ready."""
    [(_, image)] = one.spec["model"]["image"].items()
    route = image.get("healthRoute")
    return route if isinstance(route, str) and route.startswith("/") else HEALTH


def compute_id(spec: dict[str, Any]) -> str:
    """Return the id of the hardware."""
    place, compute = spec["provider"], spec["compute"]
    parts = (place["vendor"], place["region"], compute["instanceType"], compute["instanceSize"])
    return "-".join(map(str, parts))


def log(one: Deployment) -> str:
    """Return the log as plain text, oldest line first."""
    return "".join(f"{moment(at)} {line}\n" for at, line in one.lines)


def metrics(one: Deployment) -> str:
    """Return what was counted, in the OpenMetrics form."""
    ready, target = one.replicas
    label = f'namespace="{one.namespace}",endpoint="{one.name}"'
    lines = [
        "# TYPE replicas_ready gauge", f"replicas_ready{{{label}}} {ready}",
        "# TYPE replicas_target gauge", f"replicas_target{{{label}}} {target}",
        "# TYPE http_requests counter",
        *(f'http_requests_total{{{label},code="{status}"}} {count}'
          for status, count in sorted(one.answers.items())),
        "# EOF",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def moment(seconds: float) -> str:
    """Return a time as the API writes it: in UTC, with nanoseconds."""
    whole = datetime.fromtimestamp(seconds, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{whole.microsecond * 1_000 + 7:09d}Z"
