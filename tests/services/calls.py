"""What the tests of services share: settings, answers, and what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from hf_integrations.config import HfInferenceConfig
from hf_integrations.flow import Ask, Open, Request, Response, Send
from hf_integrations.models.shapes import encode
from hf_integrations.services.context import Context

OWN = "http://host"


def context(**settings: Any) -> Context:
    """A context with a token, for a server of one's own unless it is said otherwise."""
    return Context.of(HfInferenceConfig(**{"token": "hf_x", "base_url": OWN} | settings))


def router(**settings: Any) -> Context:
    """A context for the router, which asks the Hub nothing first."""
    return context(**{"base_url": None, "resolve_models": False} | settings)


def ok(value: Any, **headers: str) -> Response:
    """A good answer."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(200, named, encode(value))


def refusal(status: int, message: str = "no") -> Response:
    """A bad answer."""
    return Response(status, {}, encode({"error": message}))


def requests(steps: Sequence[Ask]) -> list[Request]:
    """The requests among the asks."""
    return [step.request for step in steps if isinstance(step, (Send, Open))]


def bodies(steps: Sequence[Ask]) -> list[Any]:
    """The bodies that were sent, read."""
    return [msgspec.json.decode(one.body) for one in requests(steps) if one.body]


def urls(steps: Sequence[Ask]) -> list[str]:
    """The paths that were asked, at whatever host."""
    return ["/" + one.url.split("/", 3)[3] for one in requests(steps)]
