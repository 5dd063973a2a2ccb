"""`hfi endpoints list`, `show`, `logs`, `cost` and `hardware`: looked at, and left as they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.endpoints import shapes
from hf_integrations.cli.endpoints.naming import Name, Namespace, begun, manager
from hf_integrations.cli.surroundings import Wishes


@asking()
def listed(
    *,
    state: Annotated[
        str | None, typer.Option("--state", help="Those in a state, such as running.")
    ] = None,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """The endpoints, and how they are."""
    with manager(wishes) as client:
        found = client.endpoints.list(namespace=namespace)
    kept = [one for one in found if state is None or str(one.status).lower() == state.lower()]
    if as_json:
        show.as_json(list(map(shapes.shown, kept)))
        return
    rows = [
        (one.name, one.status, f"{one.ready_replicas}/{one.target_replicas}", one.repository,
         one.hardware_id, one.url)
        for one in kept
    ]  # fmt: skip
    show.table(("name", "state", "ready", "model", "hardware", "url"), rows)


@asking()
def described(
    name: Name, *, namespace: Namespace = None, wishes: Wishes, as_json: options.Json = False
) -> None:
    """All about one endpoint."""
    with manager(wishes) as client:
        found = shapes.shown(client.endpoints.get(name, namespace=namespace))
    if as_json:
        show.as_json(found)
    else:
        values = [(each, getattr(found, each)) for each in found.__struct_fields__]
        rows = [(each.replace("_", " "), value) for each, value in values if value not in ("", [])]
        show.table(("what", "value"), rows)


@asking()
def logs(
    name: Name,
    *,
    tail: Annotated[int | None, typer.Option("--tail", min=1, help="The last lines only.")] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what it writes, until Ctrl-C.")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", min=0.01, help="With --follow: seconds between two looks.")
    ] = 2.0,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """What an endpoint wrote, oldest line first."""

    def told(lines: list[str]) -> None:
        if as_json:
            show.as_json(lines)
        for line in () if as_json else lines:
            show.piece(f"{line}\n")

    with manager(wishes) as client:

        def read() -> list[str]:
            return client.endpoints.logs(name, namespace=namespace).splitlines()

        lines = read()
        told(lines[-tail:] if tail else lines)
        if follow:
            _follow(read, lines, every, told)


def _follow(
    read: Callable[[], list[str]],
    before: list[str],
    every: float,
    told: Callable[[list[str]], None],
) -> None:
    """Tell what is new, again and again."""
    while True:
        time.sleep(every)
        lines = read()
        if new := added(before, lines):
            told(new)
        before = lines


def added(before: list[str], lines: list[str]) -> list[str]:
    """The lines that came after those before; a log may have lost its beginning meanwhile."""
    most = min(len(before), len(lines))
    same = next(n for n in range(most, -1, -1) if before[len(before) - n :] == lines[:n])
    return lines[same:]


@asking()
def cost(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Endpoints; else all of the namespace.", autocompletion=begun),
    ] = None,
    *,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """What endpoints cost an hour, and have cost since they changed last."""
    with manager(wishes) as client:
        ask = client.endpoints
        found = (
            [ask.cost(name, namespace=namespace) for name in names]
            if names
            else ask.costs(namespace=namespace)
        )
    shapes.costs(found, as_json)


@asking()
def hardware(
    *,
    accelerator: Annotated[
        str | None, typer.Option("--accelerator", help="cpu, gpu, neuron or tpu.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what cannot be had at the moment.")
    ] = False,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """What endpoints can run on, the cheapest first."""
    with manager(wishes) as client:
        found = client.endpoints.hardware(namespace=namespace)
    kept = [
        one
        for one in found
        if accelerator in (None, one.accelerator) and (every or one.is_available)
    ]
    kept.sort(key=lambda one: (one.price_per_hour is None, one.price_per_hour or 0, one.id))
    if as_json:
        show.as_json(kept)
        return
    rows = [
        (one.id, one.accelerator, one.num_accelerators, one.gpu_memory_gb, one.memory_gb,
         shapes.money(one.price_per_hour), one.status)
        for one in kept
    ]  # fmt: skip
    heads = ("hardware", "kind", "how many", "its GB", "GB", "$/h", "state")
    show.table(heads, rows)
