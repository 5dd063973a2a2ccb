"""Hugging Face inference and the RuvVector store as LangChain components.

The names below are loaded when they are first used, so that a chat model needs no database driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hf_integrations._names import loaded

if TYPE_CHECKING:
    from hf_integrations.langchain.byte_store import RuvByteStore
    from hf_integrations.langchain.cache import RuvCache
    from hf_integrations.langchain.chat import ChatHfInference
    from hf_integrations.langchain.document_index import RuvDocumentIndex
    from hf_integrations.langchain.embeddings import HfInferenceEmbeddings
    from hf_integrations.langchain.history import RuvChatMessageHistory
    from hf_integrations.langchain.llm import HfInferenceLLM
    from hf_integrations.langchain.records import RuvRecordManager
    from hf_integrations.langchain.reranker import HfInferenceReranker
    from hf_integrations.langchain.strings import chat_model
    from hf_integrations.langchain.translator import RuvTranslator
    from hf_integrations.langchain.vectorstore import RuvVectorStore

_HOME = {
    "ChatHfInference": "chat",
    "HfInferenceEmbeddings": "embeddings",
    "HfInferenceLLM": "llm",
    "HfInferenceReranker": "reranker",
    "RuvByteStore": "byte_store",
    "RuvCache": "cache",
    "RuvChatMessageHistory": "history",
    "RuvDocumentIndex": "document_index",
    "RuvRecordManager": "records",
    "RuvTranslator": "translator",
    "RuvVectorStore": "vectorstore",
    "chat_model": "strings",
}

__all__ = [
    "ChatHfInference",
    "HfInferenceEmbeddings",
    "HfInferenceLLM",
    "HfInferenceReranker",
    "RuvByteStore",
    "RuvCache",
    "RuvChatMessageHistory",
    "RuvDocumentIndex",
    "RuvRecordManager",
    "RuvTranslator",
    "RuvVectorStore",
    "chat_model",
]


def __getattr__(name: str) -> Any:
    return loaded(__name__, _HOME, name)


def __dir__() -> list[str]:
    return __all__
