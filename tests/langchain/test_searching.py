"""Every kind of search, in both colours, on a real PostgreSQL."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from langchain_core.documents import Document

from hf_integrations.errors import ValidationError
from hf_integrations.langchain import HfInferenceEmbeddings, RuvVectorStore
from hf_integrations.ruvvector import Filter

TEXTS = {
    "cat": "The cat sleeps on the warm mat.",
    "cats": "The cat sleeps on the warm mat all day.",
    "dog": "A dog runs through the park.",
    "stocks": "Stocks fell sharply on Monday morning.",
}
QUESTION = "Where does the cat sleep?"
Do = Callable[..., Awaitable[Any]]


@pytest.fixture
def store(
    postgres_dsn: str, schema: str, embeddings: HfInferenceEmbeddings
) -> Iterator[RuvVectorStore]:
    """A store with four documents."""
    made = RuvVectorStore(embeddings, dsn=postgres_dsn, schema=schema)
    metadatas = [{"kind": "pet" if "at" in name or name == "dog" else "news"} for name in TEXTS]
    made.add_texts(TEXTS.values(), metadatas, ids=list(TEXTS))
    yield made
    made.close()


@pytest.fixture(params=["plain", "asyncio"])
def do(request: pytest.FixtureRequest, store: RuvVectorStore) -> Do:
    """Calls a method by name, in one colour or the other."""

    async def call(name: str, *args: Any, **kwargs: Any) -> Any:
        result = getattr(store, name if request.param == "plain" else f"a{name}")(*args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    return call


def ids(documents: list[Document]) -> list[str | None]:
    """Which documents these are."""
    return [document.id for document in documents]


async def test_search_finds_what_is_near(do: Do) -> None:
    """By text and by vector, best first."""
    vector = await do_embed(do)

    assert ids(await do("similarity_search", QUESTION, k=2)) == ["cat", "cats"]
    assert ids(await do("similarity_search_by_vector", vector, k=1)) == ["cat"]


async def do_embed(do: Do) -> list[float]:
    """The vector of the question."""
    model: Any = inspect.getclosurevars(do).nonlocals["store"].embeddings
    vector: list[float] = model.embed_query(QUESTION)
    return vector


async def test_scores_are_greater_for_what_is_nearer(do: Do) -> None:
    """And a text's own score is 1 under cosine."""
    vector = await do_embed(do)
    found = await do("similarity_search_with_score", QUESTION, k=4)
    again = await do("similarity_search_with_score_by_vector", vector, k=4)
    (_, own), *_ = await do("similarity_search_with_score", TEXTS["dog"], k=1)
    scores = [score for _, score in found]

    assert scores == sorted(scores, reverse=True)
    assert again == found
    assert own == pytest.approx(1.0, abs=1e-5)


async def test_relevance_is_from_0_to_1_and_takes_a_threshold(do: Do) -> None:
    """Without LangChain's warning."""
    found = await do("similarity_search_with_relevance_scores", QUESTION, k=4)
    near = await do(
        "similarity_search_with_relevance_scores", QUESTION, k=4, score_threshold=found[1][1]
    )

    assert all(0 <= score <= 1 for _, score in found)
    assert ids([document for document, _ in near]) == ["cat", "cats"]


async def test_filters_choose_by_metadata(do: Do) -> None:
    """As a dict or as a `Filter`, in every kind of search."""
    news = Filter.key("kind").eq("news")
    vector = await do_embed(do)

    assert ids(await do("similarity_search", QUESTION, filter={"kind": "news"})) == ["stocks"]
    assert ids(await do("similarity_search_by_vector", vector, filter=news)) == ["stocks"]
    found = await do("similarity_search_with_score", QUESTION, filter={"kind": {"$ne": "pet"}})
    assert ids([document for document, _ in found]) == ["stocks"]
    diverse = await do("max_marginal_relevance_search", QUESTION, filter={"kind": "pet"})
    assert set(ids(diverse)) == {"cat", "cats", "dog"}


async def test_diverse_documents_are_found(do: Do) -> None:
    """Of two that say nearly the same, one."""
    vector = await do_embed(do)
    found = await do("max_marginal_relevance_search", QUESTION, k=2, lambda_mult=0.2)
    nearest = await do("max_marginal_relevance_search_by_vector", vector, k=2, lambda_mult=1.0)
    more = await do("max_marginal_relevance_search", QUESTION, k=4, fetch_k=1)

    assert ids(found)[0] == "cat"
    assert ids(found)[1] != "cats"
    assert ids(nearest) == ["cat", "cats"]
    assert len(more) == 4


@pytest.mark.parametrize(
    ("kind", "arguments", "wanted"),
    [
        ("similarity", {"k": 2}, {"cat", "cats"}),
        ("similarity", {"k": 4, "filter": {"kind": "news"}}, {"stocks"}),
        ("similarity_score_threshold", {"score_threshold": 0.999}, set()),
        ("mmr", {"k": 1, "fetch_k": 3}, {"cat"}),
    ],
)
async def test_a_retriever_searches_in_every_way(
    kind: str, arguments: dict[str, Any], wanted: set[str], store: RuvVectorStore
) -> None:
    """In both colours."""
    retriever = store.as_retriever(search_type=kind, search_kwargs=arguments)

    assert set(ids(retriever.invoke(QUESTION))) == wanted
    assert set(ids(await retriever.ainvoke(QUESTION))) == wanted
    await store.aclose()


async def test_what_cannot_be_searched_is_refused(do: Do) -> None:
    """A number of documents, a filter, an argument."""
    with pytest.raises(ValidationError, match="k is a whole number"):
        await do("similarity_search", QUESTION, k=0)
    with pytest.raises(ValidationError, match=r"\$near"):
        await do("similarity_search", QUESTION, filter={"kind": {"$near": 1}})
    for name in ("similarity_search", "similarity_search_with_score"):
        with pytest.raises(ValidationError, match="telepathy"):
            await do(name, QUESTION, telepathy=True)
    with pytest.raises(ValidationError, match="telepathy"):
        await do("max_marginal_relevance_search", QUESTION, telepathy=True)
    with pytest.raises(ValidationError, match="dimensions"):
        await do("similarity_search_by_vector", [1.0, 2.0])
