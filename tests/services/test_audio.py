"""`client.audio`: what the tasks share is tested with the table."""

from __future__ import annotations

from hf_integrations.routing.table import ROWS
from hf_integrations.services.audio import AsyncSounds, Sounds


def test_every_task_of_this_part_has_a_method_in_both_colours() -> None:
    """By the name in the table, and no method is without a task."""
    named = {row.method.partition(".")[2] for row in ROWS.values() if row.method[:6] == "audio."}
    for service in (Sounds, AsyncSounds):
        own = {name for name in dir(service) if not name.startswith("_")}
        assert named == own - {"drive_flow", "open_stream", "with_raw_response"}
