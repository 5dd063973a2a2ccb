"""`/models/{model}`: the tasks of hf-inference, and `POST /`, where an engine decides by the body.

The task is taken from the route, the query (`?task=`) or the body (`task`); else it is read off the
body, and where that does not tell, off the name of the model.
"""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import generation, tei, wire
from hf_integrations.emulator.embeddings import embed
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.problems import Refusal, hub_problem, tei_problem

_EMBEDS = re.compile(
    r"embed|sentence-transformers|minilm|mpnet|\b(?:bge|e5|gte)\b|feature", re.IGNORECASE
)


async def infer(request: Request) -> Response:
    """Answer a task for the model in the path."""
    body = await wire.read_json(request, refuse_body)
    model = request.path_params["model"]
    if not house_of(request).settings.serves(model):
        raise hub_problem(400, "Model not supported by provider hf-inference")
    named = request.path_params.get("task") or request.query_params.get("task")
    return _answer(request, body, model, named or body.get("task"))


async def root(request: Request) -> Response:
    """Answer `POST /`, the route of a bare endpoint."""
    body = await wire.read_json(request, refuse_body)
    return _answer(request, body, "endpoint-embeddings", body.get("task"))


def refuse_body(message: str) -> Refusal:
    """Refuse a body as a whole."""
    return hub_problem(400, message)


def _answer(request: Request, body: dict[str, Any], model: str, task: Any) -> Response:
    task = task or _task(body, model)
    if task == "text-generation":
        return generation.respond(request, body, model=model, as_list=True)
    if task == "feature-extraction":
        if isinstance(body.get("inputs"), dict):
            raise refuse_body("`inputs` must be text or a list of texts")
        return tei.respond(request, body, model=model)
    if task == "sentence-similarity":
        return _similarity(request, body, model)
    raise hub_problem(404, "Task not found for this model")


def _task(body: dict[str, Any], model: str) -> str:
    inputs = body.get("inputs")
    if isinstance(inputs, dict) and "source_sentence" in inputs:
        return "sentence-similarity"
    if "parameters" in body or "stream" in body:
        return "text-generation"
    flat = {"normalize", "truncate", "prompt_name", "dimensions", "truncation_direction"}
    if isinstance(inputs, list) or flat & body.keys() or _EMBEDS.search(model):
        return "feature-extraction"
    return "text-generation"


def _similarity(request: Request, body: dict[str, Any], model: str) -> Response:
    """Answer with the cosine of each sentence to the source."""
    inputs = body.get("inputs")
    source = inputs.get("source_sentence") if isinstance(inputs, dict) else None
    others = inputs.get("sentences") if isinstance(inputs, dict) else None
    if not isinstance(source, str) or not isinstance(others, list):
        raise refuse_body("`inputs` must have a source_sentence and a list of sentences")
    house = house_of(request)
    one = embed(house, {"inputs": source}, tei_problem)
    rest = embed(house, {"inputs": others}, tei_problem)
    house.charge(request, model, read=one.tokens + rest.tokens)
    return wire.answer((rest.vectors @ one.vectors[0]).tolist())
