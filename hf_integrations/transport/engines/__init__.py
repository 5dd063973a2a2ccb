"""What really sends bytes: one file per HTTP library, behind one small protocol of our own."""

from hf_integrations.transport.engines.choice import make_async_engine, make_engine
from hf_integrations.transport.engines.settings import EngineKind, EngineSettings

__all__ = ["EngineKind", "EngineSettings", "make_async_engine", "make_engine"]
