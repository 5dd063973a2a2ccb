"""A process that is killed while it writes leaves whole calls, and a second run completes them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from psycopg.conninfo import make_conninfo

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
