"""text-generation-inference beyond `/generate`.

Source: text-generation-inference, `router/src/server.rs`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import chat, conversation, generation, telling, wire
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.problems import tgi_problem


async def compat(request: Request) -> Response:
    """Answer `POST /`: as `/generate`, in a list, or as a stream when the body says so."""
    body = await _body(request)
    return generation.respond(request, body, model="tgi", as_list=True)


async def tokenize(request: Request) -> Response:
    """Answer `POST /tokenize`: the tokens of the inputs with their places, in one list."""
    body = await _body(request)
    return wire.answer(_tokens(house_of(request), _text(body)))


async def chat_tokenize(request: Request) -> Response:
    """Answer `POST /chat_tokenize`: the prompt that a conversation becomes, and its tokens."""
    body = await _body(request)
    turns = conversation.read(body.get("messages"))
    text = "".join(f"<|{turn.role}|>\n{turn.text}\n" for turn in turns) + "<|assistant|>\n"
    told = {"tokenize_response": _tokens(house_of(request), text), "templated_text": text}
    return wire.answer(told)


async def invocations(request: Request) -> Response:
    """Answer `POST /invocations`, SageMaker's route: a chat, or as `/`."""
    body = await _body(request)
    return await (chat.chat if "messages" in body else compat)(request)


async def vertex(request: Request) -> Response:
    """Answer `POST /vertex`: every instance for itself, the texts under `predictions`."""
    body = await _body(request)
    instances = body.get("instances")
    if not isinstance(instances, list) or not instances:
        raise tgi_problem("`instances` cannot be empty")
    return wire.answer({"predictions": [await _predicted(request, one) for one in instances]})


async def _predicted(request: Request, instance: Any) -> Any:
    if not isinstance(instance, dict):
        raise tgi_problem("every instance must be an object")
    if "messages" in instance:
        model = str(instance.get("model") or "tgi")
        done = chat.complete(request, instance, model, await wire.ident(request))
        return telling.whole(done)
    return generation.said(instance)


def _tokens(house: House, text: str) -> list[dict[str, Any]]:
    return [asdict(one) for one in house.vocabulary.read(text)]


def _text(body: dict[str, Any]) -> str:
    inputs = body.get("inputs")
    if not isinstance(inputs, str) or not inputs:
        raise tgi_problem("`inputs` must be text, and not empty")
    return inputs


async def _body(request: Request) -> dict[str, Any]:
    return await wire.read_json(request, generation.refuse_body)
