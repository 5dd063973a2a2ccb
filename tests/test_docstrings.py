"""What docstrings show runs."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

from tests.postgres import database, postgres_dsn

__all__ = ["database", "postgres_dsn"]

ROOT = Path(__file__).parent.parent
EXAMPLE = re.compile(r"^ *>>> ", re.MULTILINE)
# Others need not be loaded and searched, which takes longer than all examples.
SHOWING = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "hf_integrations").rglob("*.py"))
    if EXAMPLE.search(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("name", SHOWING)
def test_the_examples_of_a_module_run(
    name: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And show what they say; what needs a database finds one."""
    monkeypatch.setenv("DATABASE_URL", database)
    tried = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)

    assert tried.attempted
    assert not tried.failed
