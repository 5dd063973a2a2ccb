"""RuvVector: texts and vectors in PostgreSQL with pgvector. It knows no client and no framework."""

from hf_integrations.ruvvector.administration import CollectionInfo
from hf_integrations.ruvvector.documents import content_hash
from hf_integrations.ruvvector.embedded import EmbeddedPostgres, embedded_postgres
from hf_integrations.ruvvector.embedding_cache import EmbeddingCache
from hf_integrations.ruvvector.embedding_storage import AsyncHfEmbeddingStorage, HfEmbeddingStorage
from hf_integrations.ruvvector.filters import Filter
from hf_integrations.ruvvector.found import HybridMatch, Match, Pair, Record, TextMatch
from hf_integrations.ruvvector.keyed import AsyncKeyedStore, Entry, KeyedStore
from hf_integrations.ruvvector.loading import LoadBatch, Loaded
from hf_integrations.ruvvector.logs import AsyncLogStore, LogStore
from hf_integrations.ruvvector.migrating import Migratable, Migrated
from hf_integrations.ruvvector.scanning import Batch
from hf_integrations.ruvvector.shown import Results
from hf_integrations.ruvvector.store import AsyncRuvVectorStore, RuvVectorStore

__all__ = [
    "AsyncHfEmbeddingStorage",
    "AsyncKeyedStore",
    "AsyncLogStore",
    "AsyncRuvVectorStore",
    "Batch",
    "CollectionInfo",
    "EmbeddedPostgres",
    "EmbeddingCache",
    "Entry",
    "Filter",
    "HfEmbeddingStorage",
    "HybridMatch",
    "KeyedStore",
    "LoadBatch",
    "Loaded",
    "LogStore",
    "Match",
    "Migratable",
    "Migrated",
    "Pair",
    "Record",
    "Results",
    "RuvVectorStore",
    "TextMatch",
    "content_hash",
    "embedded_postgres",
]
