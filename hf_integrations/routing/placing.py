"""What answers at a target, where nobody has to be asked for it."""

from __future__ import annotations

from msgspec.structs import replace

from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import Kind, Task


def at_once(target: Target, task: Task, *, matters: bool = False) -> Target | None:
    """The target with its provider and its kind known; None where these must be looked up.

    Args:
        matters: this call of the task is not the same everywhere.
    """
    if target.endpoint and not target.root:
        return None
    if target.provider:
        return target if target.is_settled else None
    if target.kind is None and (task.dialects or matters):
        return None
    kind = unasked(task) if target.kind in (None, Kind.OPENAI) else target.kind
    return target if kind is target.kind else replace(target, kind=kind)


def unasked(task: Task) -> Kind:
    """What serves the task where nothing says which server it is."""
    own = Kind.OPENAI not in task.paths and Kind.OWN in task.paths
    return Kind.OWN if own else Kind.OPENAI
