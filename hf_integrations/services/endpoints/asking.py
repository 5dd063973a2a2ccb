"""The management API asked: whose endpoints, which one, what it says, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from hf_integrations.errors import DecodeError, HfError, NotFoundError, ValidationError
from hf_integrations.flow import Flow, Response
from hf_integrations.models.endpoints import EndpointInfo
from hf_integrations.models.shown import Shown
from hf_integrations.routing.management import management_request, management_root, split_name
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.memory import Key
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.lookups import looked_up
from hf_integrations.transport.telemetry import EndpointSeen, tell
from hf_integrations.transport.tracing import current


class Endpoint(msgspec.Struct, frozen=True):
    """Which endpoint is meant."""

    namespace: str
    name: str

    @property
    def id(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


def identified(context: Context, name: str, namespace: str | None = None) -> Flow[Endpoint]:
    """Which endpoint is meant; the Hub is asked whose the token is when nothing else tells."""
    owner, last = split_name(name, namespace)
    return Endpoint(owner or (yield from namespace_of(context)), last)


def namespace_of(context: Context, namespace: str | None = None) -> Flow[str]:
    """Whose endpoints: as the call says, as the settings say, else the token's own account."""
    if namespace is not None:
        split_name("any", namespace)
        return namespace
    if context.config.default_namespace is not None:
        return context.config.default_namespace
    key = (context.config.hub_url, context.config.base_url, context.config.credential)

    def ask() -> Flow[tuple[str, float]]:
        from hf_integrations.services.hub import whoami

        account = yield from whoami(context)
        if account.type != "user":
            raise ValidationError(
                f"namespace: the token belongs to {account.type} {account.name}, not to a user; "
                "say whose endpoints are meant.",
                hint="Pass namespace=, or set default_namespace.",
            )
        return account.name, context.config.model_cache_ttl

    return (yield from looked_up(context.memory.endpoints.namespaces, key, ask))


def key_of(context: Context, endpoint: Endpoint) -> Key:
    """Under what it is remembered: another token or another API may see it otherwise."""
    return management_root(context.config), context.config.credential, endpoint.id


def asked(
    context: Context, method: str, endpoint: Endpoint, *more: str,
    query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None,
) -> Flow[Response]:  # fmt: skip
    """The answer about one endpoint.

    Raises:
        NotFoundError: there is none of that name; near ones are named.
    """
    request = management_request(
        context.config, method, "endpoint", endpoint.namespace, endpoint.name, *more,
        query=(query or {}).items(), body=body,
    )  # fmt: skip
    try:
        return (yield from exchange(request, context.patience))
    except NotFoundError as error:
        context.memory.endpoints.forget(key_of(context, endpoint))
        raise (yield from missing(context, endpoint, error, *more)) from error


def fetched(context: Context, endpoint: Endpoint) -> Flow[EndpointInfo]:
    """An endpoint as it is now; it is remembered."""
    response = yield from asked(context, "GET", endpoint)
    return remembered(context, endpoint, response)


def known(context: Context, endpoint: Endpoint) -> Flow[EndpointInfo]:
    """An endpoint as it was a while ago at most: the setting `endpoint_cache_ttl`."""
    found = context.memory.endpoints.find(key_of(context, endpoint))
    return found if found is not None else (yield from fetched(context, endpoint))


def remembered(context: Context, endpoint: Endpoint, response: Response) -> EndpointInfo:
    """The endpoint that an answer tells of, remembered."""
    info = EndpointInfo(_object(response), endpoint.namespace)
    _keep(context, endpoint, info)
    return info


def told(context: Context, endpoint: Endpoint, response: Response) -> Flow[EndpointInfo]:
    """The endpoint after an order: as the answer tells it, else asked for."""
    context.memory.endpoints.forget(key_of(context, endpoint))
    try:
        info = EndpointInfo(_object(response), endpoint.namespace)
    except DecodeError:
        return (yield from fetched(context, endpoint))
    if not info.name:
        return (yield from fetched(context, endpoint))
    tell_seen(context, info)
    return info


def listed(context: Context, namespace: str) -> Flow[list[EndpointInfo]]:
    """All endpoints of a namespace."""
    request = management_request(context.config, "GET", "endpoint", namespace)
    response = yield from exchange(request, context.patience)
    items = _object(response).get("items")
    if not isinstance(items, list):
        raise DecodeError("The list of endpoints has no items.", status=response.status)
    found = Shown(EndpointInfo(item, namespace) for item in items if isinstance(item, dict))
    for info in found:
        _keep(context, Endpoint(namespace, info.name), info)
    return found


def tell_seen(context: Context, info: EndpointInfo, error: HfError | None = None) -> None:
    """Tell who listens how an endpoint is, and in which error a call for it ended."""
    listeners = context.patience.listeners
    if listeners or current() is not None:
        event = EndpointSeen(
            endpoint=info.id, state=str(info.status), ready=info.ready_replicas,
            target=info.target_replicas, error=type(error).__name__ if error is not None else "",
        )  # fmt: skip
        tell(listeners, event)


def _keep(context: Context, endpoint: Endpoint, info: EndpointInfo) -> None:
    """Remember an endpoint, and tell how it is."""
    seconds = context.config.endpoint_cache_ttl
    context.memory.endpoints.keep(key_of(context, endpoint), info, seconds)
    tell_seen(context, info)


def missing(
    context: Context, endpoint: Endpoint, error: HfError, *more: str
) -> Flow[NotFoundError]:
    """The error for an endpoint that there is not, with the names of near ones.

    Args:
        more: what of it was asked for; where there is the endpoint, it has no such thing.
    """
    from difflib import get_close_matches

    try:
        names = [info.name for info in (yield from listed(context, endpoint.namespace))]
    except HfError:
        names = []
    if more and endpoint.name in names:
        return NotFoundError(
            f"The endpoint {endpoint.id} has no {more[0]}.",
            hint="Your plan may lack them, or it has not started yet.",
            status=error.status, request_id=error.request_id,
        )  # fmt: skip
    near = get_close_matches(endpoint.name, names, n=3, cutoff=0.5) or names[:5]
    has = f"{endpoint.namespace} has {', '.join(near)}" if near else "it has none that can be seen"
    return NotFoundError(
        f"There is no endpoint {endpoint.id}.",
        hint=f"Check the name and the namespace; {has}.",
        status=error.status, request_id=error.request_id,
    )  # fmt: skip


def _object(response: Response) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise DecodeError(
            "The answer is not that of the management API.",
            status=response.status, hint="Check management_url.",
        )  # fmt: skip
    return value
