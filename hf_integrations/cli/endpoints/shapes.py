"""What is printed of endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hf_integrations.cli import show
from hf_integrations.models.endpoints import EndpointInfo

if TYPE_CHECKING:
    from hf_integrations.services.endpoints.costs import EndpointCost


class Shown(Struct, frozen=True, kw_only=True):
    """An endpoint, as `--json` has it; of what is secret or might be, nothing."""

    endpoint: str
    state: str
    message: str
    url: str | None
    model: str | None
    revision: str | None
    task: str | None
    image: str | None
    hardware: str
    ready_replicas: int
    target_replicas: int
    min_replicas: int
    max_replicas: int
    scale_to_zero_minutes: int | None
    type: str
    created: datetime | None
    changed: datetime | None
    tags: list[str]


def shown(info: EndpointInfo) -> Shown:
    """An endpoint for people and programs."""
    return Shown(
        endpoint=info.id, state=str(info.status), message=info.message, url=info.url,
        model=info.repository, revision=info.revision, task=info.task, image=info.variant,
        hardware=info.hardware_id, ready_replicas=info.ready_replicas,
        target_replicas=info.target_replicas, min_replicas=info.min_replicas,
        max_replicas=info.max_replicas, scale_to_zero_minutes=info.scale_to_zero_timeout,
        type=info.type, created=info.created_at, changed=info.updated_at, tags=info.tags,
    )  # fmt: skip


def states(found: Sequence[EndpointInfo], as_json: bool) -> None:
    """How endpoints are, and where."""
    if as_json:
        show.as_json(list(map(shown, found)))
    else:
        rows = [(one.id, one.status, one.url) for one in found]
        show.table(("endpoint", "state", "url"), rows)


def costs(found: Sequence[EndpointCost], as_json: bool) -> None:
    """What endpoints cost; for people also together."""
    if as_json:
        show.as_json([_priced(one) for one in found])
        return
    rows = [
        (one.endpoint, one.replicas, money(one.price_per_hour), money(one.per_hour),
         money(one.so_far), f"{one.since:%Y-%m-%d %H:%M} UTC" if one.since else None)
        for one in found
    ]  # fmt: skip
    show.table(("endpoint", "replicas", "$/h each", "$/h now", "$ so far", "since"), rows)
    if len(found) > 1:
        show.note(f"Together {money(sum(one.per_hour or 0 for one in found))} $ an hour.")


def money(dollars: float | None) -> str | None:
    """A sum, to the cent; a small one as small as it is."""
    if dollars is None:
        return None
    return f"{dollars:.4f}" if 0 < dollars < 0.1 else f"{dollars:.2f}"


def _priced(cost: EndpointCost) -> dict[str, Any]:
    parts = {name: getattr(cost, name) for name in cost.__struct_fields__}
    return parts | {"per_hour": cost.per_hour, "so_far": cost.so_far}
