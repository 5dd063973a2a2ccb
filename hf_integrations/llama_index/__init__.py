"""LlamaIndex at home on Hugging Face inference and on PostgreSQL.

The classes are loaded when they are first used, each with no more than it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hf_integrations._names import loaded
from hf_integrations.errors import ConfigurationError

if TYPE_CHECKING:
    from hf_integrations.llama_index.chat_store import RuvChatStore
    from hf_integrations.llama_index.embeddings import HfInferenceEmbedding
    from hf_integrations.llama_index.kv_stores import RuvDocumentStore, RuvIndexStore, RuvKVStore
    from hf_integrations.llama_index.llm import HfInferenceLLM
    from hf_integrations.llama_index.reranker import HfInferenceReranker
    from hf_integrations.llama_index.vector_store import RuvVectorStore

_HOME = {
    "HfInferenceEmbedding": "embeddings",
    "HfInferenceLLM": "llm",
    "HfInferenceReranker": "reranker",
    "RuvChatStore": "chat_store",
    "RuvDocumentStore": "kv_stores",
    "RuvIndexStore": "kv_stores",
    "RuvKVStore": "kv_stores",
    "RuvVectorStore": "vector_store",
}

__all__ = [
    "HfInferenceEmbedding",
    "HfInferenceLLM",
    "HfInferenceReranker",
    "RuvChatStore",
    "RuvDocumentStore",
    "RuvIndexStore",
    "RuvKVStore",
    "RuvVectorStore",
]


def __getattr__(name: str) -> Any:
    try:
        return loaded(__name__, _HOME, name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "llama_index":
            raise
        raise ConfigurationError(
            f"{name} needs LlamaIndex: pip install 'hf-integrations[llama-index]'"
        ) from error


def __dir__() -> list[str]:
    return __all__
