"""`POST /v1/responses`: OpenAI's newer route, whole and streamed; the reply is that of a chat.

Source: the OpenAI API reference, Responses. Nothing is kept: `previous_response_id` is refused.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import tokens, wire
from hf_integrations.emulator.chat import complete, refuse_body, refuse_parameter, served
from hf_integrations.emulator.conversation import Call
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.oddities import FRAGMENT
from hf_integrations.emulator.spoken import Completion

Item = dict[str, Any]
_TEXTS = ("input_text", "output_text", "text")


async def respond(request: Request) -> Response:
    """Answer a request for a response."""
    body = await wire.read_json(request, refuse_body)
    model = served(house_of(request), body.get("model"))
    if body.get("previous_response_id"):
        raise refuse_parameter("No response with that id is kept here", "previous_response_id")
    ident = await wire.ident(request)
    done = complete(request, as_chat(body), model, ident)
    frame = _frame(f"resp_{ident}", model, body)
    if body.get("stream"):
        return wire.stream(_events(frame, done))
    return wire.answer(_whole(frame, done))


def as_chat(body: dict[str, Any]) -> dict[str, Any]:
    """Return the chat request that says the same."""
    found = {name: body[name] for name in ("temperature", "top_p") if body.get(name) is not None}
    if body.get("max_output_tokens") is not None:
        found["max_tokens"] = body["max_output_tokens"]
    reasoning, text = body.get("reasoning"), body.get("text")
    if isinstance(reasoning, dict) and reasoning.get("effort") is not None:
        found["reasoning_effort"] = reasoning["effort"]
    wanted = text.get("format") if isinstance(text, dict) else None
    if isinstance(wanted, dict):
        nested = wanted.get("type") == "json_schema"
        found["response_format"] = {**wanted, "json_schema": wanted} if nested else wanted
    if body.get("tools"):
        found["tools"] = _tools(body["tools"])
        found["tool_choice"] = _choice(body.get("tool_choice"))
    return found | {"messages": _messages(body)}


def _messages(body: dict[str, Any]) -> list[Item]:
    given = body.get("input")
    said = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if not isinstance(said, list) or not said or not all(isinstance(one, dict) for one in said):
        raise refuse_parameter("`input` must be text or a list of items", "input")
    first = body.get("instructions")
    before: list[Item] = [{"role": "system", "content": first}] if isinstance(first, str) else []
    return before + [one for item in said for one in _message(item)]


def _message(item: Item) -> list[Item]:
    """Return the message that an item of the input is; what was thought is left out."""
    kind = item.get("type", "message")
    if kind == "reasoning":
        return []
    if kind == "function_call":
        function = {"name": item.get("name"), "arguments": item.get("arguments")}
        call = {"id": item.get("call_id"), "type": "function", "function": function}
        return [{"role": "assistant", "content": None, "tool_calls": [call]}]
    if kind == "function_call_output":
        output = item.get("output")
        text = output if isinstance(output, str) else msgspec.json.encode(output).decode()
        return [{"role": "tool", "tool_call_id": item.get("call_id"), "content": text}]
    if kind != "message":
        raise refuse_parameter(f"input items of this type are not known: {kind}", "input")
    content = item.get("content")
    if isinstance(content, list):
        content = [_part(one) for one in content]
    return [{"role": item.get("role"), "content": content}]


def _part(part: Any) -> Any:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in _TEXTS:
        return {"type": "text", "text": part.get("text")}
    if kind == "input_image":
        return {"type": "image_url", "image_url": {"url": part.get("image_url")}}
    return {"type": "file", "file": {}} if kind == "input_file" else part


def _tools(given: Any) -> list[Any]:
    """Return functions in the nested form of a chat; tools of other kinds are OpenAI's own."""
    many = given if isinstance(given, list) else [given]
    return [
        {"type": "function", "function": {k: v for k, v in one.items() if k != "type"}}
        for one in many
        if isinstance(one, dict) and one.get("type") == "function"
    ]


def _choice(given: Any) -> Any:
    if isinstance(given, dict) and given.get("type") == "function":
        return {"type": "function", "function": {"name": given.get("name")}}
    return given


