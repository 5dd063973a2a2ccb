"""A question answered from a collection, through either framework."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hf_integrations.cli.surroundings import Surroundings
from hf_integrations.errors import ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from hf_integrations.ruvvector import RuvVectorStore

ASKED = (
    "Answer the question from the context alone, in a few sentences. "
    "If it is not there, say so.\n\nContext:\n{context}"
)


class Source(Struct, frozen=True):
    """A piece of text that an answer was taken from."""

    name: str
    piece: str
    heading: str
    score: float


class Answer(Struct, frozen=True):
    """An answer with what it was taken from, and how long it took in seconds."""

    framework: str
    text: str
    sources: list[Source]
    seconds: float


class Models(Struct, frozen=True):
    """Who writes and who embeds."""

    chat: str
    embedding: str


Asker = Callable[[str], Answer]


def check_collection(store: RuvVectorStore, collection: str, label: str) -> None:
    """Refuse to ask what is empty, or was embedded by another model than `label`.

    Raises:
        NotFoundError: nothing is stored there.
        ConfigurationError: its vectors mean something else than those of the question.
    """
    from hf_integrations.bulk import refuse_mixture

    records = store.get(limit=1)
    if not records:
        raise NotFoundError(
            f"Collection {collection!r} is empty.", hint="Fill it with: hfi ingest FOLDER"
        )
    refuse_mixture(store, label)
    if (known := records[0].model) not in (None, label):
        raise ConfigurationError(
            f"Collection {collection!r} was embedded by {known}, not by {label}.",
            hint="Use the --embedding-model and --emulator it was filled with.",
        )


def langchain_asker(
    stack: ExitStack, place: Surroundings, collection: str, models: Models, k: int
) -> Asker:
    """Questions through a LangChain retriever chain; `stack` closes what it opens."""
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough

    from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings, RuvVectorStore

    embeddings = HfInferenceEmbeddings(model=models.embedding, **place.settings)
    store = RuvVectorStore(embeddings, dsn=place.dsn, collection=collection)
    prompt = ChatPromptTemplate([("system", ASKED), ("human", "{question}")])
    chat = ChatHfInference(model=models.chat, temperature=0, **place.settings)
    for opened in (embeddings, store, chat):
        stack.callback(opened.close)
    writer = prompt | chat | StrOutputParser()

    def joined(given: dict[str, Any]) -> str:
        return "\n\n".join(document.page_content for document, _ in given["found"])

    chain = (
        RunnablePassthrough.assign(
            found=lambda given: store.similarity_search_with_relevance_scores(
                given["question"], k=k
            )
        )
        | RunnablePassthrough.assign(context=joined)
        | RunnablePassthrough.assign(answer=writer)
    )

    def ask(question: str) -> Answer:
        begin = time.perf_counter()
        given = chain.invoke({"question": question})
        found = [_source(document.metadata, score) for document, score in given["found"]]
        return Answer("LangChain", given["answer"], found, time.perf_counter() - begin)

    return ask


def llama_index_asker(
    stack: ExitStack, place: Surroundings, collection: str, models: Models, k: int
) -> Asker:
    """Questions through a LlamaIndex query engine over the same table; `stack` closes it."""
    from llama_index.core import VectorStoreIndex

    from hf_integrations.llama_index import HfInferenceEmbedding, HfInferenceLLM, RuvVectorStore

    embedding = HfInferenceEmbedding(model=models.embedding, **place.settings)
    store = RuvVectorStore(dsn=place.dsn, collection=collection)
    llm = HfInferenceLLM(model=models.chat, temperature=0, **place.settings)
    for opened in (embedding, store, llm):
        stack.callback(opened.close)
    index = VectorStoreIndex.from_vector_store(store, embed_model=embedding)
    engine = index.as_query_engine(llm=llm, similarity_top_k=k)

    def ask(question: str) -> Answer:
        begin = time.perf_counter()
        response = engine.query(question)
        found = [_source(hit.node.metadata, hit.score or 0.0) for hit in response.source_nodes]
        return Answer("LlamaIndex", str(response), found, time.perf_counter() - begin)

    return ask


def _source(metadata: dict[str, Any], score: float) -> Source:
    name, piece, heading = (str(metadata.get(key, "")) for key in ("source", "piece", "heading"))
    return Source(name or "?", piece, heading, score)


_ASKERS: dict[str, tuple[Callable[[ExitStack, Surroundings, str, Models, int], Asker], str]] = {
    "langchain": (langchain_asker, "langchain"),
    "llama-index": (llama_index_asker, "llama-index"),
}
FRAMEWORKS = tuple(_ASKERS)


def askers(
    stack: ExitStack,
    frameworks: Sequence[str],
    place: Surroundings,
    collection: str,
    models: Models,
    k: int,
) -> list[Asker]:
    """The askers for some frameworks, made before the first question is asked.

    `stack` closes what they open.

    Raises:
        ConfigurationError: a framework is not installed.
    """
    made = []
    for name in frameworks:
        make, extra = _ASKERS[name]
        try:
            made.append(make(stack, place, collection, models, k))
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                f"{name} is not installed.", hint=f"Run: pip install 'hf-integrations[{extra}]'"
            ) from error
    return made
