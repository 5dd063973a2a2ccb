"""What people and tests look at: state, health, models, recorded requests, faults to come."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations._version import __version__
from hf_integrations.emulator import catalogue, page, wire
from hf_integrations.emulator.faults import read
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.problems import Refusal, hub_problem, openai_problem
from hf_integrations.errors import ConfigurationError


async def index(request: Request) -> Response:
    """Answer `GET /`: what this is, and what it has done so far; a page for browsers."""
    if page.is_wanted(request):
        return page.answer(request)
    house = house_of(request)
    return wire.answer(
        {
            "name": "hf-integrations emulator",
            "version": __version__,
            "requests": len(house.log.all()),
            "faults_waiting": len(house.faults),
            "engine": house.settings.engine,
            "dimensions": house.settings.dimensions,
            "max_batch": house.settings.max_batch,
            "max_body": house.settings.max_body,
            "ledger": house.ledger.shown(),
        }
    )


async def health(request: Request) -> Response:
    """Answer `GET /health`."""
    return wire.answer({"status": "ok"})


async def reset(request: Request) -> Response:
    """Answer `POST /__parlel/reset`: forget requests, accounts and faults."""
    house_of(request).reset()
    return wire.answer({"reset": True})


async def show_requests(request: Request) -> Response:
    """Answer `GET /__parlel/requests`, oldest first; `last` keeps the latest only."""
    last, found = request.query_params.get("last", ""), house_of(request).log.all()
    kept = found[-int(last) :] if last.isdigit() and int(last) else found
    return wire.answer([one.shown() for one in kept])


async def drop_requests(request: Request) -> Response:
    """Answer `DELETE /__parlel/requests`."""
    house_of(request).log.clear()
    return wire.answer({"deleted": True})


async def queue_fault(request: Request) -> Response:
    """Answer `POST /__parlel/faults`: a fault, a script or a storm, as `faults.read` takes it."""
    house = house_of(request)
    try:
        house.faults.add(read(await wire.read_value(request, _refuse)))
    except ConfigurationError as error:
        raise _refuse(error.message) from error
    return wire.answer({"waiting": len(house.faults)})


async def show_faults(request: Request) -> Response:
    """Answer `GET /__parlel/faults`: what is still to come."""
    return wire.answer(house_of(request).faults.shown())


async def drop_faults(request: Request) -> Response:
    """Answer `DELETE /__parlel/faults`: all is fine again."""
    house_of(request).faults.clear()
    return wire.answer({"deleted": True})


async def models(request: Request) -> Response:
    """Answer `GET /v1/models`."""
    data = catalogue.listed(house_of(request).settings.models)
    return wire.answer({"object": "list", "data": data})


async def model(request: Request) -> Response:
    """Answer `GET /v1/models/{id}`."""
    ident = request.path_params["model"]
    if not house_of(request).settings.serves(ident):
        message = f"The model '{ident}' does not exist"
        raise openai_problem(404, message, param="model", code="model_not_found")
    return wire.answer(catalogue.item(ident))


def _refuse(message: str) -> Refusal:
    return hub_problem(400, message)
