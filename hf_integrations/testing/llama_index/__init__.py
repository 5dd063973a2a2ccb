"""What LlamaIndex expects of its components, as suites to subclass: there is no official one.

A suite knows its subject only through LlamaIndex's own base classes. A subclass names the class and
its parameters, and says by switches what it can do; what it says, it must keep. Nothing of the
subject is imported here, so any integration can be judged.
"""

from hf_integrations.testing.llama_index.chat_store import ChatStoreSuite
from hf_integrations.testing.llama_index.embedding import EmbeddingSuite
from hf_integrations.testing.llama_index.kv_store import KVStoreSuite
from hf_integrations.testing.llama_index.llm import LLMSuite
from hf_integrations.testing.llama_index.reranker import RerankerSuite
from hf_integrations.testing.llama_index.tools import ToolCallingSuite
from hf_integrations.testing.llama_index.vector_store import VectorStoreSuite

__all__ = [
    "ChatStoreSuite",
    "EmbeddingSuite",
    "KVStoreSuite",
    "LLMSuite",
    "RerankerSuite",
    "ToolCallingSuite",
    "VectorStoreSuite",
]
