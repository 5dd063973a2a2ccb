"""The command line as a process, on a database of its own."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hf_integrations.cli import main
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
def inside(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `hfi` in this process, which costs no start; with the test's database, if it has one."""
    kept = {"HOME": str(tmp_path), "COLUMNS": "200"}
    if "database" in request.fixturenames:
        kept["DATABASE_URL"] = request.getfixturevalue("database")

    def run(
        *arguments: str,
        stdin: str = "",
        watched: bool = False,
        letters: str = "utf-8",
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        said, beside = Paper(watched, letters=letters), Paper(watched, letters=letters)
        with monkeypatch.context() as here:
            for name in os.environ:
                if name.startswith(("HF_", "HUGGINGFACE", "DATABASE_URL")):
                    here.delenv(name)
            for name, value in (kept | environment).items():
                here.setenv(name, value)
            here.setattr(sys, "argv", ["hfi", *arguments])
            here.setattr(sys, "stdin", Paper(watched, stdin))
            here.setattr(sys, "stdout", said)
            here.setattr(sys, "stderr", beside)
            code = ended(main)
        if isinstance(code, str):  # as Python ends with it
            code, _ = 1, beside.write(f"{code}\n")
        return subprocess.CompletedProcess(arguments, code or 0, said.text, beside.text)

    return run


class Paper(io.TextIOWrapper):
    """A stream that is read afterwards; `watched` as a terminal is."""

    def __init__(self, watched: bool, text: str = "", letters: str = "utf-8") -> None:
        self._bytes = io.BytesIO(text.encode())
        self._watched = watched
        super().__init__(self._bytes, encoding=letters, newline="")

    def isatty(self) -> bool:
        """Whether somebody watches."""
        return self._watched

    @property
    def text(self) -> str:
        """All that was written."""
        self.flush()
        return self._bytes.getvalue().decode()


def ended(do: Callable[[], None]) -> int | str | None:
    """The status with which a program ends; signals and loops are as before.

    LlamaIndex's plain query engines take the loop that is there, or make one and leave it open.
    """
    before, loop = signal.getsignal(signal.SIGTERM), asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        do()
    except SystemExit as end:
        return end.code
    finally:
        signal.signal(signal.SIGTERM, before)
        asyncio.set_event_loop(None)
        loop.close()
    return 0


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
def say(inside: Run, there: tuple[str, ...]) -> Run:
    """Runs `hfi` in this process so that it asks that emulator."""

    def run(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
        return inside(*arguments, *there, MY_TOKEN="hf_mine", **settings)

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
