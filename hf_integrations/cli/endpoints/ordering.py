"""`hfi endpoints pause`, `resume`, `scale`, `delete` and `wait`: orders, and waiting for them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hf_integrations.cli import options, show
from hf_integrations.cli.asking import asking
from hf_integrations.cli.endpoints.naming import (
    Name,
    Names,
    Namespace,
    Timeout,
    Yes,
    manager,
)
from hf_integrations.cli.endpoints.shapes import states
from hf_integrations.cli.surroundings import Wishes
from hf_integrations.errors import HfError, ValidationError
from hf_integrations.models.endpoints import EndpointInfo

if TYPE_CHECKING:
    from hf_integrations.client import HfInferenceClient
    from hf_integrations.services.endpoints.waiting import EndpointProgress

Wait = Annotated[bool, typer.Option("--wait", help="Wait until it answers.")]


@asking()
def pause(
    names: Names, *, namespace: Namespace = None, wishes: Wishes, as_json: options.Json = False
) -> None:
    """Stop endpoints, and what they cost, until they are resumed."""
    with manager(wishes) as client:
        _each(names, lambda name: client.endpoints.pause(name, namespace=namespace), as_json)


@asking()
def resume(
    names: Names,
    *,
    wait: Wait = False,
    timeout: Timeout = None,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Start endpoints again."""
    with manager(wishes) as client:

        def start(name: str) -> EndpointInfo:
            info = client.endpoints.resume(name, namespace=namespace)
            return until_running(client, info.id, timeout) if wait else info

        _each(names, start, as_json)


@asking()
def scale(
    name: Name,
    *,
    to_zero: Annotated[
        bool, typer.Option("--to-zero", help="Let it sleep; the next request wakes it.")
    ] = False,
    least: Annotated[
        int | None, typer.Option("--min", min=0, help="Replicas that are always there.")
    ] = None,
    most: Annotated[
        int | None, typer.Option("--max", min=1, help="The most replicas there may be.")
    ] = None,
    sleep_after: options.SleepAfter = None,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Put an endpoint to sleep now, or say how many replicas it may have."""
    changes: dict[str, Any] = {"min_replica": least, "max_replica": most}
    changes = {each: value for each, value in changes.items() if value is not None}
    if sleep_after is not None:
        changes["scale_to_zero_timeout"] = sleep_after or None
    if to_zero == bool(changes):
        raise ValidationError("scale: say --to-zero, or some of --min, --max and --sleep-after.")
    with manager(wishes) as client:
        if to_zero:
            info = client.endpoints.scale_to_zero(name, namespace=namespace)
        else:
            info = client.endpoints.update(name, namespace=namespace, **changes)
    states([info], as_json)


@asking()
def delete(
    names: Names,
    *,
    yes: Yes = False,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Delete endpoints for good; asks first."""
    with manager(wishes) as client:
        found = [client.endpoints.get(name, namespace=namespace) for name in names]
        if not yes:
            _confirm(found)
        for info in found:
            client.endpoints.delete(info.id)
            show.note(f"{info.id} is deleted.")
    if as_json:
        show.as_json({"deleted": [info.id for info in found]})


@asking()
def wait(
    name: Name,
    *,
    timeout: Timeout = None,
    namespace: Namespace = None,
    wishes: Wishes,
    as_json: options.Json = False,
) -> None:
    """Wait until an endpoint answers; one that sleeps is woken."""
    with manager(wishes) as client:
        info = client.endpoints.get(name, namespace=namespace)
        states([until_running(client, info.id, timeout)], as_json)


def until_running(client: HfInferenceClient, endpoint: str, timeout: float | None) -> EndpointInfo:
    """Wait; whoever watches sees each state it comes to, and how long it takes."""
    before = ""
    with show.waiting(f"{endpoint} …") as tell:

        def progress(now: EndpointProgress) -> None:
            nonlocal before
            if now.status != before:
                said = f": {now.message}" if now.message else "."
                show.note(f"After {now.waited:.0f} s {endpoint} is {now.status}{said}")
                before = now.status
            ready = f"{now.ready_replicas} of {now.target_replicas} ready"
            tell(f"{endpoint}: {ready}, {now.waited:.0f} of {now.timeout:.0f} s")

        return client.endpoints.wait_for_running(endpoint, timeout=timeout, on_progress=progress)


def _each(names: Sequence[str], do: Callable[[str], EndpointInfo], as_json: bool) -> None:
    """Give an order to one after the other; what was done is told, also if the next fails."""
    done: list[EndpointInfo] = []
    try:
        for name in names:
            done.append(do(name))  # noqa: PERF401 - those done are kept when one fails
    except HfError:
        if done:
            states(done, as_json)
        raise
    states(done, as_json)


def _confirm(found: Sequence[EndpointInfo]) -> None:
    """Ask whoever sits there; where nobody does, nothing is done."""
    if not sys.stdin.isatty():
        raise ValidationError("delete: nobody can be asked here.", hint="Say --yes.")
    for info in found:
        show.note(f"{info.id} is {info.status}, with {info.repository}.")
    typer.confirm("Delete for good?", abort=True, err=True)
