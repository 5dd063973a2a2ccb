"""How each engine says no, and the headers that tell which engine it is."""

from __future__ import annotations

from typing import Any

from hf_integrations.emulator.problems import Refusal

HEADERS: dict[str, dict[str, str]] = {
    "vllm": {"server": "uvicorn"},
    "sglang": {"server": "uvicorn"},
    "llama.cpp": {"server": "llama.cpp"},
}
_KINDS = {400: "BadRequestError", 401: "Unauthorized", 404: "NotFoundError", 422: "BadRequestError"}
_LLAMA = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error"}


def reworded(engine: str | None, refusal: Refusal) -> Refusal:
    """Say a refusal as `engine` does; without an engine, as it is.

    text-embeddings-inference words its refusals itself.
    """
    if engine in (None, "tei") or refusal.body is None:
        return refusal
    message, code = _said(refusal.body)
    status = (
        404 if code == "model_not_supported" and engine in ("vllm", "sglang") else refusal.status
    )
    if engine == "tgi":
        return _as_tgi(refusal, message)
    if engine == "llama.cpp":
        kind = _LLAMA.get(status, "server_error")
        body: Any = {"error": {"code": status, "message": message, "type": kind}}
    else:
        kind = _KINDS.get(status, "InternalServerError")
        told = {"message": message, "type": kind, "param": None, "code": status}
        body = {"error": told} if engine == "vllm" else {"object": "error", **told}
    return Refusal(status, body, headers=refusal.headers)


def missing(engine: str | None, status: int, detail: str) -> Refusal:
    """Refuse a path or a method that there is not."""
    if engine in ("tgi", "tei"):
        return Refusal(status)  # these send no body
    if engine == "llama.cpp":
        return reworded(engine, Refusal(status, {"error": "File Not Found"}))
    return Refusal(status, {"detail": detail} if engine else {"error": detail})


def _as_tgi(refusal: Refusal, message: str) -> Refusal:
    if isinstance(refusal.body, dict) and "error_type" in refusal.body:
        return refusal
    status = 422 if refusal.status == 400 else refusal.status
    return Refusal(status, {"error": message, "error_type": "validation"}, headers=refusal.headers)


def _said(body: Any) -> tuple[str, Any]:
    """Return the message and the code in the body of a refusal, in whatever words it is."""
    if not isinstance(body, dict):
        return str(body), None
    error = body.get("error", body)
    if isinstance(error, dict):
        return str(error.get("message", "")), error.get("code")
    return str(error), None
