"""`RuvVectorStore`: nodes in PostgreSQL with pgvector, as LlamaIndex's vector store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Self

from llama_index.core.bridge.pydantic import Field, PrivateAttr
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryResult,
)

from hf_integrations import ruvvector
from hf_integrations.closing import Closing
from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.llama_index.connected import checked_fields
from hf_integrations.llama_index.filters import of_documents, to_filter
from hf_integrations.llama_index.modes import planned
from hf_integrations.llama_index.nodes import nodes_of, rows_of
from hf_integrations.llama_index.queries import Plan, reranked, scored
from hf_integrations.ruvvector import Filter


class RuvVectorStore(Closing, BasePydanticVectorStore):
    """Nodes in PostgreSQL with pgvector.

    Nothing is done until the first call; the first `add` makes the table. One table serves
    LangChain's store too: what one framework wrote, the other reads.

    >>> from llama_index.core.schema import TextNode
    >>> from llama_index.core.vector_stores import VectorStoreQuery
    >>> store = RuvVectorStore(collection="from_llama_index")
    >>> store.add([TextNode(id_="a", text="Honey is made by bees.", embedding=[0.9, 0.1])])
    ['a']
    >>> found = store.query(VectorStoreQuery(query_embedding=[1.0, 0.0], similarity_top_k=1))
    >>> found.nodes[0].get_content(), store.close()
    ('Honey is made by bees.', None)

    Args:
        dsn: a connection string; without one DATABASE_URL, and without that the embedded
            PostgreSQL of the `local` extra. `to_dict`, `to_json` and `pickle` never write it.
        collection, dimensions, metric, namespace, type, language, migrate, index_after, ef_search,
            connect_timeout, pool_size, prepared_statements: as in
            `hf_integrations.ruvvector.RuvVectorStore`.
        schema: where the table lives; `schema_name` says the same.
        pool, async_pool: psycopg's pools, for the plain and for the awaited methods; used and
            never closed.
        store, async_store: ready stores of `hf_integrations.ruvvector`, instead of settings, which
            are theirs; used and never closed.
        reranker: a node postprocessor, such as `HfInferenceReranker`, for the query mode
            `semantic_hybrid`.

    Raises:
        ConfigurationError: psycopg is missing, or an argument is not known or cannot be so.
    """

    stores_text: bool = True
    is_embedding_query: bool = True
    collection: str = "docs"
    schema_name: str = "public"
    dimensions: int | None = None
    metric: str = "cosine"
    namespace: str = ""
    type: str = "auto"
    language: str | None = None
    migrate: bool = True
    index_after: int | None = 10_000
    ef_search: int = 100
    connect_timeout: float = 10.0
    pool_size: int = 8
    prepared_statements: bool | None = None
    dsn: str | None = Field(default=None, exclude=True, repr=False)
    reranker: BaseNodePostprocessor | None = Field(default=None, exclude=True, repr=False)

    _plain: ruvvector.RuvVectorStore | None = PrivateAttr(default=None)
    _asynchronous: ruvvector.AsyncRuvVectorStore | None = PrivateAttr(default=None)
    _given: bool = PrivateAttr(default=False)
    _at_home: bool = PrivateAttr(default=True)  # its server is found in the surroundings
    _left_behind: bool = PrivateAttr(default=False)

    def __init__(
        self,
        dsn: str | None = None,
        *,
        store: ruvvector.RuvVectorStore | None = None,
        async_store: ruvvector.AsyncRuvVectorStore | None = None,
        pool: Any = None,
        async_pool: Any = None,
        schema: str | None = None,
        **given: Any,
    ) -> None:
        if schema is not None:
            given["schema_name"] = schema
        ready, where = store or async_store, {"dsn": dsn, "pool": pool, "async_pool": async_pool}
        if ready is not None:
            given |= _settings_of(ready, given | where)
        with checked_fields(type(self), given):
            super().__init__(**given | {"dsn": dsn})
        self._plain, self._asynchronous = store, async_store
        self._given = ready is not None
        self._at_home = not self._given and not any(where.values())
        if not self._given:
            self._make(pool, async_pool)

    @classmethod
    def class_name(cls) -> str:
        """The name under which it is serialised."""
        return "RuvVectorStore"

    @property
    def client(self) -> Any:
        """The store of `hf_integrations.ruvvector` behind it."""
        return self._plain or self._asynchronous

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self.model_copy()  # connections are shared

    def __reduce__(self) -> tuple[Any, ...]:
        return _elsewhere, (type(self), self.to_dict(), self._at_home)

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Store nodes with their embeddings, all or none; a node whose id is there is replaced.

        Args:
            nodes: with embeddings of one length.
            **kwargs: `provider`, `model` (who made the vectors) and `index` of the store's `add`.

        Returns:
            The nodes' ids.
        """
        rows = rows_of(nodes)
        return self._store().add(
            rows.texts, rows.vectors, metadata=rows.metadata, ids=rows.ids, **_told(kwargs)
        )

    async def async_add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """`add`, awaited."""
        rows = rows_of(nodes)
        return await self._astore().add(
            rows.texts, rows.vectors, metadata=rows.metadata, ids=rows.ids, **_told(kwargs)
        )

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The nodes that answer a query best, best first, under its filters.

        Args:
            query: mode `default` takes the nearest; `mmr` those that are unlike each other as well;
                `text_search` and `sparse` search by words (BM25); `hybrid` by both, weighted by
                `alpha` from 0, words alone, to 1, vectors alone (0.5); `semantic_hybrid` lets
                `reranker` put what `hybrid` finds into its order; `svm`, `logistic_regression` and
                `linear_regression` fit a model to the query and the 1,000 nearest.
            **kwargs: for `mmr`: mmr_threshold, from 0 (diverse) to 1 (similar), and
                mmr_prefetch_factor, how many times as many candidates are looked at. For the
                hybrid modes: fusion, "rrf" or "scores"; for `semantic_hybrid`
                rerank_prefetch_factor besides.

        Raises:
            UnsupportedTaskError: another mode.
            ConfigurationError: `semantic_hybrid` without a reranker.
            ValidationError: what the mode needs is missing or does not fit, or a filter is wrong.
        """
        store, plan = self._store(), planned(query, kwargs)
        reranker = self._reranker(plan)
        result = plan.result(getattr(store, plan.method)(**plan.arguments), store._state.metric)
        if reranker is None:
            return result
        nodes = reranker.postprocess_nodes(scored(result), query_str=query.query_str)
        return reranked(nodes, plan.rerank or len(nodes))

    async def aquery(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """`query`, awaited."""
        store, plan = self._astore(), planned(query, kwargs)
        reranker = self._reranker(plan)
        found = await getattr(store, plan.method)(**plan.arguments)
        result = plan.result(found, store._state.metric)
        if reranker is None:
            return result
        nodes = await reranker.apostprocess_nodes(scored(result), query_str=query.query_str)
        return reranked(nodes, plan.rerank or len(nodes))

    def get_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        """Nodes by id, by filter or both, without embeddings; unknown ids are left out."""
        return nodes_of(self._store().get(node_ids, filter=to_filter(filters)))

    async def aget_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        """`get_nodes`, awaited."""
        return nodes_of(await self._astore().get(node_ids, filter=to_filter(filters)))

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Delete the nodes that were made of a document."""
        self._store().delete(filter=of_documents([ref_doc_id]))

    async def adelete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """`delete`, awaited."""
        await self._astore().delete(filter=of_documents([ref_doc_id]))

    def delete_nodes(
        self,
        node_ids: list[str] | None = None,
        filters: MetadataFilters | None = None,
        **delete_kwargs: Any,
    ) -> None:
        """Delete nodes by id, by filter, or those that fit both.

        Raises:
            ValidationError: neither was given; `clear` deletes every node.
        """
        self._store().delete(node_ids, filter=_said(node_ids, filters))

    async def adelete_nodes(
        self,
        node_ids: list[str] | None = None,
        filters: MetadataFilters | None = None,
        **delete_kwargs: Any,
    ) -> None:
        """`delete_nodes`, awaited."""
        await self._astore().delete(node_ids, filter=_said(node_ids, filters))

    def clear(self) -> None:
        """Delete every node; the table and its index stay."""
        self._store().delete_all()

    async def aclear(self) -> None:
        """`clear`, awaited."""
        await self._astore().delete_all()

    def close(self) -> None:
        """Close the own connections of the plain methods; a second call does nothing."""
        if self._plain is not None and not self._given:
            self._plain.close()

    async def aclose(self) -> None:
        """Close the own connections of all methods; a second call does nothing."""
        self.close()
        if self._asynchronous is not None and not self._given:
            await self._asynchronous.close()

    def _make(self, pool: Any, async_pool: Any) -> None:
        """Make the store of each colour that has a server: a pool of its own, or the DSN.

        A pool for one colour alone says nothing about the server of the other, which then must not
        be looked for in the surroundings.
        """
        settings: dict[str, Any] = {name: getattr(self, name) for name in _SETTINGS}
        settings["schema"] = self.schema_name
        anywhere = self.dsn is not None or (pool is None and async_pool is None)
        if pool is not None or anywhere:
            dsn = self.dsn if pool is None else None
            self._plain = ruvvector.RuvVectorStore(dsn, pool=pool, **settings)
        if async_pool is not None or anywhere:
            dsn = self.dsn if async_pool is None else None
            self._asynchronous = ruvvector.AsyncRuvVectorStore(dsn, pool=async_pool, **settings)

    def _reranker(self, plan: Plan) -> BaseNodePostprocessor | None:
        """What is to put the answer into its order, if the plan says so."""
        if plan.rerank is not None and self.reranker is None:
            raise ConfigurationError(
                "reranker: mode 'semantic_hybrid' needs one; give the store a node postprocessor, "
                "such as HfInferenceReranker, or query in mode 'hybrid'"
            )
        return None if plan.rerank is None else self.reranker

    def _store(self) -> ruvvector.RuvVectorStore:
        if self._plain is None:
            raise self._missing("plain", "store= or pool=", "awaited")
        return self._plain

    def _astore(self) -> ruvvector.AsyncRuvVectorStore:
        if self._asynchronous is None:
            raise self._missing("awaited", "async_store= or async_pool=", "plain")
        return self._asynchronous

    def _missing(self, colour: str, arguments: str, other: str) -> ConfigurationError:
        if self._left_behind:
            return ConfigurationError(
                "the dsn stayed behind when this store was pickled; "
                "set DATABASE_URL where it is used"
            )
        return ConfigurationError(
            f"the {colour} methods have no store: give {arguments}, or call the {other} ones"
        )


