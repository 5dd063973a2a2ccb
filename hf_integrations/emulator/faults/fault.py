"""One way to go wrong.

A fault with a status answers in place of the service; one without lets the service answer and
spoils the answer: late, slow, cut, without `[DONE]`, with a bad event in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import Any

from hf_integrations.emulator.records import RecordedRequest
from hf_integrations.emulator.settings import ODDITIES
from hf_integrations.errors import ConfigurationError

LONGEST_DELAY = 600.0  # seconds
MOST_TIMES = 1_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong, and the requests it is for.

    Attributes:
        status: answer with this, and not with what the service would say.
        body: with `status`, the answer: text, or a value sent as JSON.
        headers: added to the answer.
        delay: seconds before anything is answered.
        event_delay: seconds before each event of a stream.
        cut_after: events of a stream after which the connection is closed; 0 cuts a whole answer
            after its headers.
        hang_up: close the connection without any answer.
        drop_done: leave out `data: [DONE]`.
        oddity: what is odd in an answer that is otherwise right: a name of `settings.ODDITIES`.
        insert: bytes put into a stream, as text, after `insert_after` events.
        path: pattern of the paths it is for, as in a shell; `*` is all.
        model: pattern of the models it is for, with or without their `:suffix`; `*` is all.
        method: the method it is for; `*` is all.
        times: how many requests it spoils.
    """

    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    event_delay: float = 0.0
    cut_after: int | None = None
    hang_up: bool = False
    drop_done: bool = False
    oddity: str = ""
    insert: str = ""
    insert_after: int = 1
    path: str = "*"
    model: str = "*"
    method: str = "POST"
    times: int = 1

    def __post_init__(self) -> None:
        if self.status is not None and not 200 <= self.status <= 599:
            raise ConfigurationError("status of a fault must be from 200 to 599.")
        if not (0 <= self.delay <= LONGEST_DELAY and 0 <= self.event_delay <= LONGEST_DELAY):
            raise ConfigurationError(f"delay of a fault must be from 0 to {LONGEST_DELAY:g} s.")
        if self.oddity and self.oddity not in ODDITIES:
            raise ConfigurationError(f"oddity of a fault must be one of {', '.join(ODDITIES)}.")
        if not 1 <= self.times <= MOST_TIMES:
            raise ConfigurationError(f"times of a fault must be from 1 to {MOST_TIMES:,}.")
        if (self.cut_after or 0) < 0 or self.insert_after < 0:
            raise ConfigurationError("counts of events must be at least 0.")
        self._check_types()

    def _check_types(self) -> None:
        for name in ("path", "model", "method", "insert"):
            if not isinstance(getattr(self, name), str):
                raise ConfigurationError(f"{name} of a fault must be text.")
        headers: Any = self.headers
        good = isinstance(headers, Mapping) and all(
            isinstance(name, str) and isinstance(value, str) and (name + value).isprintable()
            for name, value in headers.items()
        )
        if not good:
            raise ConfigurationError("headers of a fault must be an object of lines of text.")

    def fits(self, request: RecordedRequest) -> bool:
        """Tell whether a request is one of those to spoil."""
        if self.method not in ("*", request.method):
            return False
        if self.path != "*" and not fnmatchcase(request.path, self.path):
            return False
        return self.model == "*" or _of_model(request, self.model)

    def with_(self, other: Fault) -> Fault:
        """Return both in one: what `other` sets comes on top of what this one sets."""
        plain = Fault()
        changed = {
            one.name: value
            for one in fields(Fault)
            if (value := getattr(other, one.name)) != getattr(plain, one.name)
        }
        changed["headers"] = {**self.headers, **other.headers}
        return replace(self, **changed)


def _of_model(request: RecordedRequest, pattern: str) -> bool:
    """Tell whether the body, or else the path, of a request names a model of the pattern."""
    body = request.json
    named = body.get("model") if isinstance(body, dict) else None
    if not isinstance(named, str):
        named = request.path.partition("/models/")[2].partition("/pipeline/")[0]
        named = named.partition("/v1/")[0]
    return fnmatchcase(named, pattern) or fnmatchcase(named.partition(":")[0], pattern)
