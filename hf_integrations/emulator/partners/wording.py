"""How each provider says no.

Sources: the error pages of the providers' own API references; those that speak as OpenAI does have
OpenAI's words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator.problems import Refusal, openai_problem


def _detail(status: int, message: str) -> Any:
    return {"detail": message}


def _fal(status: int, message: str) -> Any:
    listed = [{"loc": ["body"], "msg": message, "type": "value_error"}]
    return {"detail": listed if status == 422 else message}


def _replicate(status: int, message: str) -> Any:
    title = "Not found" if status == 404 else "Input validation failed"
    return {"title": title, "detail": message, "status": status}


_WORDS: dict[str, Callable[[int, str], Any]] = {
    "deepinfra": _detail,
    "fal-ai": _fal,
    "hf-inference": lambda status, message: {"error": message},
    "novita": lambda status, message: {
        "code": status, "reason": "INVALID_REQUEST", "message": message,
    },
    "ovhcloud": _detail,
    "publicai": _detail,
    "replicate": _replicate,
    "wavespeed": lambda status, message: {"code": status, "message": message, "data": None},
    "zai-org": lambda status, message: {"error": {"code": "1210", "message": message}},
}  # fmt: skip


def problem(provider: str, status: int, message: str) -> Refusal:
    """Refuse as `provider` does."""
    body = _WORDS[provider](status, message) if provider in _WORDS else None
    return openai_problem(status, message) if body is None else Refusal(status, body)


def reworded(provider: str, refusal: Refusal) -> Refusal:
    """Say a refusal of a task's rule in the words of `provider`."""
    status = (
        422 if provider in ("fal-ai", "replicate") and refusal.status == 400 else refusal.status
    )
    body = refusal.body
    message = body.get("error") if isinstance(body, dict) else None
    return problem(provider, status, message if isinstance(message, str) else "Invalid request")


async def unknown(request: Request) -> Response:
    """Answer a path that a provider does not have."""
    provider, rest = request.path_params["provider"], request.path_params["rest"]
    if provider in _WORDS:
        raise problem(provider, 404, "Not Found")
    message = f"Unknown request URL: {request.method} /{rest}. Please check the URL for typos."
    raise openai_problem(404, message, code="unknown_url")
