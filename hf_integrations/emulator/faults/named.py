"""Faults by name, in the words of the real services."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import msgspec

from hf_integrations.emulator.faults.fault import Fault
from hf_integrations.emulator.settings import ODDITIES
from hf_integrations.errors import ConfigurationError


def _openai(message: str, kind: str, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


_MID_STREAM = msgspec.json.encode(
    {"error": {"message": "The model failed while answering", "type": "server_error", "code": 500}}
).decode()

# The names by which faults are asked for; the texts are those of the real services.
NAMED: dict[str, Fault] = {
    "unauthorized": Fault(status=401, body={"error": "Invalid username or password."}),
    "quota": Fault(status=402, body={"error": (
        "You have depleted your monthly included credits. Purchase pre-paid credits to continue "
        "using Inference Providers."
    )}),
    "forbidden": Fault(status=403, body={"error": (
        "This authentication method does not have sufficient permissions to call Inference "
        "Providers on behalf of user emulator"
    )}),
    "not_found": Fault(status=404, body={"error": "Not Found"}),
    "too_large": Fault(
        status=413, body="Failed to buffer the request body: length limit exceeded"
    ),
    "invalid": Fault(status=422, body={
        "error": "Input validation error: inputs are not valid", "error_type": "validation",
    }),
    "rate_limited": Fault(
        status=429, body=_openai("Too many requests", "rate_limit_error", "rate_limit_exceeded"),
        headers={"Retry-After": "1"},
    ),
    # As many providers send it: without a word on how long (huggingface_hub, issue 4703).
    "rate_limited_bare": Fault(status=429, body={"error": "Too Many Requests"}),
    "rate_limited_hub": Fault(
        status=429, body={"error": "We had to rate limit you."},
        headers={
            "RateLimit": '"api";r=0;t=1', "RateLimit-Policy": '"fixed window";"api";q=1000;w=300',
        },
    ),
    "server_error": Fault(status=500, body=_openai("Internal server error", "server_error")),
    "bad_gateway": Fault(status=502, body="<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "loading": Fault(status=503, body={
        "error": "Model emulator is currently loading", "estimated_time": 2.0,
    }),
    "unavailable": Fault(status=503, body="Service Unavailable"),
    "gateway_timeout": Fault(status=504, body="Gateway Timeout"),
    "paused": Fault(status=400, body={"error": "Bad Request: Invalid state"}),
    "page": Fault(
        status=200, body="<html><body>Please sign in</body></html>",
        headers={"Content-Type": "text/html"},
    ),
    "fine": Fault(),
    "slow": Fault(delay=1.0),
    "slow_tokens": Fault(event_delay=0.05),
    "cut": Fault(cut_after=2),
    "cut_connection": Fault(hang_up=True),
    "no_done": Fault(drop_done=True),
    "malformed": Fault(insert='data: {"choices": [{"delta"\n\n'),
    "error_event": Fault(insert=f"data: {_MID_STREAM}\n\n"),
    **{name: Fault(oddity=name) for name in ODDITIES},
}  # fmt: skip

FIELDS = tuple(one.name for one in fields(Fault))


def fault(name: str | None = None, /, **changes: Any) -> Fault:
    """Return the fault called `name`, or a plain one, with the fields in `changes` set."""
    if name is not None and name not in NAMED:
        raise ConfigurationError(f"There is no fault of that name; take one of {', '.join(NAMED)}.")
    if unknown := sorted(set(changes) - set(FIELDS)):
        raise ConfigurationError(f"A fault has no field {unknown[0]}; it has {', '.join(FIELDS)}.")
    try:
        return replace(NAMED[name] if name else Fault(), **changes)
    except TypeError as error:
        raise ConfigurationError("A field of the fault has a wrong type.") from error
