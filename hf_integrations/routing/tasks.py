"""The task table: one row holds all that is particular to one task."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """What answers: the router in front of many, or one server that speaks one dialect."""

    ROUTER = "the router"
    TEI = "text-embeddings-inference"
    TGI = "text-generation-inference"
    OPENAI = "an OpenAI-compatible server"


class Task(Struct, frozen=True):
    """One row.

    Attributes:
        name: as the Hub spells it.
        paths: where it is served, by what answers; a kind that is missing does not serve it.
        needs_provider: at the router, this task is asked of one provider, not of `/v1`.
        dialects: it matters what answers at a URL of one's own, so that must be found out first.
    """

    name: str
    paths: Mapping[Kind, str]
    needs_provider: bool = False
    dialects: bool = False


# fmt: off
CHAT = Task(
    "chat-completion",
    {Kind.ROUTER: "/v1/chat/completions",
     Kind.TGI:    "/v1/chat/completions",
     Kind.OPENAI: "/v1/chat/completions"},
)
TEXT_GENERATION = Task(
    "text-generation",
    {Kind.ROUTER: "/hf-inference/models/{model}",
     Kind.TGI:    "/generate",
     Kind.OPENAI: "/v1/completions"},
    needs_provider=True, dialects=True,
)
FEATURE_EXTRACTION = Task(
    "feature-extraction",
    {Kind.ROUTER: "/hf-inference/models/{model}/pipeline/feature-extraction",
     Kind.TEI:    "/embed",
     Kind.OPENAI: "/v1/embeddings"},
    needs_provider=True, dialects=True,
)
# fmt: on

TASKS = {task.name: task for task in (CHAT, TEXT_GENERATION, FEATURE_EXTRACTION)}
