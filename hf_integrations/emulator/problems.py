"""Refusals, in the words of the service that is being played.

Each family spells its errors in its own way, and clients must take them all:
the router and OpenAI `{"error": {message, type, param, code}}`, hf-inference `{"error": text}`,
text-generation-inference and text-embeddings-inference `{error, error_type}`, and the latter's
OpenAI route `{message, code, type}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# text-embeddings-inference: the status of each kind of error.
TEI_STATUS = {
    "Unhealthy": 503, "Backend": 424, "Overloaded": 429,
    "Validation": 422, "Tokenizer": 422, "Empty": 400,
}  # fmt: skip


class Refusal(Exception):
    """An answer that says no: status, JSON value or plain text, and headers."""

    def __init__(
        self, status: int, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def openai_problem(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
) -> Refusal:
    """Refuse as the router and OpenAI do."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Refusal(status, {"error": error})


def hub_problem(status: int, message: str) -> Refusal:
    """Refuse as hf-inference and the Hub do."""
    return Refusal(status, {"error": message})


def tgi_problem(message: str, *, kind: str = "validation", status: int = 422) -> Refusal:
    """Refuse as text-generation-inference does."""
    text = f"Input validation error: {message}" if kind == "validation" else message
    return Refusal(status, {"error": text, "error_type": kind})


def tei_problem(kind: str, message: str) -> Refusal:
    """Refuse as text-embeddings-inference does on its own routes."""
    return Refusal(TEI_STATUS[kind], {"error": message, "error_type": kind})


def tei_openai_problem(kind: str, message: str) -> Refusal:
    """Refuse as text-embeddings-inference does on its OpenAI route."""
    status = TEI_STATUS[kind]
    return Refusal(status, {"message": message, "code": status, "type": kind})
