"""Orders: a task of the table asked for in a provider's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import oddities, tokens, wire
from hf_integrations.emulator.chat import refuse_body
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.partners import outputs, shelf
from hf_integrations.emulator.partners.jobs import Job
from hf_integrations.emulator.partners.wording import problem, reworded
from hf_integrations.emulator.problems import Refusal, hub_problem
from hf_integrations.emulator.tasks import naming, table
from hf_integrations.emulator.tasks.asked import Asked, Made

_SIZE = re.compile(r"(\d{1,5})\s*[x*×]\s*(\d{1,5})")


async def read(request: Request) -> dict[str, Any]:
    """Return the JSON body of an order."""
    return await wire.read_json(request, refuse_body)


def place(
    request: Request,
    provider: str,
    task: str,
    *,
    model: str,
    inputs: Any,
    parameters: Mapping[str, Any],
) -> Any:
    """Return what the rule of `task` gives; a refusal is told in the words of the provider."""
    house = house_of(request)
    check_served(house, provider, model)
    body = {"inputs": inputs, "parameters": dict(parameters)}
    try:
        value = table.answer(task, Asked(model, house.vectorizer, body=body))
    except Refusal as refusal:
        raise reworded(provider, refusal) from refusal
    house.charge(request, model, read=tokens.count(inputs) if isinstance(inputs, str) else 0)
    return value


def made(request: Request, provider: str, task: str, **order: Any) -> Made:
    """Return the bytes that the rule of `task` makes."""
    value = place(request, provider, task, **order)
    assert isinstance(value, Made)  # noqa: S101 - only called for tasks that make something
    return value


def url_of(request: Request, made: Made) -> str:
    """Return the URL where something made can be fetched."""
    return outputs.url_of(request, house_of(request).outputs, made)


def content(request: Request, provider: str, given: Any, kind: str) -> str:
    """Return a file that was sent as a URL, or a list with one, as a data URL."""
    first = given[0] if isinstance(given, list) and given else given
    if not isinstance(first, str) or not first:
        raise problem(provider, 422, f"{kind} is missing: send a URL or a data URL")
    try:
        data = outputs.fetched(house_of(request).outputs, first, kind)
    except Refusal as refusal:
        raise reworded(provider, refusal) from refusal
    return wire.packed(data)


async def job(request: Request, model: str, result: Any) -> Job:
    """Queue a piece of work whose result is known already."""
    house = house_of(request)
    failed = oddities.of(request) == "job_fails"
    found = Job(await wire.ident(request), model, result, house.settings.polls, failed=failed)
    return house.jobs.start(found)


def asked_after(request: Request, provider: str) -> Job:
    """Return the job in the path, one question nearer to its end."""
    found = house_of(request).jobs.ask(request.path_params["id"])
    if found is None:
        raise problem(provider, 404, "There is no such request")
    return found


def task_of(request: Request, provider: str, model: str) -> str | None:
    """Return the task of a provider's model, by what is known of it or its name."""
    known = house_of(request).settings.task_of(model)
    return known or shelf.task_at(provider, model) or naming.by_name(model)


def size(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the width and height asked for, as text (`512x512`) or an object."""
    given = body.get("size") or body.get("image_size")
    if isinstance(given, str) and (match := _SIZE.fullmatch(given.strip())):
        return {"width": int(match[1]), "height": int(match[2])}
    if isinstance(given, dict):
        return {name: given[name] for name in ("width", "height") if name in given}
    return {}


def check_served(house: House, provider: str, model: str) -> None:
    """Refuse a model that the settings do not name."""
    served = house.settings.models
    if served is None or house.settings.serves(model):
        return
    known = [shelf.find(ident).ids.get(provider) for ident in served]
    if model not in known:
        raise problem(provider, 404, f"The model '{model}' does not exist")


async def give(request: Request) -> Response:
    """Answer `GET /outputs/{name}`."""
    made = house_of(request).outputs.find(request.path_params["name"])
    if made is None:
        raise hub_problem(404, "Not Found")
    return Response(made.data, media_type=made.mime)
