"""Programs that tests interrupt."""

from __future__ import annotations

import os


def unmeasured() -> dict[str, str]:
    """The environment, without coverage: a signal within its lock would leave that taken."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
