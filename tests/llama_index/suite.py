"""What LlamaIndex expects of its components, as suites to subclass: there is no official one.

A suite knows its subject only through LlamaIndex's own base classes. A subclass names the class and
its parameters, and says by switches what it can do; what it says, it must keep. Nothing of the
subject is imported here, so any integration can be judged.
"""

from tests.llama_index.suite_embedding import EmbeddingSuite
from tests.llama_index.suite_llm import LLMSuite
from tests.llama_index.suite_store import VectorStoreSuite
from tests.llama_index.suite_tools import ToolCallingSuite

__all__ = ["EmbeddingSuite", "LLMSuite", "ToolCallingSuite", "VectorStoreSuite"]