_ADDED = ("provider", "model", "index")
_SETTINGS = (
    "collection",
    "dimensions",
    "metric",
    "namespace",
    "type",
    "language",
    "migrate",
    "index_after",
    "ef_search",
    "connect_timeout",
    "pool_size",
    "prepared_statements",
)


def _settings_of(ready: Any, said: dict[str, Any]) -> dict[str, Any]:
    """The settings of a ready store; what is said besides must not be another."""
    state, alike = ready._state, ("dimensions", "ef_search", "index_after", "language", "migrate")
    found = {name: getattr(state, name) for name in (*alike, "type")}
    found |= {"collection": state.names.collection, "schema_name": state.names.schema}
    found |= {"namespace": state.names.namespace, "metric": state.metric.name}
    usual = {name: field.default for name, field in RuvVectorStore.model_fields.items()} | found
    wrong = [name for name, value in said.items() if value not in (None, usual.get(name))]
    if wrong := sorted({*wrong} - {"reranker"}):
        raise ConfigurationError(f"{', '.join(wrong)}: a ready store brings its own settings.")
    return found


def _elsewhere(
    kind: type[RuvVectorStore], settings: dict[str, Any], at_home: bool
) -> RuvVectorStore:
    """What a pickled store becomes; it never takes another database for the one it had."""
    made = kind.from_dict(settings)
    if not (at_home or os.environ.get("DATABASE_URL")):
        made._left_behind, made._plain, made._asynchronous = True, None, None
    return made


def _told(kwargs: dict[str, Any]) -> dict[str, Any]:
    """What `add` may be told besides its nodes."""
    if unknown := sorted(kwargs.keys() - _ADDED):
        raise ValidationError(
            f"{', '.join(unknown)}: add has no such argument; it has {', '.join(_ADDED)}"
        )
    return kwargs


def _said(node_ids: list[str] | None, filters: MetadataFilters | None) -> Filter | None:
    """The filter of a deletion, which must not be of everything by an oversight."""
    found = to_filter(filters)
    if node_ids is None and found is None:
        raise ValidationError("give node_ids or filters; clear() deletes every node")
    return found
