"""The notebooks run, show what they should, and are kept without what a run leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from notebooks.running import FOLDER, Kernel, kernel, only_pictures, read
from tests.interrupting import unmeasured
from tests.postgres import administrator, postgres_dsn

__all__ = ["postgres_dsn"]

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 150_000  # bytes; pictures are small, and text is more so
RICH = {
    "01_quick_start": ["<table", "tokens"],
    "02_rag_langchain": ["<table", "python/break"],
    "03_rag_llama_index": ["anonymous functions", "walrus"],
    "04_agents": ["get_weather", "Report(city='Paris', sky='clear')", "weather_of"],
    "05_multimodal": ["image/png", "<audio controls", "<img src=", "green tea"],
    "06_endpoints": ["scaledToZero", "EndpointPausedError", "USD"],
    "07_resilience": ["image/png", "(200, 1", "CircuitOpenError", "QuotaExceededError"],
    "08_index_tuning": ["image/png", "HNSW over halved vectors", "Index Scan"],
    "09_embedding_map": ["image/png", "import"],
}


@pytest.fixture(scope="module")
def shared_database(postgres_dsn: str) -> Iterator[str]:
    """One database for all notebooks, as one reads what another wrote."""
    name = f"notebooks_{uuid.uuid4().hex[:12]}"
    with administrator(postgres_dsn) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
        yield psycopg.conninfo.make_conninfo(postgres_dsn, dbname=name)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(scope="module")
def running(shared_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """One kernel for all notebooks, at home in a folder of its own."""
    home = tmp_path_factory.mktemp("k")
    around = {"DATABASE_URL": shared_database, "HOME": str(home), "MPLCONFIGDIR": str(home)}
    _find_fonts(unmeasured() | around)
    with kernel(home, {**os.environ, **around}) as made:
        yield made


def _find_fonts(environment: dict[str, str]) -> None:
    """Let Matplotlib list the fonts before, as it warns where that takes more than a moment."""
    command = [sys.executable, "-c", "import matplotlib.font_manager"]
    subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, running: Kernel) -> None:
    """Against the emulator; it shows what it is about, and warns of nothing."""
    notebook = read(path)

    running.run(notebook)

    shown = [text for cell in notebook.cells for text in _shown(cell)]
    assert [text for kind, text in shown if kind == "stderr"] == []
    everything = "\n".join(f"{kind} {text}" for kind, text in shown)
    assert [part for part in RICH[path.stem] if part not in everything] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    """But for pictures; `python -m notebooks.running` brings it into this form."""
    notebook, bare = read(path), read(path)
    only_pictures(bare)

    assert notebook == bare
    assert path.stat().st_size < LARGEST
    assert notebook.cells[0].source.startswith("# ")


def test_every_notebook_is_judged() -> None:
    """By what it should show."""
    assert [path.stem for path in NOTEBOOKS] == sorted(RICH)


def _shown(cell: Any) -> Iterator[tuple[str, str]]:
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield output.name, output.text
        for kind, data in output.get("data", {}).items():
            yield kind, str(data)
