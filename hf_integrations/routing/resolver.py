"""Who serves a model, under which name: decided from the Hub's list, before anything is sent."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import (
    HfError,
    ModelNotAvailableOnProviderError,
    NotFoundError,
    UnsupportedTaskError,
)
from hf_integrations.models.hub import ProviderModel
from hf_integrations.routing.providers import PROVIDERS
from hf_integrations.routing.targets import Target, by_suffix, named
from hf_integrations.routing.tasks import CHAT, Task

_HUB_NAMES = {CHAT.name: "conversational"}
# Tasks of the Hub that the same models do; hf-inference takes one for the other.
_KIN = (
    {"feature-extraction", "sentence-similarity"},
    {"text-classification", "text-ranking"},
    {"text-generation", "conversational"},
    {"image-text-to-text", "conversational", "image-to-text"},
    {"text2text-generation", "text-generation", "summarization", "translation"},
    {"text-to-speech", "text-to-audio"},
)


class Listing(Struct, frozen=True):
    """What the Hub says of a model.

    Attributes:
        known: the Hub answered; else nothing is known of the model.
        exists: there is such a model, as far as the token may see.
        entries: who serves it.
        task: what it is for.
        tags: more that it is for.
    """

    known: bool
    exists: bool = True
    entries: tuple[ProviderModel, ...] = ()
    task: str | None = None
    tags: frozenset[str] = frozenset()


UNKNOWN = Listing(known=False)


def hub_task(task: Task) -> str:
    """The task as the lists of providers spell it."""
    return _HUB_NAMES.get(task.name, task.name)


def chosen(config: HfInferenceConfig, target: Target, task: Task, listing: Listing) -> Target:
    """The target with its provider, and the model's name there.

    Raises:
        NotFoundError: there is no such model.
        ModelNotAvailableOnProviderError: the provider lacks it; says who has it.
        UnsupportedTaskError: it is served for something else; says for what.
    """
    if not listing.known:
        return _unchecked(target, task)
    if not listing.exists:
        return _foreign(target, task)
    if target.row is None:
        return _first(config, target, task, listing)
    entries = [one for one in listing.entries if one.provider == target.provider]
    fitting = [one for one in entries if _fits(target, task, one.task)]
    if fitting:
        return _as(target, fitting[0])
    if target.row.is_native and not entries and _is_for(task, listing):
        return replace(target, is_settled=True)
    raise _refusal(target, task, listing)


def _unchecked(target: Target, task: Task) -> Target:
    """Without the Hub's word: a chat is left to the router, which knows it; else as it is."""
    if target.row is not None and task.name == CHAT.name and target.is_routed:
        base = target.root.removesuffix(f"/{target.row.name}")
        return by_suffix(base, target.hub_model, target.provider)
    return replace(target, is_settled=True)


def _foreign(target: Target, task: Task) -> Target:
    """A name that the Hub does not know may be the provider's own, if it is asked as such."""
    if target.own_key:
        return replace(target, is_settled=True)
    raise NotFoundError(
        f"There is no model {target.model!r} on the Hub, or the token may not see it.",
        hint="Check its name; client.hub.search finds models.",
        provider=target.provider, model=target.model, task=task.name,
    )  # fmt: skip


def _first(config: HfInferenceConfig, target: Target, task: Task, listing: Listing) -> Target:
    """The first who serves it, in the order of the Hub: those that are live before others."""
    ordered = sorted(listing.entries, key=lambda one: one.status != "live")
    for one in ordered:
        row = PROVIDERS.get(one.provider)
        if row is None or not row.route(task):
            continue
        place = named(config, task, target.model or "", one.provider)
        if _fits(place, task, one.task):
            return _as(place, one)
    if not listing.entries and listing.task and _is_for(task, listing):
        return named(config, task, target.model or "", target.provider)
    raise _refusal(target, task, listing)


def _as(target: Target, entry: ProviderModel) -> Target:
    """The target under the name the model has there."""
    if entry.status != "live":
        _warn(entry.model, entry.provider, entry.status)
    return replace(
        target, model=entry.id or target.model, weights=entry.adapter_weights or "",
        is_settled=True,
    )  # fmt: skip


def _fits(target: Target, task: Task, served: str) -> bool:
    wanted = hub_task(task)
    native = target.row is not None and target.row.is_native
    if native and task.name == "custom":
        return True  # whatever it is served for, the caller knows better
    return served == wanted or not served or (native and _are_kin(served, wanted))


def _is_for(task: Task, listing: Listing) -> bool:
    """Whether a model is for a task, by what its page says; a page that says nothing is no no."""
    wanted = hub_task(task)
    if listing.task is None or task.name == "custom":
        return True
    return wanted in (listing.task, *listing.tags) or _are_kin(listing.task, wanted)


def _are_kin(one: str, other: str) -> bool:
    return any({one, other} <= kin for kin in _KIN)


def _refusal(target: Target, task: Task, listing: Listing) -> HfError:
    """Why not, with who has the model and what it could do."""
    name, wanted = target.hub_model or target.model, hub_task(task)
    told = ", ".join(f"{one.provider} ({one.task})" for one in listing.entries) or "nobody"
    facts: dict[str, Any] = {"provider": target.provider, "model": name, "task": task.name}
    here = [one.task for one in listing.entries if one.provider == target.provider]
    if here or (listing.entries and target.row is None):
        served = ", ".join(sorted(set(here or (one.task for one in listing.entries))))
        by = f" by {target.provider}" if here else ""
        return UnsupportedTaskError(
            f"{name} is served{by} for {served}, not for {wanted}.",
            hint=f"It is served by {told}.", **facts,
        )  # fmt: skip
    if target.row is not None and target.row.is_native and not listing.entries:
        return UnsupportedTaskError(
            f"{name} is a model for {listing.task}, not for {wanted}.",
            hint="resolve_models=False asks hf-inference all the same.", **facts,
        )  # fmt: skip
    return ModelNotAvailableOnProviderError(
        f"{name} is not served by {target.provider if target.row else 'any provider'}.",
        hint=f"It is served by {told}; resolve_models=False asks all the same.", **facts,
    )  # fmt: skip


@lru_cache(maxsize=1_000)
def _warn(model: str, provider: str, status: str) -> None:
    """Once for each of them."""
    import logging  # here, so that a program that logs nothing need not load it

    state = "for tests only" if status == "staging" else "failing the Hub's checks"
    logging.getLogger("hf_integrations").warning("%s at %s is %s.", model, provider, state)
