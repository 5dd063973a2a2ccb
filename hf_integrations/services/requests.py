"""Calls that differ in nothing but their bodies: all else of them is worked out once.

Where a call goes, its headers and what its errors will say depend on settings, target and task
alone, and take longer to work out than all the rest of a request (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hf_integrations.flow import Request

if TYPE_CHECKING:
    from hf_integrations.config import HfInferenceConfig
    from hf_integrations.routing.targets import Target
    from hf_integrations.routing.tasks import Task

MOST = 256  # a program asks few models; one that asks many must not fill memory


class Requests:
    """Targets, and requests without their bodies, under the settings of one client or view."""

    __slots__ = ("_known", "_targets")

    def __init__(self) -> None:
        self._known: dict[Hashable, Request] = {}
        self._targets: dict[Hashable, Target] = {}

    def target(
        self, config: HfInferenceConfig, task: Task, *,
        model: str | None, provider: str | None, matters: bool = False,
    ) -> Target:  # fmt: skip
        """What `resolve` gives, and what answers there where nobody has to be asked.

        Providers that go by a name are looked up each time: the table of them may change.
        """
        key = (task.name, model, provider, matters)
        try:
            known = self._targets.get(key)
        except TypeError:  # neither can be a list; `resolve` says so
            known = None
        if known is not None:
            return known
        # A client that was only made has not loaded the tables of routing.
        from hf_integrations.routing.placing import at_once
        from hf_integrations.routing.targets import resolve

        target = resolve(config, task, model=model, provider=provider)
        found = at_once(target, task, matters=matters)
        if found is None or found.provider not in ("", "auto"):
            return target
        if len(self._targets) >= MOST:
            self._targets.clear()
        self._targets[key] = found = replace(found, is_placed=True)
        return found

    def like(self, key: Hashable, make: Callable[[], Request], body: bytes) -> Request:
        """The request that `make` would give, from the one that was made for the same key."""
        known = self._known.get(key)
        if known is not None:
            return replace(known, body=body)
        request = make()
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[key] = replace(request, body=b"")
        return request
