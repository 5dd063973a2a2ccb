"""Faults on demand: answers that go wrong, once or several times, in the ways of the real service.

A fault is queued from Python or with `POST /__parlel/faults`, or rides on its request in the header
`x-emulator-fault`. A fault with a status answers in place of the service; one without lets the
service answer and spoils the answer: late, slow, cut, without `[DONE]`, with a bad event in it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from hf_integrations.emulator.settings import ODDITIES
from hf_integrations.errors import ConfigurationError

MOST_FAULTS = 1_000
LONGEST_DELAY = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong.

    Attributes:
        status: answer with this, and not with what the service would say.
        body: with `status`, the answer: text, or a value sent as JSON.
        headers: added to the answer.
        delay: seconds before anything is answered.
        event_delay: seconds before each event of a stream.
        cut_after: events of a stream after which the connection is closed; 0 cuts a whole answer
            after its headers.
        drop_done: leave out `data: [DONE]`.
        oddity: what is odd in an answer that is otherwise right: a name of `settings.ODDITIES`.
        insert: bytes put into a stream, as text, after `insert_after` events.
        path: pattern of the paths it is for, as in a shell; `*` is all.
        method: the method it is for; `*` is all.
        times: how many requests it spoils.
    """

    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    event_delay: float = 0.0
    cut_after: int | None = None
    drop_done: bool = False
    oddity: str = ""
    insert: str = ""
    insert_after: int = 1
    path: str = "*"
    method: str = "POST"
    times: int = 1

    def __post_init__(self) -> None:
        if self.status is not None and not 200 <= self.status <= 599:
            raise ConfigurationError("status of a fault must be from 200 to 599.")
        if not (0 <= self.delay <= LONGEST_DELAY and 0 <= self.event_delay <= LONGEST_DELAY):
            raise ConfigurationError(f"delay of a fault must be from 0 to {LONGEST_DELAY:g} s.")
        if self.oddity and self.oddity not in ODDITIES:
            raise ConfigurationError(f"oddity of a fault must be one of {', '.join(ODDITIES)}.")
        if self.times < 1 or (self.cut_after or 0) < 0 or self.insert_after < 0:
            raise ConfigurationError("times must be at least 1; counts of events at least 0.")

    def fits(self, method: str, path: str) -> bool:
        """Tell whether a request is one of those to spoil."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)


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
    "server_error": Fault(status=500, body=_openai("Internal server error", "server_error")),
    "bad_gateway": Fault(status=502, body="<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "loading": Fault(status=503, body={
        "error": "Model emulator is currently loading", "estimated_time": 2.0,
    }),
    "unavailable": Fault(status=503, body="Service Unavailable"),
    "gateway_timeout": Fault(status=504, body="Gateway Timeout"),
    "paused": Fault(status=400, body={"error": "Bad Request: Invalid state"}),
    "slow": Fault(delay=1.0),
    "slow_tokens": Fault(event_delay=0.05),
    "cut": Fault(cut_after=2),
    "no_done": Fault(drop_done=True),
    "malformed": Fault(insert='data: {"choices": [{"delta"\n\n'),
    "error_event": Fault(insert=f"data: {_MID_STREAM}\n\n"),
    **{name: Fault(oddity=name) for name in ODDITIES},
}  # fmt: skip

_FIELDS = frozenset(one.name for one in fields(Fault))


def fault(name: str | None = None, /, **changes: Any) -> Fault:
    """Return the fault called `name`, or a plain one, with the fields in `changes` set."""
    if name is not None and name not in NAMED:
        raise ConfigurationError(f"There is no fault of that name; take one of {', '.join(NAMED)}.")
    unknown = set(changes) - _FIELDS
    if unknown:
        raise ConfigurationError(f"A fault has no field {min(unknown)}; it has {_listed()}.")
    return replace(NAMED[name] if name else Fault(), **changes)


def from_json(value: Any) -> Fault:
    """Return the fault that a JSON value describes: a name, or an object with name and fields."""
    if isinstance(value, str):
        return fault(value)
    if not isinstance(value, dict):
        raise ConfigurationError("A fault is a name, or an object with a name and fields.")
    try:
        return fault(value.get("name"), **{k: v for k, v in value.items() if k != "name"})
    except TypeError as error:
        raise ConfigurationError("A field of the fault has a wrong type.") from error


def from_header(text: str) -> Fault:
    """Return the fault that the header `x-emulator-fault` asks for: a name or a JSON object."""
    if not text.lstrip().startswith("{"):
        return fault(text.strip())
    try:
        return from_json(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigurationError("The fault in x-emulator-fault is not JSON.") from error


class FaultQueue:
    """Faults that wait for their requests, first come first served."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let `fault` wait for the requests that it is for."""
        with self._lock:
            if len(self._waiting) >= MOST_FAULTS:
                raise ConfigurationError(f"More than {MOST_FAULTS} faults wait; reset first.")
            self._waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the first fault for this request, and count it."""
        with self._lock:
            for place, waiting in enumerate(self._waiting):
                if waiting.fits(method, path):
                    if waiting.times > 1:
                        self._waiting[place] = replace(waiting, times=waiting.times - 1)
                    else:
                        del self._waiting[place]
                    return waiting
        return None

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)


def _listed() -> str:
    return ", ".join(sorted(_FIELDS))
