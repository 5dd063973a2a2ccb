"""Structured queries as filters: each means what it says, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_classic.chains.query_constructor.parser import get_parser
from langchain_classic.chains.query_constructor.schema import AttributeInfo
from langchain_classic.retrievers.self_query.base import SelfQueryRetriever
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.language_models import FakeListChatModel
from langchain_core.structured_query import Comparator, Operator, StructuredQuery

from hf_integrations.langchain import RuvTranslator, RuvVectorStore

FILMS = [
    {"title": "Solaris", "year": 1972, "genres": ["science fiction"], "seen": "2024-05-31"},
    {"title": "Stalker", "year": 1979, "genres": ["science fiction", "drama"]},
    {"title": "100% Wolf", "year": 2020, "genres": ["animation"], "seen": "2023-01-01"},
]


@pytest.fixture(scope="module")
def films(postgres_dsn: str) -> Iterator[RuvVectorStore]:
    """Three films."""
    fake = DeterministicFakeEmbedding(size=4)
    store = RuvVectorStore(fake, dsn=postgres_dsn, collection="translated_films")
    store.add_documents([Document(str(film["title"]), metadata=film) for film in FILMS])
    yield store
    store.store.drop()
    store.close()


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ('eq("year", 1972)', ["Solaris"]),
        ('ne("year", 1972)', ["100% Wolf", "Stalker"]),
        ('and(gte("year", 1972), lt("year", 1979))', ["Solaris"]),
        ('or(gt("year", 2000), lte("year", 1972))', ["100% Wolf", "Solaris"]),
        ('not(eq("year", 1972))', ["100% Wolf", "Stalker"]),
        ('contain("genres", "drama")', ["Stalker"]),
        ('like("title", "stalk")', ["Stalker"]),
        ('like("title", "%s")', ["Solaris"]),
        ('in("year", [1972, 1979])', ["Solaris", "Stalker"]),
        ('nin("year", [1972, 1979])', ["100% Wolf"]),
        ('gt("seen", 2024-01-01)', ["Solaris"]),
    ],
)
def test_a_question_in_langchains_language_finds_what_it_asks_for(
    asked: str, titles: list[str], films: RuvVectorStore
) -> None:
    """As its own parser reads it."""
    parser: Any = get_parser(allowed_comparators=list(Comparator), allowed_operators=list(Operator))
    query = StructuredQuery(query="film", filter=parser.parse(asked), limit=5)
    text, told = RuvTranslator().visit_structured_query(query)
    found = films.similarity_search(text, **told)

    assert (text, told["k"]) == ("film", 5)
    assert sorted(document.page_content for document in found) == titles


def test_without_a_condition_there_is_no_filter() -> None:
    """And the limit stays with the retriever."""
    query = StructuredQuery(query="film", filter=None, limit=None)
    assert RuvTranslator().visit_structured_query(query) == ("film", {})


async def test_the_self_query_retriever_takes_it(films: RuvVectorStore) -> None:
    """With a model that asks for a year, in both colours."""
    reply = '```json\n{"query": "film", "filter": "gt(\\"year\\", 2000)"}\n```'
    model: Any = FakeListChatModel(responses=[reply])
    retriever = SelfQueryRetriever.from_llm(
        model,
        films,
        "films",
        [AttributeInfo(name="year", description="of release", type="integer")],
        structured_query_translator=RuvTranslator(),
    )

    assert [one.page_content for one in retriever.invoke("new films")] == ["100% Wolf"]
    assert [one.page_content for one in await retriever.ainvoke("new")] == ["100% Wolf"]
    await films.async_store.close()
