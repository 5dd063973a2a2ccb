"""Which answers may be remembered: those that would be the same again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hf_integrations.flow import Flow, Request, Response
from hf_integrations.routing.tasks import Task
from hf_integrations.services.context import Context
from hf_integrations.transport.exchange import answered
from hf_integrations.transport.remembered import remembered

T = TypeVar("T")

CLASSIFYING = frozenset(
    name
    for media in ("text", "token", "image", "audio", "video", "tabular")
    for name in (f"{media}-classification", f"zero-shot-{media}-classification")
) | {"zero-shot-classification"}  # fmt: skip


def generated(
    context: Context, request: Request, temperature: float | None, seed: int | None,
    read: Callable[[Response], T],
) -> Flow[T]:  # fmt: skip
    """The answer to a generation; remembered only where nothing is left to chance."""
    config = context.config
    if not (config.generation_cache and temperature == 0 and seed is not None):
        return answered(request, context.patience, read)
    return remembered(
        request, context.patience, context.memory.answers, read,
        seconds=config.generation_cache_ttl, most=config.answer_cache_bytes,
    )  # fmt: skip


def asked(context: Context, task: Task, request: Request, read: Callable[[Response], T]) -> Flow[T]:
    """The answer of a task of the table; classifications may be remembered."""
    config = context.config
    if not (config.classification_cache and task.name in CLASSIFYING):
        return answered(request, context.patience, read)
    return remembered(
        request, context.patience, context.memory.answers, read,
        seconds=config.classification_cache_ttl, most=config.answer_cache_bytes,
    )  # fmt: skip
