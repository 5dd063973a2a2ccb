"""What a provider is asked for, and how: the shapes that the tables of providers are written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from hf_integrations.models.media import Media

Words: TypeAlias = "dict[str, Any] | Form"
Place: TypeAlias = tuple[str, ...]  # where something is in JSON, name by name


class Order(Struct, frozen=True):
    """A task for a provider, in our words.

    Attributes:
        inputs: a text; of media, a URL or a data URI, or the media where a form is sent.
        parameters: those of the task.
        model: what the model is called at the provider.
        weights: the URL of the weights, if the model is a LoRA on top of another one.
        repository: the URL of the model on the Hub, if it is a LoRA.
    """

    inputs: Any
    parameters: dict[str, Any]
    model: str
    weights: str = ""
    repository: str = ""


class Form(Struct, frozen=True):
    """A body of `multipart/form-data`: a file among fields."""

    fields: dict[str, Any]
    file: Media
    name: str = "file"


class Elsewhere(Struct, frozen=True):
    """An answer that is a file at a URL, and what it comes to."""

    url: str
    becomes: Callable[[bytes], Any]


class Queue(Struct, frozen=True, kw_only=True):
    """How work that takes its time is asked after.

    Attributes:
        status: where an answer says how far it is.
        done: that word when it is done.
        failed: those words when it will never be.
        output: where the result is; it counts as done too where no status is told.
        error: where it says why it failed.
        id: where the first answer has the name of the work.
        path: the path to ask at, with `{id}`; else that of the URL which is at `place`.
        place: where the first answer has a URL to ask at; nothing of it but the path is used.
        state: added to the path while it is asked how far it is; then the result is without it.
        base: where work is queued with a key of the provider's own, if not at its usual host.
        query: what the router wants added to every path.
    """

    status: Place = ("status",)
    done: str
    failed: frozenset[str] = frozenset()
    output: Place = ()
    error: Place = ("error",)
    id: Place = ("id",)
    path: str = ""
    place: Place = ()
    state: str = ""
    base: str = ""
    query: str = ""


class Route(Struct, frozen=True):
    """How a provider is asked for one task.

    Attributes:
        path: after the router's prefix or the provider's own host, with `{model}`; or a function
            of what the model is called there.
        write: the body; None where OpenAI's words, or those of hf-inference, are spoken.
        read: the answer's JSON in the words of hf-inference, or where it is instead.
        queue: the answer comes later.
        schema: for chat, what `response_format` becomes when it holds a schema.
    """

    path: str | Callable[[str], str]
    write: Callable[[Order], Words] | None = None
    read: Callable[[Any], Any] | None = None
    queue: Queue | None = None
    schema: Callable[[dict[str, Any]], dict[str, Any]] | None = None


def found_at(value: Any, place: Place) -> Any:
    """What is at a place in JSON, or None."""
    for name in place:
        value = value.get(name) if isinstance(value, dict) else None
    return value
