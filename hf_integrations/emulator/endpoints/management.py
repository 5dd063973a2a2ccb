"""The management API, `/v2`: list, create, read, update, delete, pause, resume, scale to zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import wire
from hf_integrations.emulator.endpoints import hardware, telling
from hf_integrations.emulator.endpoints.deployment import Deployment
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.problems import Refusal, hub_problem
from hf_integrations.errors import ConfigurationError

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_ALL = "/v2/endpoint/{namespace}"
_ONE = "/v2/endpoint/{namespace}/{name}"


def routes() -> list[Route]:
    """Return the routes of the API."""
    return [
        Route(_ALL, listed, methods=["GET"]),
        Route(_ALL, create, methods=["POST"]),
        Route(_ONE, read, methods=["GET"]),
        Route(_ONE, update, methods=["PUT"]),
        Route(_ONE, delete, methods=["DELETE"]),
        *(
            Route(f"{_ONE}/{path}", _order(name), methods=["POST"])
            for path, name in (
                ("pause", "pause"), ("resume", "resume"), ("scale-to-zero", "scale_to_zero"),
            )
        ),
        Route(f"{_ONE}/logs", logs, methods=["GET"]),
        Route(f"{_ONE}/open-metrics", metrics, methods=["GET"]),
        Route("/v2/provider", catalogue, methods=["GET"]),
        Route("/v2/provider/{namespace}", catalogue, methods=["GET"]),
    ]  # fmt: skip


def control() -> list[Route]:
    """Return the routes for tests: what nobody could order, and the clock."""
    return [
        Route("/__parlel/endpoints/{namespace}/{name}", force, methods=["POST"]),
        Route("/__parlel/clock", show_clock, methods=["GET"]),
        Route("/__parlel/clock", set_clock, methods=["POST"]),
    ]


async def listed(request: Request) -> Response:
    """Answer `GET /v2/endpoint/{namespace}`."""
    found = house_of(request).fleet.of(request.path_params["namespace"])
    return wire.answer({"items": [telling.shown(one, base(request)) for one in found]})


async def create(request: Request) -> Response:
    """Answer `POST /v2/endpoint/{namespace}`."""
    body = await wire.read_json(request, _refuse)
    made = house_of(request).fleet.create(request.path_params["namespace"], body)
    return _told(request, made, status=202)


async def read(request: Request) -> Response:
    """Answer `GET /v2/endpoint/{namespace}/{name}`."""
    return _told(request, _found(request))


async def update(request: Request) -> Response:
    """Answer `PUT /v2/endpoint/{namespace}/{name}`."""
    body = await wire.read_json(request, _refuse)
    return _told(request, house_of(request).fleet.update(*_names(request), body), status=202)


async def delete(request: Request) -> Response:
    """Answer `DELETE /v2/endpoint/{namespace}/{name}`."""
    house_of(request).fleet.delete(*_names(request))
    return wire.answer(None, status=202)


def _order(name: str) -> Callable[[Request], Any]:
    async def order(request: Request) -> Response:
        """Answer `POST /v2/endpoint/{namespace}/{name}/…`."""
        return _told(request, getattr(house_of(request).fleet, name)(*_names(request)))

    return order


async def logs(request: Request) -> Response:
    """Answer `GET …/logs`; `tail` keeps the last lines only."""
    tail = request.query_params.get("tail", "")
    lines = telling.log(_found(request)).splitlines(keepends=True)
    kept = lines[len(lines) - int(tail) :] if tail.isdigit() and int(tail) < len(lines) else lines
    return wire.answer("".join(kept))


async def metrics(request: Request) -> Response:
    """Answer `GET …/open-metrics`."""
    return Response(telling.metrics(_found(request)), media_type=OPEN_METRICS)


async def catalogue(request: Request) -> Response:
    """Answer `GET /v2/provider` and `/v2/provider/{namespace}`."""
    namespace = request.path_params.get("namespace")
    used = house_of(request).fleet.used(namespace) if namespace else {}
    return wire.answer(hardware.shown(used))


async def force(request: Request) -> Response:
    """Answer `POST /__parlel/endpoints/{namespace}/{name}`.

    The body has a `state` with a `message`, or `fail_next_start` or `fail_next_update` with one.
    """
    body, fleet = await wire.read_json(request, _refuse), house_of(request).fleet
    endpoint = "/".join(_names(request))
    for name in ("fail_next_start", "fail_next_update"):
        if isinstance(body.get(name), str):
            getattr(fleet, name)(endpoint, body[name])
    if isinstance(body.get("state"), str):
        fleet.force(endpoint, body["state"], str(body.get("message", "")))
    return _told(request, _found(request))


async def show_clock(request: Request) -> Response:
    """Answer `GET /__parlel/clock`."""
    return wire.answer(house_of(request).clock.shown())


async def set_clock(request: Request) -> Response:
    """Answer `POST /__parlel/clock`: `advance` it by seconds, set its `speed`."""
    body, clock = await wire.read_json(request, _refuse), house_of(request).clock
    try:
        if "speed" in body:
            clock.speed = body["speed"]
        clock.advance(body.get("advance", 0))
    except ConfigurationError as error:
        raise _refuse(error.message) from error
    return wire.answer(clock.shown())


def base(request: Request) -> str:
    """Return scheme and host by which this emulator was called."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _told(request: Request, one: Deployment, *, status: int = 200) -> Response:
    return wire.answer(telling.shown(one, base(request)), status=status)


def _found(request: Request) -> Deployment:
    return house_of(request).fleet.find(*_names(request))


def _names(request: Request) -> tuple[str, str]:
    return request.path_params["namespace"], request.path_params["name"]


def _refuse(message: str) -> Refusal:
    return hub_problem(400, message)
