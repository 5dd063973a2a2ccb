"""What the emulator remembers of its requests: a bounded log and a ledger of tokens and cost."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

MOST_REQUESTS = 1_000
MOST_BYTES = 16 * 2**20  # of bodies, over all requests in the log
MOST_REPLY = 2_000  # bytes of an answer that are remembered
MOST_ACCOUNTS = 1_000
SCHEMES = ("bearer", "key", "token")  # the second is fal-ai's, the third was replicate's


@dataclass(slots=True)
class RecordedRequest:
    """One request as it arrived.

    Attributes:
        headers: lower-case names; a token is shown as the first 12 digits of its SHA-256.
        token_digest: those digits, or None when the request had no bearer token.
        raw: the body as bytes.
        status: of the answer; 0 until there is one.
        reply: the beginning of the answer's body.
        milliseconds: from the request to the latest part of the answer.
    """

    id: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    token_digest: str | None
    raw: bytes = field(repr=False)
    status: int = 0
    reply: bytes = field(default=b"", repr=False)
    milliseconds: float = 0.0
    started: float = field(default_factory=time.perf_counter, repr=False, compare=False)

    def answered(self, part: bytes) -> None:
        """Remember a part of the answer."""
        self.milliseconds = round((time.perf_counter() - self.started) * 1_000, 1)
        if len(self.reply) < MOST_REPLY:
            self.reply += part[: MOST_REPLY - len(self.reply)]

    @property
    def json(self) -> Any:
        """The body as decoded JSON; None when there is none or it is something else."""
        try:
            return msgspec.json.decode(self.raw) if self.raw else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def shown(self) -> dict[str, Any]:
        """Return the request as a JSON object."""
        return {
            "id": self.id, "method": self.method, "path": self.path, "query": self.query,
            "headers": self.headers, "token_digest": self.token_digest,
            "status": self.status, "bytes": len(self.raw), "json": self.json,
            "milliseconds": self.milliseconds, "reply": self.reply.decode("utf-8", "replace"),
        }  # fmt: skip


class RequestLog:
    """The latest requests, within limits of number and bytes."""

    def __init__(self, *, most: int = MOST_REQUESTS, most_bytes: int = MOST_BYTES) -> None:
        self._kept: deque[RecordedRequest] = deque()
        self._most, self._most_bytes, self._bytes = most, most_bytes, 0
        self._lock = threading.Lock()

    def add(self, request: RecordedRequest) -> None:
        """Keep `request`, dropping the oldest where a limit is passed."""
        with self._lock:
            self._kept.append(request)
            self._bytes += len(request.raw)
            while len(self._kept) > self._most or (
                self._bytes > self._most_bytes and len(self._kept) > 1
            ):
                self._bytes -= len(self._kept.popleft().raw)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def all(self) -> list[RecordedRequest]:
        """Return what is kept, oldest first."""
        with self._lock:
            return list(self._kept)


class Ledger:
    """Tokens and cost for each bearer and model; the least recent accounts make room."""

    def __init__(self, *, most: int = MOST_ACCOUNTS) -> None:
        self._accounts: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def charge(self, bearer: str, model: str, *, read: int, written: int, cost: float) -> None:
        """Book one request: tokens read and written, cost in US dollars."""
        with self._lock:
            account = self._accounts.setdefault(
                (bearer, model),
                {"requests": 0, "prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0},
            )
            self._accounts.move_to_end((bearer, model))
            account["requests"] += 1
            account["prompt_tokens"] += read
            account["completion_tokens"] += written
            account["cost_usd"] = round(account["cost_usd"] + cost, 12)
            if len(self._accounts) > self._most:
                self._accounts.popitem(last=False)

    def shown(self) -> list[dict[str, Any]]:
        """Return the accounts as JSON objects."""
        with self._lock:
            return [
                {"token_digest": bearer, "model": model, **account}
                for (bearer, model), account in self._accounts.items()
            ]

    def clear(self) -> None:
        """Close all accounts."""
        with self._lock:
            self._accounts.clear()


def digest(token: str) -> str:
    """Return what stands for `token` in logs: the first 12 digits of its SHA-256."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()[:12]


def bearer(headers: Mapping[str, str]) -> str:
    """Return the token of a request, or an empty string; providers' own keys may come as `Key`."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in SCHEMES else ""
