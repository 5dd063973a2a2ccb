"""`/generate` and its kin: text generation in the native form of text-generation-inference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import parameters, replies, tokens, wire
from hf_integrations.emulator.conversation import Turn
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.parameters import Cut, Ending
from hf_integrations.emulator.problems import Refusal, tgi_problem

MOST_STOPS = 4
_REASONS = {"stop": "eos_token", "sequence": "stop_sequence", "length": "length"}


@dataclass(frozen=True, slots=True)
class Generation:
    """One prompt and the text generated for it."""

    prompt: str
    given: dict[str, Any]
    cut: Cut

    @property
    def text(self) -> str:
        """The text as it is answered: with the prompt in front when that is asked for."""
        return self.prompt + self.cut.text if self.given.get("return_full_text") else self.cut.text


async def generate(request: Request) -> Response:
    """Answer `POST /generate`."""
    body = await wire.read_json(request, refuse_body)
    return respond(request, body, model="tgi", as_list=False)


async def generate_stream(request: Request) -> Response:
    """Answer `POST /generate_stream`."""
    body = await wire.read_json(request, refuse_body)
    return respond(request, {**body, "stream": True}, model="tgi", as_list=False)


def respond(request: Request, body: dict[str, Any], *, model: str, as_list: bool) -> Response:
    """Answer a generation; the compatible routes give a list of one, `/generate` the object."""
    timing = wire.Timing()
    done = _generation(body)
    read, written = tokens.count(done.prompt), len(done.cut.pieces)
    house_of(request).charge(request, model, read=read, written=written)
    if body.get("stream"):
        headers = _headers(done) | {"x-accel-buffering": "no"}
        return wire.stream(_events(done, read), headers=headers)
    value = _told(done)
    seconds = timing.seconds()
    headers = _headers(done) | {
        "x-compute-time": seconds, "x-total-time": timing.milliseconds(),
        "x-validation-time": "0", "x-queue-time": "0", "x-inference-time": timing.milliseconds(),
        "x-time-per-token": "0", "x-prompt-tokens": str(read), "x-generated-tokens": str(written),
    }  # fmt: skip
    return wire.answer([value] if as_list else value, headers=headers)


def said(body: dict[str, Any]) -> dict[str, Any]:
    """Return a generation as an object, for routes that answer several at once."""
    return _told(_generation(body))


def refuse_body(message: str) -> Refusal:
    """Refuse a body as a whole."""
    return tgi_problem(message)


def refuse_parameter(message: str, param: str) -> Refusal:
    """Refuse one parameter."""
    return tgi_problem(message)


def _generation(body: dict[str, Any]) -> Generation:
    prompt, given = body.get("inputs"), body.get("parameters") or {}
    if not isinstance(prompt, str):
        raise refuse_body("`inputs` must be text")
    if not prompt:
        raise refuse_body("`inputs` cannot be empty")
    if not isinstance(given, dict):
        raise refuse_body("`parameters` must be an object")
    parameters.check(given, parameters.TGI, refuse_parameter)
    stops = parameters.stops(given.get("stop") or given.get("stop_sequences"), refuse_parameter)
    if len(stops) > MOST_STOPS:
        raise refuse_body(f"`stop` supports up to {MOST_STOPS} stop sequences. Given: {len(stops)}")
    read = prompt if not given.get("truncate") else tokens.last(prompt, given["truncate"])
    # This engine leaves the stop sequence in the text, other than OpenAI's.
    ending = Ending(stops, given.get("max_new_tokens"), keep_stop=True)
    return Generation(prompt, given, parameters.cut(_said(read, given.get("grammar")), ending))


def _said(prompt: str, grammar: Any) -> str:
    turns = [Turn("user", prompt)]
    if grammar is None:
        return replies.prose(turns)
    kind = grammar.get("type") if isinstance(grammar, dict) else None
    schema = _schema(grammar.get("value")) if kind in ("json", "json_schema") else None
    if schema is None or "properties" not in schema:
        raise tgi_problem("grammar must be of type json, with a schema that has properties")
    return replies.filled(turns, replies.Shape(schema))


def _schema(value: Any) -> dict[str, Any] | None:
    """Return the schema of a grammar: an object, its JSON text, or nested beside a name."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if isinstance(value, dict) and isinstance(value.get("schema"), dict):
        value = value["schema"]
    return value if isinstance(value, dict) else None


def _events(done: Generation, read: int) -> Iterator[bytes]:
    """Tell the tokens one by one; the last event has the whole text and the details."""
    pieces = done.cut.pieces or [""]
    for at, piece in enumerate(pieces, start=1):
        is_last = at == len(pieces)
        details = {**_ended(done), "input_length": read} if is_last else None
        text = done.text if is_last else None
        told = {"index": at, "token": _token(piece), "generated_text": text, "details": details}
        yield wire.event(told).replace(b"data: ", b"data:", 1)  # as this engine writes it


def _told(done: Generation) -> dict[str, Any]:
    value: dict[str, Any] = {"generated_text": done.text}
    if done.given.get("details") or done.given.get("decoder_input_details"):
        value["details"] = _details(done)
    return value


def _details(done: Generation) -> dict[str, Any]:
    prefill = [
        {"id": tokens.number(piece), "text": piece, "logprob": 0.0}
        for piece in tokens.pieces(done.prompt)
    ]
    wanted = bool(done.given.get("decoder_input_details"))
    tops = [[_token(piece)] for piece in done.cut.pieces] if done.given.get("top_n_tokens") else []
    return {
        **_ended(done),
        "prefill": prefill if wanted else [],
        "tokens": [_token(piece) for piece in done.cut.pieces],
        "top_tokens": tops,
        "best_of_sequences": None,
    }


def _ended(done: Generation) -> dict[str, Any]:
    return {
        "finish_reason": _REASONS[done.cut.reason],
        "generated_tokens": len(done.cut.pieces),
        "seed": done.given.get("seed"),
    }


def _token(piece: str) -> dict[str, Any]:
    return {"id": tokens.number(piece), "text": piece, "logprob": 0.0, "special": False}


def _headers(done: Generation) -> dict[str, str]:
    return {"x-compute-type": "cpu", "x-compute-characters": str(len(done.prompt))}
