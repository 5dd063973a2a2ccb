"""The command line as a process, on a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hf_integrations.emulator import Emulator
from tests.postgres import database, postgres_dsn

__all__ = ["database", "postgres_dsn"]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hfi(database: str, tmp_path: Path) -> Run:
    """Runs `hfi` and returns what it printed; without a token, and with a home of its own."""

    def run(
        *arguments: str, stdin: str = "", out: int = subprocess.PIPE, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HF_", "HUGGINGFACE"))
        }
        kept |= {"DATABASE_URL": database, "HOME": str(tmp_path), "COLUMNS": "200"}
        return subprocess.run(  # noqa: S603 - our own command
            [Path(sys.executable).with_name("hfi"), *arguments],
            input=stdin,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=120,
            env=kept | environment,
            check=False,
        )

    return run


@pytest.fixture
def there(emulator: Emulator) -> tuple[str, ...]:
    """The options by which a command asks the emulator of the tests, which costs it no start."""
    return ("--base-url", emulator.url, "--token-env", "MY_TOKEN")


@pytest.fixture
def ask(hfi: Run, there: tuple[str, ...]) -> Run:
    """Runs `hfi` so that it asks that emulator."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return hfi(*arguments, *there, MY_TOKEN="hf_mine", **settings)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small corpus."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "bees.md").write_text(
        "# Bees\n\nA queen bee lays up to two thousand eggs a day.\n\n"
        "Workers live for six weeks in summer."
    )
    (docs / "tea.md").write_text(
        "# Tea\n\nGreen tea is steeped at eighty degrees.\n\nBlack tea takes boiling water."
    )
    return docs
