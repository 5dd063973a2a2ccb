"""What was spent, by the router's price list, and a budget that refuses further calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from hf_integrations.errors import BudgetExceededError, HfError
from hf_integrations.flow import Flow
from hf_integrations.models.estimates import by_heuristic, texts_in
from hf_integrations.models.hub import ModelProfile, Pricing
from hf_integrations.models.shapes import as_dict
from hf_integrations.services.context import Context
from hf_integrations.services.failover import is_by_itself
from hf_integrations.transport.costs import Costs, Price


def costs(context: Context) -> Flow[Costs]:
    """Tokens and dollars by provider and model; prices are looked up once.

    Source: the router's `GET /v1/models`, `pricing` in US dollars per million tokens.
    """
    tally = context.memory.tally
    for provider, model in tally.unknown():
        try:
            price = yield from _price(context, provider, model)
        except HfError:
            continue  # the list is asked again the next time
        tally.learn(provider, model, price)
    return tally.costs()


def reserved(context: Context, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Flow[float]:
    """Keep what a call may cost of the budget, until it is released; how many dollars.

    By the tokens its texts may have, and those it may write; once it is over, what servers count
    stands in the place of that.

    Raises:
        BudgetExceededError: there is not so much left; nothing was sent.
    """
    budget, tally = context.config.budget, context.memory.tally
    if budget is None:
        return 0.0
    yield from costs(context)  # of prices that were not known when something was spent
    dollars = yield from _may_cost(context, args, kwargs)
    left = tally.reserve(dollars, budget)
    if left is None:
        return dollars
    spent = tally.costs().dollars
    raise BudgetExceededError(
        f"The budget of ${budget:g} is used up: ${spent:.4g} were spent"
        + (f", and this call may cost ${dollars:.4g} of the ${left:.4g} left." if left else "."),
        hint="Raise the setting budget, ask for fewer max_tokens, or begin anew with "
        "client.clear_costs().",
    )


def _may_cost(context: Context, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Flow[float]:
    if is_by_itself(context.config, kwargs):
        return 0.0  # a server of one's own has no list
    said = _said(args, kwargs)
    name, _, suffix = str(said.get("model") or "").partition(":")
    provider = str(kwargs.get("provider") or suffix or context.config.default_provider)
    tally = context.memory.tally
    if not name or "/" in suffix:
        return 0.0
    if not tally.knows(provider, name):
        try:
            tally.learn(provider, name, (yield from _price(context, provider, name)))
        except HfError:
            return 0.0  # the list is asked again the next time
    limits = (said.get(limit) for limit in LIMITS)
    written = next((n for n in limits if isinstance(n, int)), context.config.budget_reserve_tokens)
    written *= said["n"] if isinstance(said.get("n"), int) else 1
    read = sum(map(by_heuristic, texts_in([*args, *kwargs.values()])))
    return tally.estimate(provider, name, read, written)


LIMITS = ("max_tokens", "max_completion_tokens", "max_new_tokens")


def _said(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a call, those within a whole request among them."""
    found: dict[str, Any] = {}
    for one in (*args, *kwargs.values()):
        for part in (one, getattr(one, "parameters", None)):
            if isinstance(part, Struct):
                found |= as_dict(part)
    return found | {name: value for name, value in kwargs.items() if value is not None}


def _price(context: Context, provider: str, model: str) -> Flow[Price | None]:
    from hf_integrations.services.hub import profile

    name, _, suffix = model.partition(":")
    try:
        found = yield from profile(context, name)
    except HfError as error:
        if error.retryable:
            raise
        return None  # not in the list: its price is nobody's secret, but not known here
    pricing = _of(found, suffix or provider)
    return Price(pricing.input, pricing.output) if pricing is not None else None


def _of(profile: ModelProfile, provider: str) -> Pricing | None:
    for offer in profile.providers:
        if offer.provider == provider:
            return offer.pricing
    return profile.pricing