def _frame(ident: str, model: str, body: dict[str, Any]) -> Item:
    return {
        "id": ident, "object": "response", "created_at": int(time.time()), "model": model,
        "status": "in_progress", "error": None, "incomplete_details": None,
        "instructions": body.get("instructions"), "metadata": body.get("metadata") or {},
        "max_output_tokens": body.get("max_output_tokens"), "parallel_tool_calls": True,
        "previous_response_id": None, "reasoning": body.get("reasoning"), "store": False,
        "temperature": body.get("temperature", 1.0), "top_p": body.get("top_p", 1.0),
        "text": body.get("text") or {"format": {"type": "text"}}, "truncation": "disabled",
        "tool_choice": body.get("tool_choice") or "auto", "tools": body.get("tools") or [],
        "output": [], "usage": None,
    }  # fmt: skip


def _whole(frame: Item, done: Completion) -> Item:
    usage = {
        "input_tokens": done.read, "input_tokens_details": {"cached_tokens": done.cached},
        "output_tokens": done.written, "total_tokens": done.read + done.written,
        "output_tokens_details": {"reasoning_tokens": done.reasoned},
    }  # fmt: skip
    cut_off = done.reason == "length"
    return frame | {
        "status": "incomplete" if cut_off else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut_off else None,
        "output": _items(frame["id"], done),
        "usage": usage,
    }


def _items(ident: str, done: Completion) -> list[Item]:
    found: list[Item] = []
    if done.thought.text:
        thought = {"type": "summary_text", "text": done.thought.text}
        found.append({"type": "reasoning", "id": f"rs_{ident}", "summary": [thought]})
    found += [_call(ident, at, call) for at, call in enumerate(done.reply.calls)]
    if not done.reply.calls:
        found.append(_said(ident, done.cut.text, "completed"))
    return found


def _said(ident: str, text: str, status: str) -> Item:
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {
        "type": "message", "id": f"msg_{ident}", "role": "assistant", "status": status,
        "content": [part] if status == "completed" else [],
    }  # fmt: skip


def _call(ident: str, at: int, call: Call) -> Item:
    return {
        "type": "function_call", "id": f"fc_{ident}{at}", "call_id": call.id, "name": call.name,
        "arguments": call.arguments, "status": "completed",
    }  # fmt: skip


def _events(frame: Item, done: Completion) -> Iterator[bytes]:
    """Tell a response in events, numbered and named; the last has all of it."""
    whole = _whole(frame, done)
    told = [
        ("response.created", {"response": frame}),
        ("response.in_progress", {"response": frame}),
    ]
    for at, item in enumerate(whole["output"]):
        told += _item_events(at, item)
    told.append((f"response.{whole['status']}", {"response": whole}))
    for number, (kind, fields) in enumerate(told):
        value = {"type": kind, "sequence_number": number, **fields}
        yield b"event: " + kind.encode() + b"\n" + wire.event(value)


def _item_events(at: int, item: Item) -> Iterator[tuple[str, Item]]:
    begun = {**item, "status": "in_progress"}
    if item["type"] == "message":
        begun["content"] = []
    if item["type"] == "function_call":
        begun["arguments"] = ""
    yield "response.output_item.added", {"output_index": at, "item": begun}
    place = {"item_id": item["id"], "output_index": at}
    if item["type"] == "message":
        yield from _text_events(place, item["content"][0])
    elif item["type"] == "function_call":
        yield from _argument_events(place, item)
    yield "response.output_item.done", {"output_index": at, "item": item}


def _text_events(place: Item, part: Item) -> Iterator[tuple[str, Item]]:
    place = {**place, "content_index": 0}
    yield "response.content_part.added", {**place, "part": {**part, "text": ""}}
    for piece in tokens.pieces(part["text"]):
        yield "response.output_text.delta", {**place, "delta": piece, "logprobs": []}
    yield "response.output_text.done", {**place, "text": part["text"], "logprobs": []}
    yield "response.content_part.done", {**place, "part": part}


def _argument_events(place: Item, item: Item) -> Iterator[tuple[str, Item]]:
    arguments = item["arguments"]
    for start in range(0, len(arguments), FRAGMENT):
        piece = arguments[start : start + FRAGMENT]
        yield "response.function_call_arguments.delta", {**place, "delta": piece}
    told = {"name": item["name"], "arguments": arguments}
    yield "response.function_call_arguments.done", {**place, **told}
