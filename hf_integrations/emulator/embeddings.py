"""Embedding: the inputs checked as text-embeddings-inference checks them, and its OpenAI route."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import tokens, wire
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.problems import Refusal, tei_openai_problem
from hf_integrations.emulator.settings import LONGEST_INPUT
from hf_integrations.emulator.vectors import Vectors, unit

Refuse = Callable[[str, str], Refusal]
PROMPTS = frozenset(("query", "document", "passage"))  # all without words, so without effect


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors, n × d, and what was read for them."""

    vectors: Vectors
    tokens: int
    characters: int


async def embeddings(request: Request) -> Response:
    """Answer `POST /v1/embeddings`."""
    timing = wire.Timing()
    body = await wire.read_json(request, _refuse_body)
    house = house_of(request)
    model = _served(house, body.get("model") or house.settings.own)
    encoding = body.get("encoding_format") or "float"
    if encoding not in ("float", "base64"):
        raise _refuse_body("`encoding_format` must be float or base64")
    found = embed(house, {**body, "inputs": body.get("input")}, tei_openai_problem)
    house.charge(request, model, read=found.tokens)
    data = [
        {"object": "embedding", "index": at, "embedding": _encoded(vector, encoding)}
        for at, vector in enumerate(found.vectors)
    ]
    usage = {"prompt_tokens": found.tokens, "total_tokens": found.tokens}
    value = {"object": "list", "data": data, "model": model, "usage": usage}
    return wire.answer(value, headers=headers(found, timing))


def embed(house: House, body: dict[str, Any], refuse: Refuse) -> Embedded:
    """Embed `inputs` of `body` as its other fields say; `refuse` words the refusals."""
    texts = read_inputs(body.get("inputs"), house.settings.max_batch, refuse)
    _check_prompt(body.get("prompt_name"), refuse)
    texts = [_fitting(text, body, refuse) for text in texts]
    vectors = _cut(house.vectorizer.embed(texts), body.get("dimensions"), refuse)
    if body.get("normalize") is not False:
        vectors = unit(vectors)
    return Embedded(vectors, sum(map(tokens.count, texts)), sum(map(len, texts)))


def read_inputs(inputs: Any, most: int, refuse: Refuse) -> list[str]:
    """Return the texts to embed; token ids stand for themselves, as words."""
    many = inputs if isinstance(inputs, list) else [inputs]
    if (
        many is inputs
        and many
        and all(isinstance(one, int) and not isinstance(one, bool) for one in many)
    ):
        many = [many]
    if not many or "" in many or [] in many:
        raise refuse("Empty", "`inputs` cannot be empty")
    if len(many) > most:
        raise refuse("Validation", f"batch size {len(many)} > maximum allowed batch size {most}")
    return [_text(one, refuse) for one in many]


def headers(found: Embedded, timing: wire.Timing) -> dict[str, str]:
    """Return the headers of text-embeddings-inference; its times are whole milliseconds."""
    spent = timing.milliseconds()
    return {
        "x-compute-type": "cpu", "x-compute-time": spent,
        "x-compute-characters": str(found.characters), "x-compute-tokens": str(found.tokens),
        "x-total-time": spent, "x-tokenization-time": "0", "x-queue-time": "0",
        "x-inference-time": spent,
    }  # fmt: skip


def _refuse_body(message: str) -> Refusal:
    return tei_openai_problem("Validation", message)


def _served(house: House, model: Any) -> str:
    if not isinstance(model, str):
        raise _refuse_body("`model` must be text")
    if house.settings.models is not None and not house.settings.serves(model):
        message = f"The model `{model}` does not exist."
        raise Refusal(404, {"message": message, "code": 404, "type": "NotFound"})
    return model


def _text(one: Any, refuse: Refuse) -> str:
    if isinstance(one, str):
        return one
    if isinstance(one, list) and all(isinstance(number, int) for number in one):
        return " ".join(map(str, one))
    raise refuse("Validation", "`inputs` must be text, a list of texts, or token ids")


def _check_prompt(name: Any, refuse: Refuse) -> None:
    if name is not None and name not in PROMPTS:
        known = ", ".join(sorted(PROMPTS))
        raise refuse("Validation", f"`prompt_name` is not one of the model's prompts: {known}")


def _fitting(text: str, body: dict[str, Any], refuse: Refuse) -> str:
    """Cut a long text, or refuse it where cutting is turned off."""
    size = tokens.count(text)
    if size <= LONGEST_INPUT:
        return text
    if body.get("truncate") is False:
        message = f"`inputs` must have less than {LONGEST_INPUT} tokens. Given: {size}"
        raise refuse("Validation", message)
    direction = str(body.get("truncation_direction") or "right").lower()
    return (tokens.last if direction == "left" else tokens.first)(text, LONGEST_INPUT)


def _cut(vectors: Vectors, dimensions: Any, refuse: Refuse) -> Vectors:
    if dimensions is None:
        return vectors
    if not isinstance(dimensions, int) or not 1 <= dimensions <= vectors.shape[1]:
        message = f"`dimensions` must be from 1 to the model's {vectors.shape[1]}"
        raise refuse("Validation", message)
    return vectors[:, :dimensions]


def _encoded(vector: Vectors, encoding: str) -> Any:
    if encoding == "base64":
        return b64encode(vector.astype("<f4").tobytes()).decode()
    return vector.tolist()
