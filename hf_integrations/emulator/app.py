"""The emulator as an ASGI application: a list of routes behind one gate."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from hf_integrations.emulator import hf_inference, inspection, providers, tei, wire
from hf_integrations.emulator.chat import chat
from hf_integrations.emulator.completions import complete
from hf_integrations.emulator.embeddings import embeddings
from hf_integrations.emulator.gate import Gate
from hf_integrations.emulator.generation import generate, generate_stream
from hf_integrations.emulator.house import House
from hf_integrations.emulator.problems import Refusal

_GET, _POST, _DELETE = ["GET"], ["POST"], ["DELETE"]


def routes() -> list[Route]:
    """Return all routes; where two match, the first answers."""
    inference = "/hf-inference/models/{model:path}"
    return [
        # the router, and servers that speak as OpenAI does
        Route("/v1/chat/completions", chat, methods=_POST),
        Route("/v1/completions", complete, methods=_POST),
        Route("/v1/embeddings", embeddings, methods=_POST),
        Route("/embeddings", embeddings, methods=_POST),
        Route("/v1/models", inspection.models, methods=_GET),
        Route("/v1/models/{model:path}", inspection.model, methods=_GET),
        *providers.routes(),
        # hf-inference
        Route(f"{inference}/v1/chat/completions", chat, methods=_POST),
        Route(f"{inference}/pipeline/{{task}}", hf_inference.infer, methods=_POST),
        Route(inference, hf_inference.infer, methods=_POST),
        Route("/models/{model:path}", hf_inference.infer, methods=_POST),
        # the engines
        Route("/", hf_inference.root, methods=_POST),
        Route("/generate", generate, methods=_POST),
        Route("/generate_stream", generate_stream, methods=_POST),
        Route("/embed", tei.embed_native, methods=_POST),
        Route("/tokenize", tei.tokenize, methods=_POST),
        Route("/info", tei.info, methods=_GET),
        # the Hub
        Route("/api/whoami-v2", inspection.whoami, methods=_GET),
        # for people and tests
        Route("/", inspection.index, methods=_GET),
        Route("/health", inspection.health, methods=_GET),
        Route("/__parlel/reset", inspection.reset, methods=_POST),
        Route("/__parlel/requests", inspection.show_requests, methods=_GET),
        Route("/__parlel/requests", inspection.drop_requests, methods=_DELETE),
        Route("/__parlel/faults", inspection.queue_fault, methods=_POST),
    ]


def create_app(house: House) -> Starlette:
    """Return the application that serves `house`; local pages of any origin may call it."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=["*"],
    )  # fmt: skip
    app = Starlette(
        routes=routes(),
        middleware=[cors, Middleware(Gate, house)],
        exception_handlers={Refusal: wire.refused, HTTPException: wire.refused},
    )
    app.state.house = house
    app.router.redirect_slashes = False
    return app
