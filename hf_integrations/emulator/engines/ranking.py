"""text-embeddings-inference beyond `/embed`: other vectors, classes, ranks, likeness, decoding.

Source: https://huggingface.github.io/text-embeddings-inference/, its OpenAPI description.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import embeddings, hf_inference, tei, tokens, wire
from hf_integrations.emulator.embeddings import Embedded, embed
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.problems import Refusal, tei_openai_problem, tei_problem
from hf_integrations.emulator.settings import MODEL
from hf_integrations.emulator.tasks.scores import sigmoid, softmax
from hf_integrations.emulator.tasks.sentiment import feeling
from hf_integrations.emulator.vectors import unit

SPARSE = 32  # most entries of a sparse vector for each token


async def embed_all(request: Request) -> Response:
    """Answer `POST /embed_all`: a vector for every token of every input, without pooling."""
    house, body, timing = house_of(request), await _body(request), wire.Timing()
    texts = embeddings.read_inputs(body.get("inputs"), house.settings.max_batch, tei_problem)
    told = [unit(house.vectorizer.embed(tokens.pieces(text) or [text])).tolist() for text in texts]
    return _answer(request, _counted(texts), told, timing)


async def embed_sparse(request: Request) -> Response:
    """Answer `POST /embed_sparse`: the heaviest positions of each vector."""
    house, body, timing = house_of(request), await _body(request), wire.Timing()
    found = embed(house, {"inputs": body.get("inputs")}, tei_problem)
    told = []
    for vector in found.vectors:
        heaviest = np.sort(np.argsort(-abs(vector), kind="stable")[:SPARSE])
        told.append(
            [{"index": int(at), "value": float(abs(vector[at]))} for at in heaviest if vector[at]]
        )
    return _answer(request, found, told, timing)


async def predict(request: Request) -> Response:
    """Answer `POST /predict`: classes of a text, of a pair, or of each of a batch of these.

    A list of one or two texts is one input; a list of such lists is a batch.
    """
    body, timing = await _body(request), wire.Timing()
    inputs, raw = body.get("inputs"), bool(body.get("raw_scores"))
    batch = inputs if isinstance(inputs, list) and any(map(_is_list, inputs)) else None
    texts = [_joined(one) for one in ([inputs] if batch is None else batch)]
    most = house_of(request).settings.max_batch
    if len(texts) > most:
        message = f"batch size {len(texts)} > maximum allowed batch size {most}"
        raise tei_problem("Validation", message)
    told = [_classes(text, raw=raw) for text in texts]
    return _answer(request, _counted(texts), told[0] if batch is None else told, timing)


async def rerank(request: Request) -> Response:
    """Answer `POST /rerank`: the texts by their likeness to the query, the best first."""
    house, body, timing = house_of(request), await _body(request), wire.Timing()
    texts = body.get("texts")
    if not isinstance(texts, list) or not texts:
        raise tei_problem("Empty", "`texts` cannot be empty")
    raw = bool(body.get("raw_scores"))
    found, scores = ranks(house, body.get("query"), texts, tei_problem)
    told = [
        {
            "index": at,
            "score": score if raw else sigmoid(score),
            **({"text": texts[at]} if body.get("return_text") else {}),
        }
        for at, score in scores
    ]
    return _answer(request, found, told, timing)


async def rerank_openai(request: Request) -> Response:
    """Answer `POST /v1/rerank`, as vLLM, SGLang and llama.cpp have it from Jina and Cohere."""
    house, body = house_of(request), await _body(request)
    documents = body.get("documents")
    if not isinstance(documents, list) or not documents:
        raise tei_openai_problem("Empty", "`documents` cannot be empty")
    texts = [one.get("text") if isinstance(one, dict) else one for one in documents]
    found, scores = ranks(house, body.get("query"), texts, tei_openai_problem)
    most = body.get("top_n")
    results = [
        {"index": at, "document": {"text": texts[at]}, "relevance_score": sigmoid(score)}
        for at, score in scores
    ][: most if isinstance(most, int) and most > 0 else None]
    usage = {"prompt_tokens": found.tokens, "total_tokens": found.tokens}
    model = body.get("model", MODEL)
    house.charge(request, str(model), read=found.tokens)
    ident = f"rerank-{await wire.ident(request)}"
    return wire.answer({"id": ident, "model": model, "usage": usage, "results": results})


async def similarity(request: Request) -> Response:
    """Answer `POST /similarity`: the cosine of each sentence to the source."""
    return hf_inference.similarity(request, await _body(request), "tei")


async def decode(request: Request) -> Response:
    """Answer `POST /decode`: the texts of lists of token ids."""
    body = await _body(request)
    ids = body.get("ids")
    many = ids if isinstance(ids, list) and ids and isinstance(ids[0], list) else [ids]
    return wire.answer([house_of(request).vocabulary.text(_ids(one)) for one in many])


async def invoke(request: Request) -> Response:
    """Answer `POST /` and `/invocations`: what they mean depends on the body."""
    body = await _body(request)
    if "texts" in body:
        return await rerank(request)
    if isinstance(body.get("inputs"), dict):
        return await similarity(request)
    return await tei.embed_native(request)


async def vertex(request: Request) -> Response:
    """Answer `POST /vertex`: every instance for itself, the answers under `predictions`."""
    body = await _body(request)
    instances = body.get("instances")
    if not isinstance(instances, list) or not instances:
        raise tei_problem("Empty", "`instances` cannot be empty")
    house = house_of(request)
    told = []
    for one in instances:
        if not isinstance(one, dict):
            raise tei_problem("Validation", "every instance must be an object")
        told.append(embed(house, one, tei_problem).vectors.tolist())
    return wire.answer({"predictions": told})


def ranks(
    house: House, query: Any, texts: list[Any], refuse: embeddings.Refuse
) -> tuple[Embedded, list[tuple[int, float]]]:
    """Return what was read, and the places of `texts` with their raw scores, the best first."""
    if not isinstance(query, str):
        raise refuse("Validation", "`query` must be text")
    one = embed(house, {"inputs": query}, refuse)
    rest = embed(house, {"inputs": texts}, refuse)
    scores = 8 * (rest.vectors @ one.vectors[0]) - 2
    order = np.argsort(-scores, kind="stable")
    read = Embedded(rest.vectors, one.tokens + rest.tokens, one.characters + rest.characters)
    return read, [(int(at), float(scores[at])) for at in order]


def refuse_body(message: str) -> Refusal:
    """Refuse a body as a whole."""
    return tei_problem("Validation", message)


async def _body(request: Request) -> dict[str, Any]:
    return await wire.read_json(request, refuse_body)


def _counted(texts: list[str]) -> Embedded:
    nothing = np.zeros((0, 0), dtype=np.float32)
    return Embedded(nothing, sum(map(tokens.count, texts)), sum(map(len, texts)))


def _answer(request: Request, found: Embedded, told: Any, timing: wire.Timing) -> Response:
    house_of(request).charge(request, "tei", read=found.tokens)
    return wire.answer(told, headers=embeddings.headers(found, timing))


def _is_list(one: Any) -> bool:
    return isinstance(one, list)


def _ids(given: Any) -> list[int]:
    if not isinstance(given, list) or not given or not all(isinstance(n, int) for n in given):
        raise tei_problem("Validation", "`ids` must be lists of token ids")
    return given


def _joined(one: Any) -> str:
    """Return a text, or a pair of texts, as one text."""
    parts = one if isinstance(one, list) else [one]
    if not 1 <= len(parts) <= 2 or not all(isinstance(part, str) for part in parts):
        raise tei_problem(
            "Validation", "`inputs` must be text, a pair of texts, or a list of these"
        )
    if not "".join(parts):
        raise tei_problem("Empty", "`inputs` cannot be empty")
    return " ".join(parts)


def _classes(text: str, *, raw: bool) -> list[dict[str, Any]]:
    value = feeling(text) + 0.05
    scores = {"POSITIVE": value, "NEGATIVE": -value}
    ranked = sorted((scores if raw else softmax(scores)).items(), key=lambda pair: -pair[1])
    return [{"score": score, "label": label} for label, score in ranked]
