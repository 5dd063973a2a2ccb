"""Write docs/tasks.md from the task table: `python docs/make_tasks.py`."""

from __future__ import annotations

import re
from pathlib import Path
from types import NoneType
from typing import Any

import msgspec

from hf_integrations.models.media import Media
from hf_integrations.models.options import CallOptions
from hf_integrations.routing.providers import PROVIDERS, InferenceProvider
from hf_integrations.routing.table import TASKS
from hf_integrations.routing.tasks import Kind, Row, Task

PAGE = Path(__file__).parent / "tasks.md"
ELSEWHERE = {
    "chat-completion": ("chat.complete", "messages", "ChatResponse"),
    "image-text-to-text": ("chat.complete", "messages", "ChatResponse"),
    "text-generation": ("text_generation.generate", "text", "TextGenerationResponse"),
    "feature-extraction": ("embeddings.create", "texts", "EmbeddingResponse"),
}
HEAD = """# Tasks

Every task of the Hub, by its method or by its name: `client.text.classify("…", model=…)` and
`client.run("text-classification", "…", model=…)` are the same. `AsyncHfInferenceClient` has the
same names, awaited. This page is written by `docs/make_tasks.py` from the table in
`routing/table.py`.

A parameter that a task does not know raises an error that names it; `extra_body={…}` sends what is
not listed. Lists come as `Answers`: a list with `.best`, `.http` and `.request_id`. Media come as
`Image`, `Audio`, `Video` or `Media` and may be given in any form ([media.md](media.md)). How a
provider is chosen is in [providers.md](providers.md).

| task | method | takes | request | parameters | result | served by |
|---|---|---|---|---|---|---|
"""
PARTNERS = """
## Providers

Each by its name, as `provider="fal-ai"` or `model="organisation/name:fal-ai"`. With a token of
Hugging Face the router leads there, but for those marked *own key only*; a key of the provider's
own goes to its host.

| provider | host for a key of its own | tasks |
|---|---|---|
"""
TAIL = """
## One of your own

`client.run("custom", inputs, …)` sends bytes and media as they are, and anything else as
`{"inputs": …, "parameters": {…}}`. With `path="/…"` JSON goes to that path of the server without an
envelope, parameters beside its fields. What comes back is `Image`, `Audio`, `Video`, JSON, or
`Media`.

## Servers of your own

A `base_url`, or a `model` that is a URL, is a server of your own. A task is asked at `/`, but for
those that TEI (`/predict`, `/similarity`, `/rerank`) or OpenAI-compatible servers (`/v1/rerank`)
have routes for; which it is is asked once, or said by `server=` ([settings.md](settings.md)).
A request to `/` has the task in its header `X-HF-Task`, for a server that does several.
"""


def page() -> str:
    """The page."""
    partners = "".join(map(_partner, PROVIDERS.values()))
    return HEAD + "".join(map(_line, TASKS.values())) + PARTNERS + partners + TAIL


def _partner(row: InferenceProvider) -> str:
    tasks = "all tasks above" if row.is_native else ", ".join(row.serves())
    host = "through the router only" if row.is_native else row.base.removeprefix("https://")
    alone = "" if row.routed else " (own key only)"
    return f"| {row.name}{alone} | {host} | {tasks} |\n"


def _line(task: Task) -> str:
    method, takes, gives = ELSEWHERE.get(task.name, ("", "", ""))
    request, parameters = "JSON", "see the method"
    if isinstance(task, Row):
        method, takes, gives = task.method, _takes(task), _name(task.gives)
        media = isinstance(task.takes, type) and issubclass(task.takes, Media)
        request = "the bytes; with parameters, JSON in base64" if media else "JSON"
        parameters = _parameters(task)
    served = ", ".join(_served(task, kind) for kind in task.paths)
    cells = (task.name, f"`client.{method}`", takes, request, parameters, f"`{gives}`", served)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _takes(row: Row[Any, Any]) -> str:
    if row.takes is NoneType:
        return "nothing"
    if row.takes is object:
        return "anything"
    if row.takes is str:
        return "text"
    if issubclass(row.takes, Media):
        return row.takes.noun
    return ", ".join(field.name for field in msgspec.structs.fields(row.takes))


def _parameters(row: Row[Any, Any]) -> str:
    if row.parameters is None:
        return "any"
    names = row.parameters.__annotations__.keys() - CallOptions.__annotations__.keys()
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


def _name(kind: Any) -> str:
    plain = isinstance(kind, type) and not hasattr(kind, "__args__")
    return kind.__name__ if plain else re.sub(r"\bhf_integrations(\.\w+)*\.", "", str(kind))


def _served(task: Task, kind: Kind) -> str:
    if kind is Kind.ROUTER:
        named = ", ".join(row.name for row in PROVIDERS.values() if row.route(task))
        return named if task.needs_provider else "the router, any provider that chats"
    names = {Kind.TEI: "TEI", Kind.TGI: "TGI", Kind.OPENAI: "OpenAI-compatible", Kind.OWN: "own"}
    return f"{names[kind]} `{task.paths[kind]}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
