"""`POST /v1/chat/completions`: a chat request read, and its reply made; `telling` tells it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import (
    conversation,
    oddities,
    parameters,
    reasoning,
    telling,
    tokens,
    tools,
    wire,
)
from hf_integrations.emulator.conversation import Turn
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.parameters import Ending
from hf_integrations.emulator.problems import Refusal, openai_problem, tgi_problem
from hf_integrations.emulator.replies import Shape, reply
from hf_integrations.emulator.spoken import Completion, Thought


async def chat(request: Request) -> Response:
    """Answer a chat request."""
    body = await wire.read_json(request, refuse_body)
    house = house_of(request)
    model = served(house, request.path_params.get("model") or body.get("model"))
    if house.settings.engine == "tgi":
        _check_for_tgi(body)
    completion = complete(request, body, model, await wire.ident(request))
    if body.get("stream"):
        return wire.stream(oddities.events(telling.events(completion), completion.oddity))
    return wire.answer(telling.whole(completion))


def complete(request: Request, body: dict[str, Any], model: str, ident: str) -> Completion:
    """Reply to a chat request, and book its tokens."""
    house = house_of(request)
    parameters.check(body, parameters.OPENAI, refuse_parameter)
    turns = conversation.read(body.get("messages"))
    offer = tools.read(body)
    said = reply(turns, offer=offer, shape=shape_of(body.get("response_format")), ident=ident)
    ending = Ending(
        parameters.stops(body.get("stop"), refuse_parameter),
        body.get("max_completion_tokens") or body.get("max_tokens"),
    )
    thought = Thought(
        reasoning.thought(body, model, conversation.last_question(turns)),
        reasoning.form(house.settings, body, request.url.path),
    )
    told = _told(turns, offer)
    done = Completion(
        "" if house.settings.engine == "tgi" else f"chatcmpl-{ident}",
        model, body, said, parameters.cut(said.text, ending), thought,
        sum(map(tokens.count, told)), house.prefixes.read(model, told),
        parameters.wants_usage(body, refuse_parameter), oddities.of(request),
    )  # fmt: skip
    house.charge(request, model, read=done.read, written=done.written)
    return done


def refuse_body(message: str) -> Refusal:
    """Refuse a body as a whole."""
    return openai_problem(400, message)


def refuse_parameter(message: str, param: str) -> Refusal:
    """Refuse one parameter."""
    return openai_problem(400, message, param=param)


def served(house: House, model: Any) -> str:
    """Return `model` when it is served, else refuse it as the router does.

    An engine has but one, and takes it where none is named. Sources: vLLM and SGLang,
    `protocol.py`; text-generation-inference, `ChatRequest`; llama.cpp, `tools/server/README.md`.
    """
    if model is None and house.settings.is_alone:
        return house.settings.own
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
    if isinstance(schema, dict) and isinstance(schema.get("schema"), dict):
        schema = schema["schema"]  # beside a name, as text-generation-inference takes it too
    if schema is None and wanted["type"] == "json_object":
        return Shape()
    if not isinstance(schema, dict):
        raise refuse_parameter("response_format needs a JSON schema", "response_format")
    return Shape(schema)


def _told(turns: list[Turn], offer: tools.Offer) -> list[str]:
    """Return what is read: the tools' definitions, which stand first, and the messages."""
    told = [f"{tool.name} {tool.description} {tool.parameters}" for tool in offer.tools]
    return told + [
        turn.text + "".join(call.name + call.arguments for call in turn.calls) for turn in turns
    ]


def _check_for_tgi(body: dict[str, Any]) -> None:
    """Refuse what text-generation-inference does not take. Source: its router, `server.rs`.

    The bare name of a tool is a choice there (`lib.rs`, enum ToolTypeDeserializer).
    """
    choice = body.get("tool_choice")
    if isinstance(choice, str) and choice not in ("auto", "none", "required"):
        body["tool_choice"] = {"type": "function", "function": {"name": choice}}
    wanted = body.get("response_format")
    if wanted is not None and body.get("tools"):
        raise tgi_problem("Grammar and tools are mutually exclusive", kind="tool_error")
    if not isinstance(wanted, dict) or wanted.get("type") == "text":
        return
    value = wanted.get("value", wanted.get("json_schema"))
    if value is None:
        raise tgi_problem("missing field `value`", kind="Input validation error")
    schema = value.get("schema", value) if isinstance(value, dict) else None
    if not isinstance(schema, dict) or "properties" not in schema:
        raise tgi_problem("Grammar must have a 'properties' field", kind="template_error")
