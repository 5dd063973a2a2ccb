"""The two stores: one set of operations, performed in plain Python or in asyncio."""

from __future__ import annotations

from typing import Generic, TypeVar

from hf_integrations.ruvvector import (
    administration,
    advising,
    diversity,
    duplicates,
    hybrid,
    indexing,
    loading,
    migrating,
    reading,
    recall,
    scanning,
    searching,
    tenancy,
    text_index,
    writing,
)
from hf_integrations.ruvvector.column_types import AUTO
from hf_integrations.ruvvector.methods import AsyncPool, Awaited, Plain, Pool, Store, method, series
from hf_integrations.ruvvector.metrics import metric_named
from hf_integrations.ruvvector.state import EmbedFunction, State
from hf_integrations.ruvvector.table import Names

AnyPool = TypeVar("AnyPool")  # the kind of pool


class Operations(Store, Generic[AnyPool]):
    """What both stores can do; each method is documented where it is written."""

    _state: State

    def __init__(
        self,
        dsn: str | None = None,
        collection: str = "docs",
        dimensions: int | None = None,
        metric: str = "cosine",
        *,
        embed: EmbedFunction | None = None,
        pool: AnyPool | None = None,
        schema: str = "public",
        namespace: str = "",
        type: str = AUTO,  # noqa: A002 - the word people look for
        migrate: bool = True,
        language: str | None = None,
        index_after: int | None = 10_000,
        ef_search: int = 100,
        connect_timeout: float = 10.0,
        pool_size: int = 8,
        prepared_statements: bool | None = None,
    ) -> None:
        self._state = State(
            Names(schema, collection, namespace),
            metric_named(metric),
            dimensions,
            embed,
            index_after,
            ef_search,
            type,
            migrate,
            language,
        )
        self._connect(
            dsn, pool, embed, connect_timeout=connect_timeout, pool_size=pool_size,
            prepared_statements=prepared_statements,
        )  # fmt: skip

    add = method(writing.add)
    bulk_load = method(loading.bulk_load)
    migrate_from = method(migrating.migrate_from)
    migratable = method(migrating.migratable)
    delete = method(writing.delete)
    delete_all = method(writing.delete_all)
    drop = method(writing.drop)
    update_metadata = method(administration.update_metadata)
    rename = method(administration.rename)
    copy_to = method(administration.copy_to)
    collections = method(administration.collections)
    grant = method(tenancy.grant)
    revoke = method(tenancy.revoke)
    search = method(searching.search)
    search_many = method(searching.search_many)
    get = method(reading.get)
    hashes = method(reading.hashes)
    count = method(reading.count)
    explain = method(searching.explain)
    diverse_search = method(diversity.diverse_search)
    near_duplicates = method(duplicates.near_duplicates)
    scan = series(scanning.scan)
    text_search = method(hybrid.text_search)
    hybrid_search = method(hybrid.hybrid_search)
    create_text_index = method(text_index.create_text_index)
    drop_text_index = method(text_index.drop_text_index)
    create_index = method(indexing.create_index)
    ensure_index = method(indexing.ensure_index)
    rebuild_index = method(indexing.rebuild_index)
    drop_index = method(indexing.drop_index)
    advise = method(advising.advise)
    plan = method(advising.plan)
    measure_recall = method(recall.measure_recall)

    def __repr__(self) -> str:
        """No DSN, because it may hold a password."""
        name, names = type(self).__name__, self._state.names
        return (
            f"<{name} {names.collection!r} in schema {names.schema!r}, {self._state.metric.name}>"
        )


class RuvVectorStore(Operations[Pool], Plain):
    """Texts and their vectors in PostgreSQL with pgvector.

    Nothing is done until the first call. The table `ruvvector_<collection>` is made by the first
    `add`; reading a collection that is not there finds nothing.

    >>> with RuvVectorStore(collection="examples") as store:
    ...     _ = store.add(["Leek soup", "Plum cake"], [[0.9, 0.1], [0.1, 0.8]],
    ...                   metadata=[{"year": 2019}, {"year": 2023}], ids=["soup", "cake"])
    ...     [(one.id, round(one.score, 2)) for one in store.search([0.2, 0.9], k=2)]
    ...     [one.text for one in store.search([0.9, 0.1], filter={"year": {"$gte": 2020}})]
    [('cake', 1.0), ('soup', 0.32)]
    ['Plum cake']

    Args:
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra, which stays up until the process ends.
        collection: the table's name after the prefix, at most 43 bytes.
        dimensions: of the vectors; left out, those of the table or of the first vectors.
        metric: "cosine", "inner_product", "l2" or "l1"; for bits "hamming" or "jaccard".
        embed: turns n strings into n × d numbers, for `add` and `search` without vectors.
        pool: a `psycopg_pool.ConnectionPool` of the caller's, used and never closed.
        schema: where the table lives; made when it is not there.
        namespace: the tenant whose rows this store sees and changes; those of others are not
            there for it. At most 500 bytes.
        type: what vectors are stored as: "vector", "halfvec" or "bit"; "auto" takes vector up to
            2,000 dimensions, halfvec up to 4,000, and above these vector with an index over bits.
        migrate: whether a table made by an earlier version is brought up to date when it is met.
        language: of the texts, for searching words: a text search configuration of PostgreSQL's,
            such as "german", or "simple" for none. Left out, English or what the collection has.
        index_after: the number of rows at which `add` makes the index: 0 at once, None never.
            Below it every search is exact.
        ef_search: how widely an index is searched, up to 1,000; never less than k.
        connect_timeout: seconds until connecting, or waiting for a free connection, is given up.
        pool_size: the most connections of the own pool.
        prepared_statements: whether the server is asked to keep statements, which is faster. Left
            out, it is unless a pooler such as PgBouncer is noticed, which in transaction mode
            would mix up those of its clients. True trusts a pooler that keeps them apart
            (PgBouncer 1.21 with max_prepared_statements), False is always safe.

    Raises:
        ConfigurationError, ValidationError: the settings cannot work.
    """


class AsyncRuvVectorStore(Operations[AsyncPool], Awaited):
    """`RuvVectorStore` for asyncio: the same arguments and methods, each to be awaited.

    One store serves several event loops, with a pool in each. `embed` may be a coroutine
    function; a plain one works in a thread. `pool` is a `psycopg_pool.AsyncConnectionPool`.
    """
