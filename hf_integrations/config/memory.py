"""Settings of what is remembered: answers, and figures about what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hf_integrations.config.guards import GuardSettings


class MemorySettings(GuardSettings, frozen=True, kw_only=True):
    """What is remembered.

    Attributes:
        collect_metrics: count what was done, for `client.metrics()`.
        on_event: called with each `Exchange`, `CircuitChange` and `ColdStart` of
            `hf_integrations.transport.telemetry`; what it raises is logged and goes no further.
    """

    collect_metrics: bool = True
    on_event: Callable[[Any], None] | None = None
