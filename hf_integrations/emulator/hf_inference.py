"""`/models/{model}`: the tasks of hf-inference, and `POST /`, where an engine decides by the body.

The task is taken from the route, the query (`?task=`) or the body (`task`); else from what is known
of the model (`Emulator(tasks=…)`, the catalogue); at `/` else from the header `X-HF-Task`; else it
is read off the body, and where that does not tell, off the name of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import generation, tei, tokens, wire
from hf_integrations.emulator.embeddings import embed
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.media import formats
from hf_integrations.emulator.problems import Refusal, hub_problem, tei_problem
from hf_integrations.emulator.tasks import naming, table
from hf_integrations.emulator.tasks.asked import Asked, Made

_BINARY = ("image/", "audio/", "video/", "application/octet-stream")


async def infer(request: Request) -> Response:
    """Answer a task for the model in the path."""
    model = request.path_params["model"]
    if not house_of(request).settings.serves(model):
        raise hub_problem(400, "Model not supported by provider hf-inference")
    named = request.path_params.get("task") or request.query_params.get("task")
    asked = await _read(request, model)
    return _answer(request, asked, _task(house_of(request), asked, named))


async def root(request: Request) -> Response:
    """Answer `POST /`, the route of a bare endpoint; a task of one's own is echoed."""
    house = house_of(request)
    known = house.settings.task_of("endpoint")
    asked = await _read(request, "endpoint-embeddings")
    told = request.query_params.get("task") or asked.body.get("task") or known
    named = told or request.headers.get("x-hf-task")
    task = _task(house, asked, named)
    return _answer(request, asked, task if task in table.NAMES else table.CUSTOM)


def refuse_body(message: str) -> Refusal:
    """Refuse a body as a whole."""
    return hub_problem(400, message)


def respond(value: Any, *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with what a task gave: bytes with their media type, or JSON."""
    if isinstance(value, Made):
        return Response(value.data, headers=headers, media_type=value.mime)
    return wire.answer(value, headers=headers)


async def _read(request: Request, model: str) -> Asked:
    """Read a request: media as raw bytes, anything else as JSON."""
    house, data = house_of(request), await request.body()
    mime = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    accept = request.headers.get("accept", "")
    if formats.mime(data) or mime.startswith(_BINARY):
        return Asked(model, house.vectorizer, data=data, mime=mime, accept=accept)
    body = await wire.read_json(request, refuse_body)
    return Asked(model, house.vectorizer, body=body, accept=accept)


def _task(house: House, asked: Asked, named: Any) -> str:
    """Return the task: as named, as known of the model, as the body or the name tells."""
    told = named or asked.body.get("task") or house.task_of(asked.model)
    if told is not None:
        return table.ALIASES.get(told, told) if isinstance(told, str) else ""
    guessed = naming.by_inputs(asked.body) or naming.by_name(asked.model)
    if guessed in table.RULES or guessed == table.SIMILARITY:
        return guessed
    if asked.data is not None:
        return naming.by_bytes(asked.data, asked.mime) or table.CUSTOM
    task = naming.by_body(asked.body) or guessed
    return naming.otherwise(asked.body, task) if task in (None, table.EMBEDDING) else task


def _answer(request: Request, asked: Asked, task: str) -> Response:
    body = dict(asked.body)
    if task == table.TEXT_GENERATION:
        return generation.respond(request, body, model=asked.model, as_list=True)
    if task == table.EMBEDDING:
        if isinstance(body.get("inputs"), dict):
            raise refuse_body("`inputs` must be text or a list of texts")
        return tei.respond(request, body, model=asked.model)
    if task == table.SIMILARITY:
        return similarity(request, body, asked.model)
    timing = wire.Timing()
    value = table.answer(task, asked)
    read = tokens.count(asked.inputs) if isinstance(asked.inputs, str) else 0
    house_of(request).charge(request, asked.model, read=read)
    headers = {"x-compute-type": "cpu", "x-compute-time": timing.seconds()}
    return respond(value, headers=headers)


def similarity(request: Request, body: dict[str, Any], model: str) -> Response:
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
