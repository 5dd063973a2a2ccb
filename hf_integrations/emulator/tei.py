"""The routes of text-embeddings-inference: `/embed`, `/tokenize`, and `/info` for both engines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations._version import __version__
from hf_integrations.emulator import wire
from hf_integrations.emulator.embeddings import embed, headers, read_inputs
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.problems import Refusal, tei_problem
from hf_integrations.emulator.settings import LONGEST_INPUT, MODEL

MAX_BATCH_TOKENS = 16_384
MAX_TOTAL_TOKENS = 131_072

_EMBEDS: dict[str, Any] = {
    "model_dtype": "float32", "model_type": {"embedding": {"pooling": "mean"}},
    "max_input_length": LONGEST_INPUT, "max_batch_tokens": MAX_BATCH_TOKENS,
    "max_batch_requests": None, "auto_truncate": True, "tokenization_workers": 1,
    "served_model_name": MODEL,
}  # fmt: skip
_GENERATES: dict[str, Any] = {
    "model_pipeline_tag": "text-generation", "max_best_of": 1, "max_stop_sequences": 4,
    "max_input_tokens": MAX_TOTAL_TOKENS - 1, "max_total_tokens": MAX_TOTAL_TOKENS,
    "validation_workers": 1, "router": "text-generation-router",
}  # fmt: skip


async def embed_native(request: Request) -> Response:
    """Answer `POST /embed`."""
    return respond(request, await wire.read_json(request, refuse_body), model="tei")


def respond(request: Request, body: dict[str, Any], *, model: str) -> Response:
    """Answer with the vectors of the inputs: a list of lists, also for one."""
    timing = wire.Timing()
    house = house_of(request)
    found = embed(house, body, tei_problem)
    house.charge(request, model, read=found.tokens)
    return wire.answer(found.vectors.tolist(), headers=headers(found, timing))


async def tokenize(request: Request) -> Response:
    """Answer `POST /tokenize`: the tokens of every input with their places."""
    body = await wire.read_json(request, refuse_body)
    texts = read_inputs(body.get("inputs"), house_of(request).settings.max_batch, tei_problem)
    known = house_of(request).vocabulary
    return wire.answer(
        [[{**asdict(one), "special": False} for one in known.read(text)] for text in texts]
    )


async def info(request: Request) -> Response:
    """Answer `GET /info`: of the engine that is played, or with the fields of both."""
    settings = house_of(request).settings
    fields = {"tei": (_EMBEDS,), "tgi": (_GENERATES,)}.get(
        settings.engine or "", (_EMBEDS, _GENERATES)
    )
    model = settings.own
    told: dict[str, Any] = {
        "model_id": model, "model_sha": None, "max_concurrent_requests": 512,
        "max_client_batch_size": settings.max_batch, "version": __version__, "sha": None,
        "docker_label": None,
    }  # fmt: skip
    for some in fields:
        told |= some
    if "served_model_name" in told:
        told["served_model_name"] = model
    return wire.answer(told)


def refuse_body(message: str) -> Refusal:
    """Refuse a body as a whole."""
    return tei_problem("Validation", message)
