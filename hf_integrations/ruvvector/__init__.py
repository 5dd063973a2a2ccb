"""RuvVector: texts and vectors in PostgreSQL with pgvector. It knows no client and no framework."""

from hf_integrations.ruvvector.embedded import EmbeddedPostgres, embedded_postgres
from hf_integrations.ruvvector.filters import Filter
from hf_integrations.ruvvector.reading import Match, Record
from hf_integrations.ruvvector.rows import content_hash
from hf_integrations.ruvvector.store import AsyncRuvVectorStore, RuvVectorStore

__all__ = [
    "AsyncRuvVectorStore",
    "EmbeddedPostgres",
    "Filter",
    "Match",
    "Record",
    "RuvVectorStore",
    "content_hash",
    "embedded_postgres",
]
