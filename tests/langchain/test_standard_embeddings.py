"""The embedding model before langchain-tests' own judges."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import HfInferenceEmbeddings
from tests.langchain.conftest import MODEL, TOKEN


class TestUnit(EmbeddingsUnitTests):
    """What needs no server."""

    @property
    def embeddings_class(self) -> type[Embeddings]:
        """The class under test."""
        return HfInferenceEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        """How it is made."""
        return {"model": MODEL}

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        """The environment gives the token; it is not made an argument, so it keeps its scope."""
        return (
            {"HUGGINGFACEHUB_API_TOKEN": TOKEN, "HF_TOKEN": ""},
            {"model": MODEL},
            {
                "api_key": TOKEN,
                "token": None,
            },
        )


class TestIntegration(EmbeddingsIntegrationTests):
    """What needs one."""

    emulator: Emulator

    @pytest.fixture(autouse=True)
    def _served(self, emulator: Emulator) -> None:
        self.emulator = emulator

    @property
    def embeddings_class(self) -> type[Embeddings]:
        """The class under test."""
        return HfInferenceEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        """How it is made."""
        return {"model": MODEL, "base_url": self.emulator.url, "token": TOKEN}
