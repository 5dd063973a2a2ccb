"""The Hub's API, as far as inference needs it: models, who serves them, tasks, and who asks.

Sources: https://huggingface.co/docs/hub/api; https://huggingface.co/docs/inference-providers/hub-api;
huggingface_hub 2.4, `hf_api.py`, `ModelInfo`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha1
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations.emulator import wire
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.partners import shelf
from hf_integrations.emulator.partners.shelf import Model
from hf_integrations.emulator.problems import Refusal, hub_problem
from hf_integrations.emulator.records import bearer, digest
from hf_integrations.emulator.tasks.table import CHAT, EMBEDDING, NAMES, SIMILARITY

Answer = Callable[[Request], Awaitable[Response]]

DATE = "2025-01-01T00:00:00.000Z"
MOST = 1_000  # models in one list
_USUAL = (
    "author", "createdAt", "downloads", "gated", "lastModified", "library_name", "likes",
    "pipeline_tag", "private", "sha", "siblings", "tags", "disabled",
)  # fmt: skip


def routes() -> list[Route]:
    """Return the routes; every one counts towards the limit of its bearer."""
    paths = {
        "/api/models": models, "/api/models/{model:path}": model, "/api/tasks": tasks,
        "/api/whoami-v2": whoami,
    }  # fmt: skip
    return [Route(path, _limited(answer), methods=["GET"]) for path, answer in paths.items()]


async def model(request: Request) -> Response:
    """Answer `GET /api/models/{id}`, with what `expand` asks for."""
    ident, _, revision = request.path_params["model"].partition("/revision/")
    found = _find(house_of(request), ident)
    if found is None or revision not in ("", "main"):
        code = "RevisionNotFound" if revision else "RepoNotFound"
        message = "Invalid rev id" if revision else "Repository not found"
        raise Refusal(404, {"error": message}, headers={"X-Error-Code": code})
    as_list = house_of(request).settings.mapping == "list"
    return wire.answer(_shown(found, _expand(request), as_list=as_list))


async def models(request: Request) -> Response:
    """Answer `GET /api/models`: those of the shelf, or of the settings, that fit."""
    query = request.query_params
    providers = [
        name for value in query.getlist("inference_provider") for name in value.split(",") if name
    ]
    wanted = shelf.SERVES if "all" in providers else providers
    limit = query.get("limit", str(MOST))
    if not limit.isdigit():
        raise hub_problem(400, '"limit" must be a number')
    tag = query.get("pipeline_tag")
    found = _listed(house_of(request), list(wanted), tag, query.get("search", ""))
    shown = [_shown(one, _expand(request), as_list=True) for one in found[: int(limit)]]
    return wire.answer(shown)


async def tasks(request: Request) -> Response:
    """Answer `GET /api/tasks`: for each task, the models to try it with."""
    return wire.answer({task: _task(task) for task in sorted(NAMES - {CHAT})})


async def whoami(request: Request) -> Response:
    """Answer `GET /api/whoami-v2`."""
    token = {"displayName": "emulator", "role": "fineGrained", "createdAt": DATE}
    auth = {"type": "access_token", "accessToken": token}
    user = {"type": "user", "id": "0" * 24, "name": "emulator", "fullname": "Emulator"}
    more = {"email": "emulator@example.com", "emailVerified": True, "canPay": False}
    return wire.answer({**user, **more, "isPro": False, "orgs": [], "auth": auth})


def _limited(answer: Answer) -> Answer:
    async def counted(request: Request) -> Response:
        quota = house_of(request).quota
        headers = quota.take(digest(bearer(request.headers)))
        if headers is None:
            waits = {"Retry-After": str(quota.seconds())}
            message = "We had to rate limit you. To continue, retry later."
            raise Refusal(429, {"error": message}, headers=quota.headers() | waits)
        response = await answer(request)
        response.headers.update(headers)
        return response

    return counted


def _find(house: House, ident: str) -> Model | None:
    if not house.settings.serves(ident) or ":" in ident:
        return None
    return shelf.find(ident, house.settings.task_of(ident))


def _listed(house: House, providers: list[str], tag: str | None, search: str) -> list[Model]:
    served = house.settings.models
    if served is None:
        return shelf.listed(providers, tag, search)
    found = [shelf.find(ident, house.settings.task_of(ident)) for ident in served]
    return [
        one
        for one in found
        if (not providers or set(providers) & one.ids.keys())
        and tag in (None, one.tag)
        and search.lower() in one.id.lower()
    ]


def _expand(request: Request) -> list[str]:
    """Return the fields asked for; JavaScript's client writes `expand[]` for Python's `expand`."""
    query = request.query_params
    return [*query.getlist("expand"), *query.getlist("expand[]")]


def _shown(model: Model, expand: list[str], *, as_list: bool) -> dict[str, Any]:
    known = _fields(model)
    known["inferenceProviderMapping"] = _mapping(model, as_list=as_list)
    shown = {"_id": known["_id"], "id": model.id, "modelId": model.id}
    return shown | {name: known[name] for name in expand or _USUAL if name in known}


def _fields(model: Model) -> dict[str, Any]:
    ident = sha1(model.id.encode(), usedforsecurity=False).hexdigest()
    tags = [model.tag, "emulator"]
    if model.task in (EMBEDDING, SIMILARITY):
        tags = [EMBEDDING, SIMILARITY, "emulator"]
    if model.task == CHAT:
        tags.append(CHAT)
    known: dict[str, Any] = {
        "_id": ident[:24], "author": model.id.partition("/")[0], "createdAt": DATE,
        "lastModified": DATE, "downloads": 1_000, "likes": 10, "private": False, "gated": False,
        "disabled": False, "library_name": "transformers", "pipeline_tag": model.tag,
        "sha": ident, "siblings": [{"rfilename": "config.json"}], "tags": tags,
    }  # fmt: skip
    if "hf-inference" in model.ids:
        known["inference"] = "warm"  # absent for a model that nobody keeps warm
    return known


def _mapping(model: Model, *, as_list: bool) -> Any:
    entries: dict[str, dict[str, Any]] = {
        provider: {
            "status": "live", "providerId": ident, "task": task, "isModelAuthor": False,
            "type": "single-model",
        }
        for provider, (ident, task) in model.mapping().items()
    }  # fmt: skip
    if model.weights:
        for entry in entries.values():
            entry |= {"adapter": "lora", "adapterWeightsPath": model.weights}
    if not as_list:
        return entries
    return [{"provider": k, "hfModelId": model.id, **entry} for k, entry in entries.items()]


def _task(task: str) -> dict[str, Any]:
    served = [one.id for one in shelf.MODELS.values() if one.tag == task]
    widgets = [
        one.id for one in shelf.MODELS.values() if one.tag == task and "hf-inference" in one.ids
    ]
    return {
        "id": task, "label": task.replace("-", " ").title(), "libraries": ["transformers"],
        "models": [{"id": ident, "description": ""} for ident in served], "datasets": [],
        "spaces": [], "metrics": [], "summary": "", "widgetModels": widgets[:1],
    }  # fmt: skip
