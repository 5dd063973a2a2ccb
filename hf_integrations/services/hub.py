"""The Hub: models, who serves them, what they can do and cost, and whose token it is."""

from __future__ import annotations

from typing import TypeVar

from hf_integrations.errors import DecodeError, NotFoundError, ValidationError
from hf_integrations.flow import Flow, Request
from hf_integrations.models.hub import (
    Account,
    Availability,
    HubModel,
    HubTask,
    ModelList,
    ModelProfile,
    ProviderModel,
)
from hf_integrations.models.shapes import answer
from hf_integrations.models.shown import Shown
from hf_integrations.routing.hub import hub_request, model_path, router_root
from hf_integrations.routing.targets import is_router
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.transport.exchange import answered
from hf_integrations.transport.lookups import looked_up

T = TypeVar("T")

_EXPAND = (
    "author", "createdAt", "downloads", "gated", "inference", "inferenceProviderMapping",
    "lastModified", "library_name", "likes", "pipeline_tag", "private", "sha", "tags",
)  # fmt: skip
MOST = 1_000  # models in one answer of the Hub


def model(context: Context, model: str) -> Flow[HubModel]:
    """What the Hub knows of a model.

    Raises:
        NotFoundError: there is no such model, or the token may not see it.

    Source: https://huggingface.co/docs/hub/api, `GET /api/models/{id}`.
    """
    request = hub_request(
        context.config,
        f"/api/models/{model_path(model)}",
        [("expand[]", name) for name in _EXPAND],
        model=model,
    )
    return (yield from _asked(context, request, HubModel))


def search(
    context: Context,
    text: str | None = None,
    *,
    task: str | None = None,
    provider: str | None = None,
    author: str | None = None,
    limit: int = 20,
    sort: str | None = "trendingScore",
) -> Flow[list[HubModel]]:
    """Models that fit, the most wanted first.

    Args:
        text: part of the name.
        task: as the Hub spells it, such as `text-to-image`.
        provider: who serves it; `all` for models that anybody serves.
        author: the organisation or user.
        limit: the most that are given, 1,000 at most.
        sort: `trendingScore`, `downloads`, `likes`, `createdAt`, `lastModified`.
    """
    number: object = limit
    if type(number) is not int or not 1 <= number <= MOST:
        raise ValidationError(f"limit must be a whole number from 1 to {MOST}.")
    said: dict[str, object] = {
        "text": text, "task": task, "provider": provider, "author": author, "sort": sort,
    }  # fmt: skip
    query = [(_WORDS.get(name, name), _word(name, one)) for name, one in said.items() if one]
    query.append(("limit", str(limit)))
    query += [("expand[]", name) for name in _EXPAND]
    request = hub_request(context.config, "/api/models", query)
    found: list[HubModel] = yield from _asked(context, request, list[HubModel])
    return Shown(found)


_WORDS = {"text": "search", "task": "pipeline_tag", "provider": "inference_provider"}


def _word(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValidationError(f"{name} must be a plain text, as the Hub spells it.")
    return value


def availability(context: Context, model_id: str) -> Flow[Availability]:
    """Whether a model is `warm`, has to be loaded first, or is not served by anybody."""
    return (yield from model(context, model_id)).availability


def providers(context: Context, model_id: str) -> Flow[list[ProviderModel]]:
    """Who serves a model, under which name, for which task."""
    return Shown((yield from model(context, model_id)).providers)


def whoami(context: Context) -> Flow[Account]:
    """Whose token it is.

    Raises:
        AuthenticationError: there is none, or it is not accepted.
    """
    return (yield from _asked(context, hub_request(context.config, "/api/whoami-v2"), Account))


def tasks(context: Context) -> Flow[dict[str, HubTask]]:
    """The tasks of the Hub, by name, with models to try them with."""
    request = hub_request(context.config, "/api/tasks")
    found: dict[str, HubTask] = yield from _asked(context, request, dict[str, HubTask])
    return found


def profile(context: Context, model: str) -> Flow[ModelProfile]:
    """What a model can do and costs: context, modalities, tools, prices; remembered for a while.

    Args:
        model: `organisation/name`; with `:provider`, `:fastest` or `:cheapest` the profile is
            that of the one offer. At a server of your own it may be left empty: its only model.

    Raises:
        NotFoundError: it is not served.

    Source: https://huggingface.co/docs/inference-providers/hub-api, `GET /v1/models`.
    """
    root = router_root(context.config)
    given: object = model
    if not isinstance(given, str):
        raise ValidationError("model: give 'organisation/name', as the Hub spells it.")
    name, _, suffix = model.partition(":")
    key = (root, context.config.credential, name)

    def ask() -> Flow[tuple[ModelProfile, float]]:
        found = yield from _profile(context, root, name)
        return found, context.config.model_cache_ttl

    found = yield from looked_up(context.profiles, key, ask)
    return found.narrowed(suffix) if suffix else found


def profiles(context: Context) -> Flow[list[ModelProfile]]:
    """The profiles of all models that chat, as the router lists them; asked anew each time."""
    root = router_root(context.config)
    return (yield from _list(context, root))


def _profile(context: Context, root: str, name: str) -> Flow[ModelProfile]:
    """By the route of one model; of the list where a server of one's own has no such route."""
    own = not is_router(root)
    if name or not own:
        request = hub_request(context.config, f"/v1/models/{model_path(name)}", root=root)
        try:
            return (yield from _asked(context, request, ModelProfile))
        except NotFoundError:
            if not own:
                raise
    found = yield from _list(context, root)
    fitting = [one for one in found if one.id == name] or (found if len(found) == 1 else [])
    if not fitting:
        raise NotFoundError(
            f"There is no model {name!r} at {root}.",
            hint=f"It has {', '.join(one.id for one in found[:5]) or 'none'}.",
            model=name,
        )
    return fitting[0]


def _list(context: Context, root: str) -> Flow[list[ModelProfile]]:
    request = hub_request(context.config, "/v1/models", root=root)
    return (yield from _asked(context, request, ModelList)).data


def _asked(context: Context, request: Request, shape: type[T]) -> Flow[T]:
    try:
        return (yield from answered(request, context.patience, lambda told: answer(told, shape)))
    except DecodeError as error:
        error.hint = "If this is not the Hub's API, correct hub_url."
        raise


class _Hub:
    model = method(model)
    search = method(search)
    availability = method(availability)
    providers = method(providers)
    whoami = method(whoami)
    tasks = method(tasks)
    profile = method(profile)
    profiles = method(profiles)


class RawHub(_Hub, RawService):
    """`client.hub.with_raw_response`."""


class Hub(_Hub, Service):
    """`client.hub`."""

    with_raw_response = raw(RawHub)


class AsyncRawHub(_Hub, AsyncRawService):
    """`client.hub.with_raw_response`, awaited."""


class AsyncHub(_Hub, AsyncService):
    """`client.hub`, awaited."""

    with_raw_response = raw(AsyncRawHub)
