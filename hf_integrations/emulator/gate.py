"""The gate that every request passes: body, log, faults, token.

Pure ASGI, so that a stream goes through it event by event.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hf_integrations.emulator.endpoints.telling import PREFIX
from hf_integrations.emulator.engines.wording import HEADERS, reworded
from hf_integrations.emulator.faults import Fault
from hf_integrations.emulator.house import House
from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.records import RecordedRequest, bearer, digest
from hf_integrations.emulator.settings import LARGEST_BODY
from hf_integrations.emulator.wire import answer
from hf_integrations.emulator.words import word_set
from hf_integrations.errors import ConfigurationError

# The routes of the engines, which answer a wrong token with an empty body.
ENGINE_PATHS = word_set(
    """/ /embed /embed_all /embed_sparse /predict /rerank /similarity /tokenize /decode /generate
    /generate_stream /chat_tokenize /invocations /vertex"""
)
LIMITED_PATHS = ENGINE_PATHS | {"/embeddings", "/v1/embeddings", "/v1/completions"}
_OPEN_PATHS = frozenset(("/", "/health", "/info", "/ping", "/metrics"))
_OPEN_BELOW = ("/v1/models", "/api/models", "/api/tasks", "/outputs/")
_TOO_LARGE = "Failed to buffer the request body: length limit exceeded"


class Gate:
    """Lets requests in, remembers them, and spoils the answers that are to be spoiled."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app, self._house = app, house
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, headers = await _read(receive), _headers(scope)
        record = _record(scope, headers, body, f"emu-{next(self._numbers):08d}")
        control = record.path.startswith("/__parlel/")
        if not control:
            self._house.log.add(record)
        try:
            fault = None if control else self._fault(record)
        except ConfigurationError as error:
            app: ASGIApp = answer({"error": str(error)}, status=400)
            await app(scope, receive, Outgoing(send, record, None))
            return
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.hang_up:
            await _hang_up(scope)
            return
        scope["emulator.oddity"] = (fault and fault.oddity) or self._house.settings.oddity
        app = _instead(fault) or self._refusal(record, bearer(headers)) or self._app
        engine = HEADERS.get(self._house.settings.engine or "", {})
        await app(scope, _replay(body, receive), Outgoing(send, record, fault, engine))

    def _fault(self, record: RecordedRequest) -> Fault | None:
        asked = record.headers.get("x-emulator-fault")
        if asked:
            return self._house.faults.ride(asked, record)
        return self._house.faults.take(record)

    def _refusal(self, record: RecordedRequest, token: str) -> ASGIApp | None:
        settings = self._house.settings
        if not _is_open(record) and not settings.accepts(token):
            empty = record.path in ENGINE_PATHS or settings.engine in ("tgi", "tei")
            refusal = Refusal(401, None if empty else {"error": "Invalid username or password."})
            said = reworded(settings.engine, refusal)
            return answer(said.body, status=said.status)
        limited = record.path in LIMITED_PATHS
        if len(record.raw) > (settings.max_body if limited else LARGEST_BODY):
            return answer(_TOO_LARGE, status=413)
        return None


class Outgoing:
    """Sends an answer on, with its request id, spoiled as the fault says."""

    def __init__(
        self,
        send: Send,
        record: RecordedRequest,
        fault: Fault | None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._send, self._record, self._fault = send, record, fault or Fault()
        self._headers = headers or {}
        self._cut = self._streams = False
        self._events = 0

    async def __call__(self, message: Message) -> None:
        """Send one part of an answer; after a cut nothing, which makes the server hang up."""
        if self._cut:
            return
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self._streams and message.get("body"):
            await self._event(message)
        else:
            await self._pass(message)

    async def _pass(self, message: Message) -> None:
        """Send one part as it is, and remember it."""
        if message["type"] == "http.response.body":
            self._record.answered(message.get("body", b""))
        await self._send(message)

    async def _start(self, message: Message) -> None:
        self._record.status = message["status"]
        headers = [(name.lower(), value) for name, value in message["headers"]]
        self._streams = (b"content-type", b"text/event-stream; charset=utf-8") in headers
        added = {"x-request-id": self._record.id, **self._headers, **self._fault.headers}
        ours = {name.lower().encode("latin-1"): v.encode("latin-1") for name, v in added.items()}
        headers = [one for one in headers if one[0] not in ours] + list(ours.items())
        await self._pass({**message, "headers": headers})
        cut_after = self._fault.cut_after
        self._cut = cut_after == 0 or (cut_after is not None and not self._streams)

    async def _event(self, message: Message) -> None:
        fault = self._fault
        if fault.event_delay:
            await asyncio.sleep(fault.event_delay)
        if fault.insert and self._events == fault.insert_after:
            inserted = fault.insert.encode()
            await self._pass({"type": message["type"], "body": inserted, "more_body": True})
        if fault.drop_done and b"[DONE]" in message["body"]:
            message = {**message, "body": b""}
        await self._pass(message)
        self._events += 1
        self._cut = fault.cut_after == self._events


async def _read(receive: Receive) -> bytes:
    """Read the whole body; of one beyond all limits, one byte more than the limit is kept."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break  # the client has gone
        if size <= LARGEST_BODY:
            parts.append(message.get("body", b""))
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that gives the body again, then what else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _headers(scope: Scope) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }


def _record(scope: Scope, headers: dict[str, str], body: bytes, ident: str) -> RecordedRequest:
    """Return what is remembered of a request: all but its token."""
    token = bearer(headers)
    stands = digest(token) if token else None
    shown = dict(headers)
    if "authorization" in headers:
        scheme = headers["authorization"].partition(" ")[0]
        shown["authorization"] = f"{scheme} sha256:{stands}" if stands else "***"
    query = scope["query_string"].decode("latin-1")
    return RecordedRequest(ident, scope["method"], scope["path"], query, shown, stands, body)


def _is_open(record: RecordedRequest) -> bool:
    """Tell whether a request needs no token."""
    if record.path.startswith(("/__parlel/", f"{PREFIX}/")):
        return True  # endpoints look at tokens themselves
    reads = record.method in ("GET", "HEAD")
    return reads and (record.path in _OPEN_PATHS or record.path.startswith(_OPEN_BELOW))


async def _hang_up(scope: Scope) -> None:
    """Close the connection without an answer; a server that cannot says 500 in its place."""
    hang_up = scope.get("emulator.hang_up")
    if hang_up is not None:
        hang_up()
        await asyncio.sleep(0)  # until the server has seen it


def _instead(fault: Fault | None) -> ASGIApp | None:
    """Return the answer that a fault gives in place of the service."""
    if fault is None or fault.status is None:
        return None
    body: Any = fault.body
    return answer(body, status=fault.status)
