"""`POST /v1/completions`: a prompt continued, whole and streamed, as OpenAI's older route."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import parameters, tokens, wire
from hf_integrations.emulator.chat import refuse_body, refuse_parameter, served
from hf_integrations.emulator.conversation import Turn
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.parameters import Cut, Ending
from hf_integrations.emulator.replies import prose


@dataclass(frozen=True, slots=True)
class Continuation:
    """One prompt and what follows it."""

    prompt: str
    cut: Cut


async def complete(request: Request) -> Response:
    """Answer a completion request; several prompts give several choices, in order."""
    body = await wire.read_json(request, refuse_body)
    house = house_of(request)
    model = served(house, body.get("model"))
    parameters.check(body, parameters.OPENAI, refuse_parameter)
    stops = parameters.stops(body.get("stop"), refuse_parameter)
    ending = Ending(stops, body.get("max_tokens"))
    done = [
        Continuation(prompt, parameters.cut(prose([Turn("user", prompt)]), ending))
        for prompt in prompts(body.get("prompt"))
        for _ in range(body.get("n") or 1)
    ]
    usage = _usage(done, body.get("n") or 1)
    house.charge(request, model, read=usage["prompt_tokens"], written=usage["completion_tokens"])
    frame = {
        "id": f"cmpl-{await wire.ident(request)}", "object": "text_completion",
        "created": int(time.time()), "model": model, "system_fingerprint": "emulator",
    }  # fmt: skip
    if body.get("stream"):
        told = usage if parameters.wants_usage(body, refuse_parameter) else None
        return wire.stream(_events(frame, body, done, told))
    choices = [_choice(at, _text(one, body), _reason(one)) for at, one in enumerate(done)]
    return wire.answer({**frame, "choices": choices, "usage": usage})


def prompts(given: Any) -> list[str]:
    """Return the prompts: one or several texts, or token ids, whose numbers are the text."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, list) and given:
        if all(isinstance(one, str) for one in given):
            return given
        if all(isinstance(one, int) for one in given):
            return [" ".join(map(str, given))]
        if all(isinstance(one, list) for one in given):
            return [" ".join(map(str, one)) for one in given]
    raise refuse_parameter("`prompt` must be text, a list of texts or token ids", "prompt")


def _events(
    frame: dict[str, Any],
    body: dict[str, Any],
    done: list[Continuation],
    usage: dict[str, int] | None,
) -> Iterator[bytes]:
    for at, one in enumerate(done):
        for piece in [one.prompt] * bool(body.get("echo")) + one.cut.pieces:
            yield wire.event({**frame, "choices": [_choice(at, piece, None)]})
        yield wire.event({**frame, "choices": [_choice(at, "", _reason(one))]})
    if usage is not None:
        yield wire.event({**frame, "choices": [], "usage": usage})
    yield wire.DONE


def _choice(index: int, text: str, reason: str | None) -> dict[str, Any]:
    return {"index": index, "text": text, "finish_reason": reason, "logprobs": None}


def _text(one: Continuation, body: dict[str, Any]) -> str:
    return one.prompt + one.cut.text if body.get("echo") else one.cut.text


def _reason(one: Continuation) -> str:
    return "length" if one.cut.reason == "length" else "stop"


def _usage(done: list[Continuation], times: int) -> dict[str, int]:
    read = sum(tokens.count(one.prompt) for one in done[::times])
    written = sum(len(one.cut.pieces) for one in done)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
