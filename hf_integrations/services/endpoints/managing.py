"""Endpoints listed, read, made, changed and deleted; what they say, and what they can run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import msgspec
from msgspec.structs import replace

from hf_integrations.errors import DecodeError, NetworkError, NotFoundError, ValidationError
from hf_integrations.flow import Flow
from hf_integrations.models.endpoint_config import (
    EndpointChanges,
    EndpointConfig,
    body_of,
    checked,
)
from hf_integrations.models.endpoints import EndpointInfo
from hf_integrations.models.hardware import Hardware, hardware_list
from hf_integrations.models.shown import Shown
from hf_integrations.routing.management import management_request, management_root
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints import asking
from hf_integrations.services.endpoints.asking import Endpoint, asked, identified, namespace_of
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.lookups import looked_up
from hf_integrations.transport.retry import Retry

if TYPE_CHECKING:
    from hf_integrations.transport.patience import Patience

HARDWARE_TTL = 3_600.0  # seconds; prices do not change by the minute


def list_all(context: Context, *, namespace: str | None = None) -> Flow[list[EndpointInfo]]:
    """All endpoints of a namespace.

    Args:
        namespace: whose; the setting `default_namespace`, else the account of the token.
    """
    owner = yield from namespace_of(context, namespace)
    return (yield from asking.listed(context, owner))


def get(context: Context, name: str, *, namespace: str | None = None) -> Flow[EndpointInfo]:
    """An endpoint as it is now.

    Args:
        name: its name, or `namespace/name`.
        namespace: whose; the setting `default_namespace`, else the account of the token.

    Raises:
        NotFoundError: there is none of that name; near ones are named.
    """
    endpoint = yield from identified(context, name, namespace)
    return (yield from asking.fetched(context, endpoint))


def find(context: Context, name: str, *, namespace: str | None = None) -> Flow[EndpointInfo]:
    """An endpoint as it was `endpoint_cache_ttl` seconds ago at most."""
    endpoint = yield from identified(context, name, namespace)
    return (yield from asking.known(context, endpoint))


def create(
    context: Context, config: EndpointConfig, *, namespace: str | None = None
) -> Flow[EndpointInfo]:
    """Order an endpoint; it starts at once, and costs from then on.

    It is not ordered twice when no answer comes.

    Args:
        config: what it is to be.
        namespace: whose; the setting `default_namespace`, else the account of the token.

    Raises:
        ValidationError: the name is taken, or the API does not take a setting.
    """
    kind: object = config
    if not isinstance(kind, EndpointConfig):
        raise ValidationError(f"config must be an EndpointConfig, not {type(kind).__name__}.")
    owner = yield from namespace_of(context, namespace)
    endpoint = Endpoint(owner, config.name)
    request = management_request(context.config, "POST", "endpoint", owner, body=config.body())
    try:
        response = yield from exchange(request, _once(context.patience))
    except ValidationError as error:
        if error.status == 409:
            error.message = f"{owner} has an endpoint {config.name} already."
            error.hint = "Choose another name, or change that one with update()."
        raise
    except NetworkError as error:
        error.hint = f"It may have been made all the same; get('{endpoint.id}') tells."
        raise
    return (yield from asking.told(context, endpoint, response))


def update(
    context: Context, name: str, *, namespace: str | None = None, **changes: Unpack[EndpointChanges]
) -> Flow[EndpointInfo]:
    """Change an endpoint; while it is updated, the old version answers.

    Args:
        name: its name, or `namespace/name`.
        **changes: settings of `EndpointConfig`; what is left out stays as it is.
    """
    if not changes:
        raise ValidationError("update: say what shall change, such as max_replica=2.")
    body = body_of(checked(changes))
    endpoint = yield from identified(context, name, namespace)
    response = yield from asked(context, "PUT", endpoint, body=body)
    return (yield from asking.told(context, endpoint, response))


def delete(context: Context, name: str, *, namespace: str | None = None) -> Flow[None]:
    """Delete an endpoint for good.

    Raises:
        NotFoundError: there is none of that name; near ones are named.
    """
    endpoint = yield from identified(context, name, namespace)
    yield from asked(context, "DELETE", endpoint)
    context.memory.endpoints.forget(asking.key_of(context, endpoint))


def logs(
    context: Context, name: str, *, namespace: str | None = None, tail: int | None = None
) -> Flow[str]:
    """What an endpoint wrote, oldest line first.

    Args:
        tail: the last lines only.
    """
    number: object = tail
    if tail is not None and (isinstance(number, bool) or not isinstance(number, int) or tail < 1):
        raise ValidationError("tail must be a whole number of lines, 1 or more.")
    endpoint = yield from identified(context, name, namespace)
    query = None if tail is None else {"tail": str(tail)}
    response = yield from asked(context, "GET", endpoint, "logs", query=query)
    text = response.body.decode("utf-8", "replace")
    return text if tail is None else "".join(text.splitlines(keepends=True)[-tail:])


def metrics(context: Context, name: str, *, namespace: str | None = None) -> Flow[str]:
    """What an endpoint counts, as text in the OpenMetrics form, for Prometheus.

    Source: hf-endpoints-documentation, `open-metrics` (Team and Enterprise); before, `metrics`.
    """
    endpoint = yield from identified(context, name, namespace)
    request = management_request(
        context.config, "GET", "endpoint", endpoint.namespace, endpoint.name, "open-metrics"
    )
    try:
        response = yield from exchange(request, context.patience)
    except NotFoundError:
        response = yield from asked(context, "GET", endpoint, "metrics")
    return response.body.decode("utf-8", "replace")


def hardware(context: Context, *, namespace: str | None = None) -> Flow[list[Hardware]]:
    """What endpoints can run on, with prices and what of the quota is used."""
    owner = yield from namespace_of(context, namespace)
    request = management_request(context.config, "GET", "provider", owner)
    response = yield from exchange(request, context.patience)
    try:
        found = Shown(hardware_list(msgspec.json.decode(response.body)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DecodeError("The list of hardware is not JSON.", status=response.status) from None
    key = (management_root(context.config), owner)
    context.memory.endpoints.hardware.keep(key, found, HARDWARE_TTL)
    return found


def known_hardware(context: Context, namespace: str) -> Flow[list[Hardware]]:
    """The same, as it was an hour ago at most."""
    key = (management_root(context.config), namespace)

    def ask() -> Flow[tuple[list[Hardware], float]]:
        return (yield from hardware(context, namespace=namespace)), HARDWARE_TTL

    return (yield from looked_up(context.memory.endpoints.hardware, key, ask))


def _once(patience: Patience) -> Patience:
    """The same without repeats: an order that was taken must not be given twice."""
    return replace(patience, retry=Retry(0, patience.retry.base, patience.retry.cap))
