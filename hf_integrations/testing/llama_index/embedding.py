"""What LlamaIndex expects of an embedding model, as a suite to subclass."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode

from hf_integrations.testing.llama_index.secrets import check_hidden


class EmbeddingSuite:
    """Every `BaseEmbedding`."""

    @property
    def embedding_class(self) -> type[BaseEmbedding]:
        """The class under test."""
        raise NotImplementedError

    @pytest.fixture
    def embedding_params(self) -> dict[str, Any]:
        """What it is made with."""
        raise NotImplementedError

    @pytest.fixture
    def embedding(self, embedding_params: dict[str, Any]) -> BaseEmbedding:
        """The subject."""
        return self.embedding_class(**embedding_params)

    def test_a_text_and_a_query(self, embedding: BaseEmbedding) -> None:
        """Each is a list of as many numbers."""
        text, query = embedding.get_text_embedding("a"), embedding.get_query_embedding("b")
        assert len(text) == len(query) > 0
        assert all(type(number) is float for number in text + query)

    async def test_a_text_and_a_query_awaited(self, embedding: BaseEmbedding) -> None:
        """The same numbers as in plain Python."""
        assert await embedding.aget_text_embedding("a") == embedding.get_text_embedding("a")
        assert await embedding.aget_query_embedding("a") == embedding.get_query_embedding("a")

    @pytest.mark.parametrize("count", [0, 1, 7, 100])
    async def test_batches_keep_the_order(self, embedding: BaseEmbedding, count: int) -> None:
        """Many texts are as each alone, in either colour."""
        texts = [f"text number {number} of many" for number in range(count)]
        embedding.embed_batch_size = 16
        vectors = embedding.get_text_embedding_batch(texts)
        assert vectors == await embedding.aget_text_embedding_batch(texts)
        assert len(vectors) == count
        for place in {0, count // 2, count - 1} & set(range(count)):
            assert vectors[place] == pytest.approx(
                embedding.get_text_embedding(texts[place]), abs=1e-6
            )

    def test_like_texts_are_near(self, embedding: BaseEmbedding) -> None:
        """What makes retrieval work."""
        one, like, other = embedding.get_text_embedding_batch(
            ["the cat sat on the mat", "a cat sat on a mat", "stock markets fell today"]
        )
        assert embedding.similarity(one, like) > embedding.similarity(one, other)

    async def test_the_plain_methods_in_a_running_loop(self, embedding: BaseEmbedding) -> None:
        """As in a notebook, again and again."""
        for _ in range(3):
            assert embedding.get_text_embedding_batch(["a", "b"])

    def test_several_loops_one_after_the_other(self, embedding: BaseEmbedding) -> None:
        """As scripts do that call `asyncio.run` for each batch."""
        for _ in range(3):
            assert asyncio.run(embedding.aget_text_embedding_batch(["a", "b"]))

    async def test_nodes_are_embedded(self, embedding: BaseEmbedding) -> None:
        """As a step of an ingestion pipeline, in either colour."""
        nodes = [TextNode(text="a"), TextNode(text="b")]
        assert all(node.embedding for node in embedding(nodes))
        assert all(node.embedding for node in await embedding.acall(nodes))

    def test_serialisation_without_secrets(
        self, embedding: BaseEmbedding, embedding_params: dict[str, Any]
    ) -> None:
        """`to_dict`, `to_json`, `pickle` and `repr` hold the settings, and no token."""
        again = type(embedding).from_json(embedding.to_json())
        assert again.to_dict() == embedding.to_dict()
        assert pickle.loads(pickle.dumps(embedding)).to_dict() == embedding.to_dict()  # noqa: S301
        check_hidden(embedding, embedding_params)
