"""`POST /v1/chat/completions`: whole and streamed, as the router and OpenAI answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import conversation, parameters, tokens, tools, wire
from hf_integrations.emulator.conversation import Call, Turn
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.parameters import Cut, Ending
from hf_integrations.emulator.problems import Refusal, openai_problem
from hf_integrations.emulator.replies import Reply, Shape, reply

FRAGMENT = 12  # characters of a call's arguments in one event of a stream


@dataclass(frozen=True, slots=True)
class Completion:
    """One chat request with its reply, ready to be told whole or in events."""

    id: str
    model: str
    body: dict[str, Any]
    reply: Reply
    cut: Cut
    read: int
    with_usage: bool

    @property
    def choices(self) -> int:
        """How many times the reply is told."""
        return self.body.get("n") or 1

    @property
    def reason(self) -> str:
        """Why the reply ended."""
        if self.reply.calls:
            return "tool_calls"
        return "length" if self.cut.reason == "length" else "stop"

    @property
    def written(self) -> int:
        """Tokens of all choices."""
        spoken = sum(tokens.count(f"{call.name}{call.arguments}") for call in self.reply.calls)
        return self.choices * (spoken or len(self.cut.pieces))

    def usage(self) -> dict[str, int]:
        """Return the tokens read and written."""
        return {
            "prompt_tokens": self.read,
            "completion_tokens": self.written,
            "total_tokens": self.read + self.written,
        }


async def chat(request: Request) -> Response:
    """Answer a chat request."""
    body = await wire.read_json(request, refuse_body)
    house = house_of(request)
    model = served(house, request.path_params.get("model") or body.get("model"))
    completion = _completion(body, model, await wire.ident(request))
    house.charge(request, model, read=completion.read, written=completion.written)
    if body.get("stream"):
        return wire.stream(_events(completion))
    return wire.answer(_whole(completion))


def refuse_body(message: str) -> Refusal:
    """Refuse a body as a whole."""
    return openai_problem(400, message)


def refuse_parameter(message: str, param: str) -> Refusal:
    """Refuse one parameter."""
    return openai_problem(400, message, param=param)


def served(house: House, model: Any) -> str:
    """Return `model` when it is served, else refuse it as the router does."""
    if not isinstance(model, str) or not model:
        raise openai_problem(400, "you must provide a model parameter", param="model")
    if not house.settings.serves(model):
        message = (
            f"The requested model '{model}' is not supported by any provider you have enabled."
        )
        raise openai_problem(400, message, param="model", code="model_not_supported")
    return model


def shape_of(wanted: Any) -> Shape | None:
    """Read a `response_format` in any of the dialects in use.

    OpenAI nests `json_schema.schema`; Cohere and Fireworks send `schema` beside `json_object`,
    Together beside `json_schema`, and text-generation-inference a `value`.
    """
    if wanted is None or (isinstance(wanted, dict) and wanted.get("type") == "text"):
        return None
    kinds = ("json_object", "json_schema", "json")
    if not isinstance(wanted, dict) or wanted.get("type") not in kinds:
        raise refuse_parameter(f"response_format.type must be text or one of {kinds}", "type")
    nested = wanted.get("json_schema")
    schema = nested.get("schema") if isinstance(nested, dict) else None
    schema = schema or wanted.get("schema") or wanted.get("value")
    if schema is None and wanted["type"] == "json_object":
        return Shape()
    if not isinstance(schema, dict):
        raise refuse_parameter("response_format needs a JSON schema", "response_format")
    return Shape(schema)


def _completion(body: dict[str, Any], model: str, ident: str) -> Completion:
    parameters.check(body, parameters.OPENAI, refuse_parameter)
    turns = conversation.read(body.get("messages"))
    offer = tools.read(body)
    said = reply(turns, offer=offer, shape=shape_of(body.get("response_format")), ident=ident)
    ending = Ending(
        parameters.stops(body.get("stop"), refuse_parameter),
        body.get("max_completion_tokens") or body.get("max_tokens"),
    )
    cut = parameters.cut(said.text, ending)
    with_usage = parameters.wants_usage(body, refuse_parameter)
    read = _read(turns, offer)
    return Completion(f"chatcmpl-{ident}", model, body, said, cut, read, with_usage)


def _read(turns: list[Turn], offer: tools.Offer) -> int:
    """Count the tokens of the messages and of the tools' definitions."""
    told = [
        turn.text + "".join(call.name + call.arguments for call in turn.calls) for turn in turns
    ]
    told += [f"{tool.name} {tool.description} {tool.parameters}" for tool in offer.tools]
    return sum(map(tokens.count, told))


def _frame(completion: Completion, kind: str) -> dict[str, Any]:
    return {
        "id": completion.id,
        "object": kind,
        "created": int(time.time()),
        "model": completion.model,
        "system_fingerprint": "emulator",
    }


def _whole(completion: Completion) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": completion.cut.text}
    if completion.reply.calls:
        message["content"] = None
        message["tool_calls"] = [_call(call) for call in completion.reply.calls]
    choices = [
        {
            "index": index,
            "message": message,
            "finish_reason": completion.reason,
            "logprobs": _logprobs(completion, completion.cut.pieces),
        }
        for index in range(completion.choices)
    ]
    return {
        **_frame(completion, "chat.completion"),
        "choices": choices,
        "usage": completion.usage(),
    }


def _events(completion: Completion) -> Iterator[bytes]:
    """Tell the reply in events, as OpenAI does; the usage comes last, when it is asked for."""
    frame = _frame(completion, "chat.completion.chunk")
    for index in range(completion.choices):
        for delta, pieces in _deltas(completion):
            choice = _choice(index, delta, logprobs=_logprobs(completion, pieces))
            yield wire.event({**frame, "choices": [choice]})
        yield wire.event({**frame, "choices": [_choice(index, {}, reason=completion.reason)]})
    if completion.with_usage:
        yield wire.event({**frame, "choices": [], "usage": completion.usage()})
    yield wire.DONE


def _deltas(completion: Completion) -> Iterator[tuple[dict[str, Any], list[str]]]:
    content = None if completion.reply.calls else ""
    yield {"role": "assistant", "content": content}, []
    for at, call in enumerate(completion.reply.calls):
        yield {"tool_calls": [{"index": at, **_call(Call(call.id, call.name, ""))}]}, []
        for start in range(0, len(call.arguments), FRAGMENT):
            fragment = {"arguments": call.arguments[start : start + FRAGMENT]}
            yield {"tool_calls": [{"index": at, "function": fragment}]}, []
    for piece in completion.cut.pieces:
        yield {"content": piece}, [piece]


def _choice(
    index: int, delta: dict[str, Any], *, reason: str | None = None, logprobs: Any = None
) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": reason, "logprobs": logprobs}


def _call(call: Call) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _logprobs(completion: Completion, pieces: list[str]) -> dict[str, Any] | None:
    """Return the tokens with their log probability, which is 0: nothing else could have come."""
    if not completion.body.get("logprobs") or not pieces:
        return None
    several = bool(completion.body.get("top_logprobs"))
    content = []
    for piece in pieces:
        entry = {"token": piece, "logprob": 0.0, "bytes": list(piece.encode())}
        content.append({**entry, "top_logprobs": [entry] if several else []})
    return {"content": content}
