"""Programs that tests start without measuring them."""

from __future__ import annotations

import os


def unmeasured() -> dict[str, str]:
    """The environment, without coverage.

    For programs that are interrupted, as a signal within its lock would leave that taken; and for
    those that only look at what is loaded, which it makes half as slow again.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
