"""A chat in the words of the provider it goes to."""

from __future__ import annotations

from typing import Any

from hf_integrations.models.chat import ChatRequest
from hf_integrations.models.shapes import as_dict
from hf_integrations.routing.orders import found_at
from hf_integrations.routing.targets import Target


def in_words_of(target: Target, body: ChatRequest) -> ChatRequest | dict[str, Any]:
    """The body as it travels: the same, unless the provider writes structured output otherwise."""
    wanted = body.response_format
    if wanted is None or target.route is None or target.route.schema is None:
        return body
    asked = found_at(wanted, ("json_schema",))
    if wanted.get("type") != "json_schema" or not isinstance(asked, dict) or "schema" not in asked:
        return body
    changed = as_dict(body) | target.route.schema(asked)
    return {name: value for name, value in changed.items() if value is not None}
