"""The emulator as an ASGI application: a list of routes behind one gate."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import hf_inference, hub, inspection, page, providers, responses, wire
from hf_integrations.emulator.chat import chat
from hf_integrations.emulator.completions import complete
from hf_integrations.emulator.embeddings import embeddings
from hf_integrations.emulator.endpoints import management, telling
from hf_integrations.emulator.endpoints.dataplane import DataPlane
from hf_integrations.emulator.engines import table, wording
from hf_integrations.emulator.gate import Gate
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.partners import fal, orders, outputs, queues, replicate, speaking
from hf_integrations.emulator.problems import Refusal

_GET, _POST, _DELETE = ["GET"], ["POST"], ["DELETE"]


def routes(house: House) -> list[Route]:
    """Return all routes; where two match, the first answers."""
    inference = "/hf-inference/models/{model:path}"
    return [
        # the router, and servers that speak as OpenAI does
        Route("/v1/chat/completions", chat, methods=_POST),
        Route("/v1/completions", complete, methods=_POST),
        Route("/v1/responses", responses.respond, methods=_POST),
        Route("/v1/embeddings", embeddings, methods=_POST),
        Route("/embeddings", embeddings, methods=_POST),
        Route("/v1/models", inspection.models, methods=_GET),
        Route("/v1/models/{model:path}", inspection.model, methods=_GET),
        # hf-inference
        Route(f"{inference}/v1/chat/completions", chat, methods=_POST),
        Route(f"{inference}/pipeline/{{task}}", hf_inference.infer, methods=_POST),
        Route(inference, hf_inference.infer, methods=_POST),
        Route("/models/{model:path}", hf_inference.infer, methods=_POST),
        Route("/", hf_inference.root, methods=_POST),
        *table.beside(),
        *hub.routes(),
        Route("/", inspection.index, methods=_GET),
        Route("/health", inspection.health, methods=_GET),
        *control(),
        # dedicated endpoints: their management, and what each of them answers
        *management.routes(),
        *management.control(),
        Route(f"{telling.PREFIX}/{{rest:path}}", DataPlane(house, create_app)),
        # the providers, some of whose paths match almost anything
        *providers.routes(),
        *providers.others(),
        *speaking.routes(),
        *queues.routes(),
        *replicate.routes(),
        Route(f"{outputs.PREFIX}{{name}}", orders.give, methods=_GET),
        *fal.routes(),
        *providers.unknown(),
    ]


def control() -> list[Route]:
    """Return the routes for people and tests."""
    return [
        Route("/__parlel/reset", inspection.reset, methods=_POST),
        Route("/__parlel/requests", inspection.show_requests, methods=_GET),
        Route("/__parlel/requests", inspection.drop_requests, methods=_DELETE),
        Route("/__parlel/faults", inspection.queue_fault, methods=_POST),
        Route("/__parlel/faults", inspection.show_faults, methods=_GET),
        Route("/__parlel/faults", inspection.drop_faults, methods=_DELETE),
        *page.routes(),
    ]


def create_app(house: House) -> Starlette:
    """Return the application that serves `house`; local pages of any origin may call it."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=["*"],
    )  # fmt: skip
    engine = house.settings.engine
    app = Starlette(
        routes=routes(house) if engine is None else [*control(), *table.alone(engine)],
        middleware=[cors, Middleware(Gate, house)],
        exception_handlers={Refusal: refused, HTTPException: refused},
    )
    app.state.house = house
    app.router.redirect_slashes = False
    return app


def refused(request: Request, error: Exception) -> Response:
    """Answer a refusal of ours, or of the router of routes, in the words of the engine."""
    engine = house_of(request).settings.engine
    if isinstance(error, Refusal):
        said = wording.reworded(engine, error)
    else:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for these two only
        said = wording.missing(engine, error.status_code, error.detail)
        said.headers.update(error.headers or {})
    return wire.answer(said.body, status=said.status, headers=said.headers)
