"""What a row of the task table is, and the three rows with flows of their own.

`routing/table.py` holds the others, and the table itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Generic, TypeVar

from msgspec import Struct

from hf_integrations.flow import Response

In = TypeVar("In")
Out = TypeVar("Out")


class Kind(Enum):
    """What answers: the router in front of many, or one server that speaks one dialect."""

    ROUTER = "the router"
    TEI = "text-embeddings-inference"
    TGI = "text-generation-inference"
    OPENAI = "an OpenAI-compatible server"
    OWN = "a server of this one task"
    PROVIDER = "a provider with words of its own"

    __hash__ = object.__hash__  # each is one object; that of Enum is slow, as it is in Python


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


class Row(Task, Generic[In, Out], frozen=True, kw_only=True):
    """One row of a task that is one request and one answer.

    Attributes:
        takes: `str`; a kind of media, sent as it is, or in base64 beside parameters; a shape of
            fields; `NoneType` for nothing; `object` for anything.
        parameters: a `TypedDict` of what may be said besides; None for anything.
        gives: what comes back.
        reads: how it is read off the answer; None when the answer is media.
        method: where it is on a client, for people.
        repeatable: whether doing it twice does no harm.
    """

    takes: type[In]
    parameters: Any
    gives: type[Out]
    method: str
    reads: Callable[[Response], Out] | None = None
    repeatable: bool = True


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
     Kind.OPENAI: "/v1/completions",
     Kind.OWN:    "/"},
    needs_provider=True, dialects=True,
)
FEATURE_EXTRACTION = Task(
    "feature-extraction",
    {Kind.ROUTER: "/hf-inference/models/{model}/pipeline/feature-extraction",
     Kind.TEI:    "/embed",
     Kind.OPENAI: "/v1/embeddings",
     Kind.OWN:    "/"},
    needs_provider=True, dialects=True,
)
# fmt: on

InferenceTask = Task  # its public name
