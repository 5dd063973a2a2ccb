"""A process that is killed while it writes leaves whole calls, and a second run completes them."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from psycopg.conninfo import make_conninfo

from hf_integrations.bulk.ingest import BATCH
from hf_integrations.ruvvector import RuvVectorStore
from tests.postgres import administrator

ROWS = 3_000
WRITER = f"""
import sys
import numpy as np
from hf_integrations.ruvvector import RuvVectorStore
store = RuvVectorStore(sys.argv[1], schema=sys.argv[2])
store.add(["new"] * {ROWS}, np.ones(({ROWS}, 3)), ids=[f"{{n:05}}" for n in range({ROWS})])
"""


@pytest.mark.parametrize("filled", [True, False])
def test_kill_in_the_middle_of_a_call_leaves_none_of_it(
    postgres_dsn: str, schema: str, filled: bool
) -> None:
    """By upsert and by COPY: the writer is stopped at row 2,500 by a lock, and killed there."""
    store = RuvVectorStore(postgres_dsn, schema=schema)
    store.add(["first"], np.ones((1, 3)), ids=["first"])
    if not filled:
        store.delete_all()
    dsn = make_conninfo(postgres_dsn, application_name=schema)
    block = (
        f"INSERT INTO {schema}.ruvvector_docs (id, content, embedding, content_hash) "  # noqa: S608
        "VALUES ('02500', '', '[1,1,1]', '')"
    )
    waiting = """SELECT FROM pg_stat_activity
        WHERE application_name = %s AND wait_event_type = 'Lock'"""
    with (
        administrator(postgres_dsn) as watcher,
        administrator(postgres_dsn) as blocker,
        blocker.transaction(force_rollback=True),
    ):
        blocker.execute(block.encode())
        with subprocess.Popen([sys.executable, "-c", WRITER, dsn, schema]) as writer:  # noqa: S603
            while not watcher.execute(waiting, (schema,)).rowcount:
                assert writer.poll() is None, "the writer did not get to the lock"
            writer.kill()
    assert store.count() == (1 if filled else 0)

    store.add(["new"] * ROWS, np.ones((ROWS, 3)), ids=[f"{n:05}" for n in range(ROWS)])
    assert store.count({}) == ROWS + (1 if filled else 0)
    store.close()


INGESTER = """
import sys
import numpy as np
from hf_integrations.bulk.documents import Document
from hf_integrations.bulk.ingest import ingest
from hf_integrations.ruvvector import RuvVectorStore
dsn, schema, log = sys.argv[1:]
documents = [
    Document(f"doc{n:03}", "\\n\\n".join(f"Piece {p} of document {n}. " * 4 for p in range(15)))
    for n in range(60)
]
with open(log, "a") as embedded, RuvVectorStore(dsn, schema=schema, index_after=500) as store:
    def embed(texts):
        embedded.writelines(text.replace("\\n", " ") + "\\n" for text in texts)
        embedded.flush()
        return np.array([[len(text), *text.encode()[:15]] for text in texts], np.float32)
    print(ingest(documents, store=store, embed=embed, model="m", size=100))
"""


def stored_texts(dsn: str, schema: str) -> set[str]:
    """Every text that is in the store; a batch is there whole or not at all."""
    with RuvVectorStore(dsn, schema=schema) as store:
        return {record.text.replace("\n", " ") for record in store.get()}


def ingest_and_kill(dsn: str, schema: str, log: Path, moment: float) -> bool:
    """Run an ingestion and kill -9 it so many seconds after its start; whether it was over."""
    command = [sys.executable, "-c", INGESTER, dsn, schema, str(log)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            return process.wait(moment) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            return False


def kill_often(dsn: str, schema: str, log: Path, times: int) -> None:
    """Kill at random moments; then run to the end. Nothing that is stored is embedded again."""
    log.touch()
    dice = random.Random(times)  # noqa: S311 - no secret
    start = time.monotonic()
    assert ingest_and_kill(dsn, f"{schema}_whole", log, 120)
    whole = time.monotonic() - start
    expected = stored_texts(dsn, f"{schema}_whole")
    for _ in range(times):
        before, seen = stored_texts(dsn, schema), log.stat().st_size
        ingest_and_kill(dsn, schema, log, dice.uniform(0.4, 1.0) * whole)
        with log.open() as lines:
            lines.seek(seen)
            assert not before & set(lines.read().splitlines())
        after = stored_texts(dsn, schema)
        assert before <= after <= expected
        assert len(after) % BATCH == 0 or after == expected
        if after == expected:
            with RuvVectorStore(dsn, schema=schema) as store:
                store.drop()
    assert ingest_and_kill(dsn, schema, log, 120)
    assert stored_texts(dsn, schema) == expected
    with RuvVectorStore(dsn, schema=schema) as store:
        assert store.create_index() is None  # it was made at the end, whatever came before


@pytest.fixture
def second_schema(postgres_dsn: str, schema: str) -> Iterator[str]:
    """Where the uninterrupted run goes, dropped at the end."""
    yield schema
    with administrator(postgres_dsn) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {schema}_whole CASCADE".encode())


def test_an_ingestion_that_is_killed_is_completed_by_the_next(
    postgres_dsn: str, second_schema: str, tmp_path: Path
) -> None:
    """Three times, at random moments."""
    kill_often(postgres_dsn, second_schema, tmp_path / "log", 3)


@pytest.mark.soak
def test_an_ingestion_survives_fifty_kills(
    postgres_dsn: str, second_schema: str, tmp_path: Path
) -> None:
    """Fifty times, at random moments."""
    kill_often(postgres_dsn, second_schema, tmp_path / "log", 50)
