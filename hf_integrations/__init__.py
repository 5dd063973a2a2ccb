"""Hugging Face inference at home in LangChain, LlamaIndex and PostgreSQL."""

from hf_integrations._version import __version__

__all__ = ["__version__"]
