"""Vectors by a function that one call brings along."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.state import EmbedFunction
from hf_integrations.ruvvector.work import Call, Operation


def check_embed(embed: Any, vectors: Any) -> None:
    """Refuse what is no function, and vectors beside one."""
    if embed is not None and not callable(embed):
        kind = type(embed).__name__
        raise ValidationError(f"embed is a {kind}; give a function from n strings to n vectors")
    if embed is not None and vectors is not None:
        raise ValidationError("vectors and embed were both given; leave one of them out")


def made_by(embed: EmbedFunction, texts: Sequence[str]) -> Operation[Any]:
    """What a function gives for some texts."""
    vectors = yield Call(embed, (list(texts),))
    if inspect.iscoroutine(vectors):
        vectors.close()
        raise ValidationError("embed is a coroutine function; AsyncRuvVectorStore takes it")
    return vectors
