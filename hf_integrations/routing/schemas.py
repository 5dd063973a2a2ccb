"""Structured output in the words of those who do not write it as OpenAI does.

OpenAI writes `{"type": "json_schema", "json_schema": {"name": …, "schema": …}}`; what is within
`json_schema` is taken here, and the fields of the body that change are given. Source:
huggingface_hub 2.4, `inference/_providers/`.
"""

from __future__ import annotations

from typing import Any


def beside(asked: dict[str, Any]) -> dict[str, Any]:
    """As cohere and fireworks-ai write it."""
    return {"response_format": {"type": "json_object", "schema": asked["schema"]}}


def flat(asked: dict[str, Any]) -> dict[str, Any]:
    """As together writes it."""
    return {"response_format": {"type": "json_schema", "schema": asked["schema"]}}


def value(asked: dict[str, Any]) -> dict[str, Any]:
    """As text-generation-inference, and so hf-inference, writes it."""
    return {"response_format": {"type": "json_object", "value": asked["schema"]}}


def guided(asked: dict[str, Any]) -> dict[str, Any]:
    """As nebius writes it. Source: huggingface_hub 0.34, `inference/_providers/nebius.py`."""
    return {"response_format": None, "guided_json": asked["schema"]}


def loose(asked: dict[str, Any]) -> dict[str, Any]:
    """As sambanova takes it, which knows no `strict`. Source: as above, `sambanova.py`."""
    loose = {"type": "json_schema", "json_schema": asked | {"strict": False}}
    return {"response_format": loose}
