"""`HfInferenceReranker`: nodes by how well they answer, as LlamaIndex's postprocessor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from llama_index.core.bridge.pydantic import Field
from llama_index.core.callbacks import CBEventType, EventPayload
from llama_index.core.instrumentation.events.rerank import ReRankEndEvent, ReRankStartEvent
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle
from llama_index_instrumentation import get_dispatcher

from hf_integrations.errors import ValidationError
from hf_integrations.llama_index.connected import Connected

if TYPE_CHECKING:
    from hf_integrations.models.text import Ranked

_DISPATCHER = get_dispatcher(__name__)


class HfInferenceReranker(Connected, BaseNodePostprocessor):
    """A ranking model that reads query and text together, in both colours.

    It asks TEI's `/rerank`, `/v1/rerank` of vLLM and llama.cpp, or the task text-ranking of
    hf-inference, in as many requests as the server wants. The given nodes stay as they are.

    Args:
        model: `organisation/name`, or the URL of a server; a server with one model needs none.
            `model_name` says the same.
        provider: who serves it; at the router, hf-inference does.
        top_n: how many of the best are given; None gives all, in order.
        min_score: leaves out what has a lower score.
        metadata_mode: which metadata the model reads before the text; those for embedding.
        raw_scores: scores as the model gives them, and not from 0 to 1; a word of TEI.
        truncate: whether what is too long is cut, instead of refused; a word of TEI.
        truncation_direction: the end that is cut, "left" or "right".
        extra_body: fields for the body that are not listed here; they win.
        timeout: seconds for a request.
        client, async_client: ready clients, instead of settings; they are never closed here.
        config: settings; those named beside it win.
        **given: any setting of `HfInferenceConfig` (`base_url`, `token`, `max_retries`, …).

    Raises:
        ConfigurationError: an argument is not known, or cannot be so.

    >>> from hf_integrations.emulator import Emulator
    >>> from hf_integrations.llama_index import HfInferenceReranker
    >>> from llama_index.core.schema import NodeWithScore, TextNode
    >>> nodes = [NodeWithScore(node=TextNode(text=text)) for text in ("a stone", "bees make honey")]
    >>> with Emulator() as emulator:
    ...     best = HfInferenceReranker("org/r", base_url=emulator.url, token="hf_test", top_n=1)
    ...     best.postprocess_nodes(nodes, query_str="Who makes honey?")[0].text
    'bees make honey'
    """

    model: str = Field(default="", description="The model: organisation/name, or a server's URL.")
    top_n: int | None = Field(default=None, ge=1)
    min_score: float | None = None
    metadata_mode: MetadataMode = MetadataMode.EMBED
    raw_scores: bool | None = None
    truncate: bool | None = None
    truncation_direction: Literal["left", "right"] | None = None
    extra_body: dict[str, Any] | None = None

    def __init__(self, model: str = "", *, model_name: str = "", **given: Any) -> None:
        super().__init__(model=model or model_name, **given)

    @classmethod
    def class_name(cls) -> str:
        """The name under which it is serialised."""
        return "HfInferenceReranker"

    @property
    def model_name(self) -> str:
        """The model."""
        return self.model

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        query = _asked(query_bundle)
        if not nodes:
            return []
        with self.callback_manager.event(CBEventType.RERANKING, self._began(nodes, query)) as event:
            ranked = self._clients.plain.text.rank(query, self._texts(nodes), **self._parameters())
            best = self._ended(nodes, ranked)
            event.on_end({EventPayload.NODES: best})
        return best

    async def _apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        query = _asked(query_bundle)
        if not nodes:
            return []
        with self.callback_manager.event(CBEventType.RERANKING, self._began(nodes, query)) as event:
            texts = self._texts(nodes)
            text = self._clients.asynchronous.text
            best = self._ended(nodes, await text.rank(query, texts, **self._parameters()))
            event.on_end({EventPayload.NODES: best})
        return best

    def _texts(self, nodes: Sequence[NodeWithScore]) -> list[str]:
        return [one.node.get_content(metadata_mode=self.metadata_mode) for one in nodes]

    def _began(self, nodes: list[NodeWithScore], query: str) -> dict[str, Any]:
        """Tell LlamaIndex's instruments; what its callbacks are told."""
        wanted = self.top_n or len(nodes)
        _DISPATCHER.event(
            ReRankStartEvent(query=query, nodes=nodes, top_n=wanted, model_name=self.model)
        )
        return {
            EventPayload.NODES: nodes,
            EventPayload.MODEL_NAME: self.model,
            EventPayload.QUERY_STR: query,
            EventPayload.TOP_K: wanted,
        }

    def _ended(
        self, nodes: Sequence[NodeWithScore], ranked: Sequence[Ranked]
    ) -> list[NodeWithScore]:
        least = float("-inf") if self.min_score is None else self.min_score
        best = [
            NodeWithScore(node=nodes[one.index].node, score=one.score)
            for one in ranked
            if one.score >= least
        ]
        _DISPATCHER.event(ReRankEndEvent(nodes=best))
        return best

    def _parameters(self) -> dict[str, Any]:
        return {
            "model": self.model or None,
            "provider": self.provider,
            "timeout": self.timeout,
            "top_k": self.top_n,
            "raw_scores": self.raw_scores,
            "truncate": self.truncate,
            "truncation_direction": self.truncation_direction,
            "extra_body": self.extra_body,
        }


def _asked(query_bundle: QueryBundle | None) -> str:
    if query_bundle is None:
        raise ValidationError("query_bundle is missing; nodes are ranked by a query.")
    return query_bundle.query_str
