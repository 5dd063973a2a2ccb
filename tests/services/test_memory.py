"""What a client and its views remember together."""

from __future__ import annotations

from hf_integrations.config import HfInferenceConfig
from hf_integrations.services.memory import Memory


def test_all_rules_stand_over_the_same_state() -> None:
    """Whatever the settings of a view."""
    memory = Memory()
    one = memory.patience(HfInferenceConfig())
    other = memory.patience(HfInferenceConfig(max_retries=0, collect_metrics=False))

    assert one.lanes is other.lanes is memory.lanes
    assert one.listeners == one.counters == (memory.metrics, memory.tally)
    assert other.listeners == ()
