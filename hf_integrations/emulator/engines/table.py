"""The routes of each engine: alone, as one that people host, or all that do not collide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import inspection, responses, tei, wire
from hf_integrations.emulator.chat import chat
from hf_integrations.emulator.completions import complete
from hf_integrations.emulator.embeddings import embeddings
from hf_integrations.emulator.engines import hosted, ranking, tgi
from hf_integrations.emulator.generation import generate, generate_stream
from hf_integrations.emulator.house import house_of

Answer = Callable[[Request], Awaitable[Response]]
Table = dict[str, Answer]


async def alive(request: Request) -> Response:
    """Answer that the engine is well, with no body."""
    return Response(status_code=200)


async def metrics(request: Request) -> Response:
    """Answer `GET /metrics` in the text form of Prometheus: requests, and tokens of each model."""
    house = house_of(request)
    prefix = {"vllm": "vllm:", "sglang": "sglang:", "llama.cpp": "llamacpp:", "tei": "te_"}.get(
        house.settings.engine or "", "tgi_"
    )
    lines = [f"# TYPE {prefix}request_count counter"]
    for account in house.ledger.shown():
        label = account["model"].replace("\\", "").replace('"', "")
        lines.append(f'{prefix}request_count{{model="{label}"}} {account["requests"]}')
    return wire.answer("\n".join(lines) + "\n")


_TGI_GENERATES: Table = {"/generate": generate, "/generate_stream": generate_stream}
_TGI: Table = {
    **_TGI_GENERATES, "/": tgi.compat, "/invocations": tgi.invocations, "/vertex": tgi.vertex,
    "/tokenize": tgi.tokenize, "/chat_tokenize": tgi.chat_tokenize,
    "/v1/chat/completions": chat, "/v1/completions": complete,
}  # fmt: skip
_TEI_EMBEDS: Table = {
    "/embed": tei.embed_native, "/embed_all": ranking.embed_all,
    "/embed_sparse": ranking.embed_sparse, "/predict": ranking.predict, "/rerank": ranking.rerank,
    "/similarity": ranking.similarity, "/tokenize": tei.tokenize, "/decode": ranking.decode,
}  # fmt: skip
_TEI: Table = {
    **_TEI_EMBEDS, "/": ranking.invoke, "/invocations": ranking.invoke, "/vertex": ranking.vertex,
    "/v1/embeddings": embeddings, "/embeddings": embeddings,
}  # fmt: skip
_OPENAI: Table = {
    "/v1/chat/completions": chat, "/v1/completions": complete, "/v1/embeddings": embeddings,
    "/v1/rerank": ranking.rerank_openai,
}  # fmt: skip
_VLLM: Table = {
    **_OPENAI, "/rerank": ranking.rerank_openai, "/v1/responses": responses.respond,
    "/tokenize": hosted.vllm_tokenize, "/detokenize": hosted.detokenize,
}  # fmt: skip
_SGLANG: Table = {
    **_OPENAI,
    "/generate": hosted.sglang_generate,
    "/v1/responses": responses.respond,
    "/tokenize": hosted.sglang_tokenize,
    "/detokenize": hosted.detokenize,
}
_LLAMA: Table = {
    **_OPENAI, "/completion": hosted.llama_completion, "/completions": complete,
    "/chat/completions": chat, "/embeddings": embeddings, "/rerank": ranking.rerank_openai,
    "/tokenize": hosted.llama_tokenize, "/detokenize": hosted.detokenize,
    "/apply-template": hosted.llama_template,
}  # fmt: skip

_HEALTH: Table = {"/health": alive, "/ping": alive, "/metrics": metrics}
_POSTED: dict[str, Table] = {
    "tgi": _TGI, "tei": _TEI, "vllm": _VLLM, "sglang": _SGLANG, "llama.cpp": _LLAMA,
}  # fmt: skip
_READ: dict[str, Table] = {
    "tgi": {**_HEALTH, "/info": tei.info, "/v1/models": hosted.models},
    "tei": {**_HEALTH, "/info": tei.info, "/": alive},
    "vllm": {**_HEALTH, "/version": hosted.version, "/v1/models": hosted.models},
    "sglang": {
        "/health": alive, "/health_generate": alive, "/metrics": metrics,
        "/get_model_info": hosted.sglang_info, "/model_info": hosted.sglang_info,
        "/get_server_info": hosted.sglang_server, "/server_info": hosted.sglang_server,
        "/v1/models": hosted.models,
    },
    "llama.cpp": {
        "/health": inspection.health, "/metrics": metrics, "/props": hosted.props,
        "/slots": hosted.slots, "/v1/models": hosted.models, "/models": hosted.models,
    },
}  # fmt: skip
# Played beside the router: both of Hugging Face's engines, except where their paths collide.
_BESIDE: Table = {
    **_TGI_GENERATES, **_TEI_EMBEDS, "/chat_tokenize": tgi.chat_tokenize,
    "/v1/rerank": ranking.rerank_openai,
}  # fmt: skip

PATHS = frozenset(path for table in (_BESIDE, _TGI, _TEI) for path in table)


def alone(engine: str) -> list[Route]:
    """Return all routes of one engine."""
    return _routes(_POSTED[engine], "POST") + _routes(_READ[engine], "GET")


def beside() -> list[Route]:
    """Return the routes of the engines that are played beside the router."""
    read: Table = {"/info": tei.info, "/ping": alive, "/metrics": metrics}
    return [
        *_routes(_BESIDE, "POST"),
        Route("/invocations", _invocations, methods=["POST"]),
        Route("/vertex", _vertex, methods=["POST"]),
        *_routes(read, "GET"),
    ]


async def _invocations(request: Request) -> Response:
    """Answer as the engine that the body is for."""
    body = await wire.read_json(request, ranking.refuse_body)
    generates = "messages" in body or "parameters" in body or "stream" in body
    return await (tgi.invocations if generates else ranking.invoke)(request)


async def _vertex(request: Request) -> Response:
    """Answer as the engine that the first instance is for."""
    body = await wire.read_json(request, ranking.refuse_body)
    instances = body.get("instances")
    first = instances[0] if isinstance(instances, list) and instances else None
    generates = isinstance(first, dict) and ("messages" in first or "parameters" in first)
    return await (tgi.vertex if generates else ranking.vertex)(request)


def _routes(table: Table, method: str) -> list[Route]:
    return [Route(path, answer, methods=[method]) for path, answer in table.items()]
