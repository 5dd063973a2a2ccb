"""What an endpoint costs: price an hour × replicas × time."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from hf_integrations.flow import Flow
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.asking import fetched, identified, listed, namespace_of
from hf_integrations.services.endpoints.managing import known_hardware

FREE = frozenset((
    EndpointStatus.PAUSED, EndpointStatus.FAILED, EndpointStatus.SCALED_TO_ZERO,
    EndpointStatus.PENDING,
))  # fmt: skip


class EndpointCost(Struct, frozen=True, kw_only=True):
    """What an endpoint costs, in US dollars.

    Attributes:
        endpoint: `namespace/name`.
        price_per_hour: of one replica; None when the catalogue does not have its hardware.
        replicas: that are paid for now.
        since: when the endpoint changed last, as far as the API tells.
        hours: from then to now.
    """

    endpoint: str
    price_per_hour: float | None
    replicas: int
    since: datetime | None
    hours: float

    @property
    def per_hour(self) -> float | None:
        """What an hour costs as things are."""
        return None if self.price_per_hour is None else self.price_per_hour * self.replicas

    @property
    def so_far(self) -> float | None:
        """What it has cost since it changed last; what came before is on the bill."""
        return None if self.per_hour is None else self.per_hour * self.hours

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import facts

        return facts(
            endpoint=self.endpoint,
            USD_an_hour=self.per_hour,
            replicas=self.replicas,
            since=self.since,
            USD_since_then=self.so_far,
        )


def cost(context: Context, name: str, *, namespace: str | None = None) -> Flow[EndpointCost]:
    """What an endpoint costs an hour, and has cost since its state changed last.

    Args:
        name: its name, or `namespace/name`.
        namespace: whose; the setting `default_namespace`, else the account of the token.
    """
    endpoint = yield from identified(context, name, namespace)
    info = yield from fetched(context, endpoint)
    return (yield from _cost_of(context, info))


def costs(context: Context, *, namespace: str | None = None) -> Flow[list[EndpointCost]]:
    """The same of all endpoints of a namespace, in one question and one for the prices.

    Args:
        namespace: whose; the setting `default_namespace`, else the account of the token.
    """
    owner = yield from namespace_of(context, namespace)
    found: list[EndpointCost] = []
    for info in (yield from listed(context, owner)):
        found.append((yield from _cost_of(context, info)))  # noqa: PERF401 - a flow asks on the way
    return found


def _cost_of(context: Context, info: EndpointInfo) -> Flow[EndpointCost]:
    price = yield from price_of(context, info)
    since = info.updated_at
    hours = (datetime.now(UTC) - since).total_seconds() / 3_600 if since else 0.0
    return EndpointCost(
        endpoint=info.id, price_per_hour=price, replicas=paid(info), since=since,
        hours=max(0.0, hours),
    )  # fmt: skip


def price_of(context: Context, info: EndpointInfo) -> Flow[float | None]:
    """What a replica costs an hour."""
    found = yield from known_hardware(context, info.namespace)
    return next((one.price_per_hour for one in found if one.id == info.hardware_id), None)


def paid(info: EndpointInfo) -> int:
    """How many replicas are paid for: those that start are."""
    return 0 if info.status in FREE else max(info.ready_replicas, info.target_replicas)
