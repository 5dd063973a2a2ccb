"""Records as clients tell them, with what a test does not care about filled in."""

from __future__ import annotations

from typing import Any

from hf_integrations.transport.telemetry import Exchange, Repeat

WHO: dict[str, Any] = {
    "task": "chat-completion", "provider": "groq", "model": "org/name", "host": "router.example",
}  # fmt: skip


def exchange(**facts: Any) -> Exchange:
    """A call that is over."""
    return Exchange(**{**WHO, "began": 0, "seconds": 1.0, **facts})


def repeat(error: str, **facts: Any) -> Repeat:
    """A failure that was repeated."""
    return Repeat(**{**WHO, "attempts": 1, "wait": 0.5, "error": error, **facts})
