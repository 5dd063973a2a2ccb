"""What was spent, by the router's price list, and a budget that refuses further calls."""

from __future__ import annotations

from hf_integrations.errors import BudgetExceededError, HfError
from hf_integrations.flow import Flow
from hf_integrations.models.hub import ModelProfile, Pricing
from hf_integrations.services.context import Context
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


def check_budget(context: Context) -> Flow[None]:
    """Raise when what was spent has reached the budget.

    Raises:
        BudgetExceededError: nothing was sent.
    """
    budget = context.config.budget
    if budget is None:
        return
    spent = (yield from costs(context)).dollars
    if spent >= budget:
        raise BudgetExceededError(
            f"The budget of ${budget:g} is used up: ${spent:.4f} were spent.",
            hint="Raise the setting budget, or begin anew with client.clear_costs().",
        )


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
