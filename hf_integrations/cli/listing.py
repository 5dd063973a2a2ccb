"""`hfi models`: what can be asked, who serves it, and what it costs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.surroundings import Wishes, served


@asking("provider", "emulator")
def models(
    text: Annotated[str | None, typer.Argument(help="A part of the name.")] = None,
    *,
    task: Annotated[
        str | None,
        typer.Option("--task", help="Look on the Hub for models of a task, such as text-to-image."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="The most.")] = 20,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """The models that chat, with context and prices; with --task, the Hub's models of a task."""
    with (
        served(wishes) as place,
        place.client() as client,
    ):
        if task is not None:
            found: Any = client.hub.search(text, task=task, provider=wishes.provider, limit=limit)
        else:
            found = [one for one in client.hub.profiles() if _fits(one, text, wishes.provider)][
                :limit
            ]
        if as_json:
            show.as_json(found)
        elif task is not None:
            show.table(("model", "task", "downloads", "served by"), list(map(_hub_row, found)))
        else:
            heads = ("model", "context", "tools", "input $/M", "output $/M", "served by")
            show.table(heads, list(map(_row, found)))


def _fits(profile: Any, text: str | None, provider: str | None) -> bool:
    named = text is None or text.lower() in profile.id.lower()
    return named and (provider is None or provider in {each.provider for each in profile.providers})


def _row(profile: Any) -> tuple[Any, ...]:
    price = profile.pricing
    prices = (price.input, price.output) if price else (None, None)
    tools = {True: "yes", False: "no"}.get(profile.supports_tools)
    who = ", ".join(offer.provider for offer in profile.offers)
    return profile.id, profile.context_length, tools, *prices, who


def _hub_row(model: Any) -> tuple[Any, ...]:
    who = ", ".join(one.provider for one in model.providers)
    return model.id, model.pipeline_tag, model.downloads, who
