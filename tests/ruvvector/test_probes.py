"""What the table of probes in docs/store_probes.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
PAGE = TESTS.parent / "docs" / "store_probes.md"


def test_every_probe_names_a_test_that_exists() -> None:
    """In each line of both tables, by file and name."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    named = [re.findall(r"`([\w/]+\.py)::(test_\w+)`", line) for line in lines]
    assert sum(map(len, named)) == len(lines) - 2 == 48  # two heads
    for ((place, name),) in filter(None, named):
        assert re.search(rf"^(async )?def {name}\(", (TESTS / place).read_text(), re.M), name
