"""`HfInferenceReranker` as LlamaIndex expects it, and what it promises besides."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.callbacks import CallbackManager, CBEventType, LlamaDebugHandler
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError
from hf_integrations.llama_index import HfInferenceReranker
from hf_integrations.testing.llama_index import RerankerSuite
from hf_integrations.testing.llama_index.reranker import QUERY, TEXTS, found
from tests.llama_index.conftest import last_body


class TestOverText(RerankerSuite):
    """The suite, over whatever the URL serves."""

    @property
    def reranker_class(self) -> type[BaseNodePostprocessor]:
        """The class under test."""
        return HfInferenceReranker

    @pytest.fixture
    def reranker_params(self, whom: dict[str, Any]) -> dict[str, Any]:
        """A server and its token."""
        return whom


@pytest.mark.parametrize("server", ["tei", "openai"])
def test_every_server_that_ranks(emulator: Emulator, server: str) -> None:
    """TEI's own route, and the one of vLLM and llama.cpp."""
    reranker = HfInferenceReranker(
        "org/r", base_url=emulator.url, token="hf_test", server=server, top_n=2, min_score=0.0
    )
    nodes = reranker.postprocess_nodes(found(TEXTS), query_str=QUERY)
    assert nodes[0].node.node_id == "node-1"
    assert len(nodes) <= 2
    reranker.close()


def test_the_model_reads_what_embeddings_read(fresh: Emulator) -> None:
    """Text with metadata, but for the keys that are excluded; or the text alone."""
    nodes = found(["text"])
    nodes[0].node.metadata = {"title": "Bees", "path": "/secret"}
    nodes[0].node.excluded_embed_metadata_keys = ["path"]
    whom = {"base_url": fresh.url, "token": "hf_test", "server": "tei"}
    for mode, text in ((None, "title: Bees\n\ntext"), (MetadataMode.NONE, "text")):
        given = whom if mode is None else whom | {"metadata_mode": mode}
        with_it = HfInferenceReranker("org/r", **given)
        with_it.postprocess_nodes(nodes, query_str=QUERY)
        assert last_body(fresh)["texts"] == [text]
        with_it.close()


def test_many_nodes_go_in_as_many_requests_as_needed(fresh: Emulator) -> None:
    """A server that takes 32 at a time ranks a hundred."""
    reranker = HfInferenceReranker("org/r", base_url=fresh.url, token="hf_test", server="tei")
    nodes = reranker.postprocess_nodes(found([*TEXTS * 33, "honey bees"]), query_str=QUERY)
    assert len(nodes) == 100
    assert len({node.node.node_id for node in nodes}) == 100
    reranker.close()


def test_instruments_are_told(whom: dict[str, Any]) -> None:
    """The event has the nodes before and after."""
    handler = LlamaDebugHandler(print_trace_on_end=False)
    reranker = HfInferenceReranker(**whom, callback_manager=CallbackManager([handler]), top_n=1)
    reranker.postprocess_nodes(found(TEXTS), query_str=QUERY)
    ((start, end),) = handler.get_event_pairs(CBEventType.RERANKING)
    assert (start.payload or {})["top_k"] == 1
    assert len((end.payload or {})["nodes"]) == 1
    reranker.close()


def test_an_argument_that_is_not_known_is_refused() -> None:
    """And the near ones are named."""
    with pytest.raises(ConfigurationError, match="top_n"):
        HfInferenceReranker("org/r", top_k=3)
