"""Stores in forked processes: each with connections of its own, and nobody's answers garbled."""

from __future__ import annotations

import sys

import pytest

from tests.ruvvector.test_sessions import run_python

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")

BEGIN = """
import asyncio, os, sys, warnings
import psycopg_pool
from hf_integrations.errors import ConfigurationError
from hf_integrations.ruvvector import AsyncRuvVectorStore, RuvVectorStore

warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
dsn, schema = {dsn!r}, {schema!r}

def fork(work, leave=sys.exit):  # with all that Python does at its end
    child = os.fork()
    if child == 0:
        work()
        leave(0)
    return child

def ended(child):
    assert os.waitpid(child, 0)[1] == 0, "the child failed"

"""

PLAIN = """
store = RuvVectorStore(dsn, schema=schema)
store.add([f"text {n}" for n in range(20)], [[float(n), 1.0] for n in range(20)],
          ids=[str(n) for n in range(20)])

def search():
    for turn in range(60):
        n = turn % 20
        [found] = store.get([str(n)])
        assert found.text == f"text {n}", found

children = [fork(search) for _ in range(3)]
search()
for child in children:
    ended(child)
search()
ended(fork(store.close))
assert store.count() == 20
store.close()
print("well")
"""

ASYNC = """
store = AsyncRuvVectorStore(dsn, schema=schema)

async def search():
    for turn in range(60):
        n = turn % 20
        [found] = await store.get([str(n)])
        assert found.text == f"text {n}", found

async def main():
    await store.add([f"text {n}" for n in range(20)], [[float(n), 1.0] for n in range(20)],
                    ids=[str(n) for n in range(20)])
    children = [fork(lambda: asyncio.run(search()), os._exit) for _ in range(3)]
    await search()
    for child in children:
        ended(child)
    await search()

asyncio.run(main())
ended(fork(lambda: asyncio.run(search())))
ended(fork(lambda: asyncio.run(store.close())))
asyncio.run(search())
asyncio.run(store.close())
print("well")
"""

GIVEN = """
with psycopg_pool.ConnectionPool(dsn, open=True) as pool:
    store = RuvVectorStore(pool=pool, schema=schema)
    store.add(["a"], [[1.0]])

    def refused():
        try:
            store.count()
        except ConfigurationError as error:
            assert "pool= was open when this process was forked" in str(error), error
        else:
            raise AssertionError
        store.close()
        os._exit(0)

    ended(fork(refused))
    assert store.count() == 1

async def main():
    async with psycopg_pool.AsyncConnectionPool(dsn, open=False) as pool:
        store = AsyncRuvVectorStore(pool=pool, schema=schema)
        assert await store.count() == 1

        async def refused():
            try:
                await store.count()
            except ConfigurationError:
                os._exit(0)

        ended(fork(lambda: asyncio.run(refused()) or os._exit(1)))
        assert await store.count() == 1

asyncio.run(main())
print("well")
"""

LATER = """
pool = psycopg_pool.ConnectionPool(dsn, open=False)
store = RuvVectorStore(pool=pool, schema=schema)

def work():
    with pool:
        store.add(["a"], [[1.0]])
        assert store.count() == 1

ended(fork(work))
print("well")
"""


@pytest.mark.parametrize(
    "program", [PLAIN, ASYNC, GIVEN, LATER], ids=["plain", "async", "given", "later"]
)
def test_a_store_works_in_forked_processes(program: str, postgres_dsn: str, schema: str) -> None:
    """Own pools are opened anew; a given one that was open is refused, one opened later serves."""
    done = run_python(BEGIN.format(dsn=postgres_dsn, schema=schema) + program)

    assert (done.stdout, done.stderr) == ("well\n", "")
