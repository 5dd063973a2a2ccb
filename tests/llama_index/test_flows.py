"""Whole ways through LlamaIndex: documents in, answers out; agents; pipelines."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex
from llama_index.core.agent.workflow import AgentStream, FunctionAgent, ReActAgent
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.base.response.schema import Response, StreamingResponse
from llama_index.core.chat_engine.types import ChatMode
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.memory import ChatMemoryBuffer
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.storage.docstore import SimpleDocumentStore

from hf_integrations.emulator import Emulator
from hf_integrations.llama_index import HfInferenceEmbedding, HfInferenceLLM, RuvVectorStore
from hf_integrations.testing.llama_index.vector_store import only

DOCUMENTS = [
    Document(
        text="Ada Lovelace wrote the first program, for the analytical engine.",
        id_="ada",
        metadata={"who": "Ada", "year": 1843},
    ),
    Document(
        text="Grace Hopper wrote the first compiler and named the bug.",
        id_="grace",
        metadata={"who": "Grace", "year": 1952},
    ),
    Document(text="Bananas are yellow.", id_="banana", metadata={"who": "nobody", "year": 2000}),
]


@pytest.fixture
def index(vectors: RuvVectorStore, embedding: HfInferenceEmbedding) -> VectorStoreIndex:
    """An index of three documents."""
    context = StorageContext.from_defaults(vector_store=vectors)
    return VectorStoreIndex.from_documents(
        DOCUMENTS, storage_context=context, embed_model=embedding
    )


@pytest.mark.usefixtures("spare_loop")
def test_a_question_is_answered_from_the_right_document(
    index: VectorStoreIndex, llm: HfInferenceLLM
) -> None:
    """With its sources, best first."""
    answer = index.as_query_engine(llm=llm, similarity_top_k=2).query(
        "Who wrote the first compiler?"
    )
    assert isinstance(answer, Response)
    assert "Grace Hopper" in str(answer)
    assert answer.source_nodes[0].node.ref_doc_id == "grace"
    scores = [source.score or 0 for source in answer.source_nodes]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.usefixtures("spare_loop")
def test_an_answer_is_streamed(index: VectorStoreIndex, llm: HfInferenceLLM) -> None:
    """As it is written."""
    answer = index.as_query_engine(llm=llm, streaming=True).query("Who wrote the first compiler?")
    assert isinstance(answer, StreamingResponse)
    assert "Grace Hopper" in "".join(answer.response_gen)


async def test_questions_in_a_running_loop(index: VectorStoreIndex, llm: HfInferenceLLM) -> None:
    """Awaited or not, as in a notebook."""
    engine = index.as_query_engine(llm=llm)
    awaited = await engine.aquery("Who wrote the first program?")
    plain = await asyncio.to_thread(engine.query, "Who wrote the first program?")
    assert "Ada" in str(awaited)
    assert str(awaited) == str(plain) == str(engine.query("Who wrote the first program?"))
    await close(index, llm)


def test_questions_under_one_loop_after_another(
    index: VectorStoreIndex, llm: HfInferenceLLM
) -> None:
    """As scripts do that call `asyncio.run` for each."""

    async def ask() -> str:
        answer = str(await index.as_query_engine(llm=llm).aquery("Who named the bug?"))
        await close(index, llm)
        return answer

    assert "Grace Hopper" in asyncio.run(ask())


def test_one_component_under_one_loop_after_another(
    index: VectorStoreIndex, llm: HfInferenceLLM
) -> None:
    """Without anything being closed in between."""
    engine = index.as_query_engine(llm=llm)
    answers = {str(asyncio.run(engine.aquery("Who named the bug?"))) for _ in range(3)}
    assert len(answers) == 1
    asyncio.run(close(index, llm))


def test_a_question_under_a_filter(index: VectorStoreIndex) -> None:
    """Is asked of the rows that pass alone."""
    retriever = index.as_retriever(similarity_top_k=5, filters=only("who", "Ada"))
    assert [found.node.ref_doc_id for found in retriever.retrieve("compiler")] == ["ada"]


def test_documents_are_deleted_and_refreshed(
    index: VectorStoreIndex, vectors: RuvVectorStore
) -> None:
    """By their ids, as LlamaIndex does."""
    index.delete_ref_doc("banana")
    assert {node.ref_doc_id for node in vectors.get_nodes()} == {"ada", "grace"}
    changed = DOCUMENTS[0].model_copy(deep=True)
    changed.set_content("Ada Lovelace wrote notes.")
    index.update_ref_doc(changed)
    texts = {node.get_content() for node in vectors.get_nodes(filters=only("who", "Ada"))}
    assert texts == {"Ada Lovelace wrote notes."}


def test_an_index_is_opened_again(
    index: VectorStoreIndex, vectors: RuvVectorStore, embedding: HfInferenceEmbedding
) -> None:
    """From the table alone, and what the core store wrote is part of it."""
    vectors.client.add(
        ["Linus wrote a kernel."],
        [embedding.get_text_embedding("Linus wrote a kernel.")],
        metadata=[{"who": "Linus"}],
        ids=["row"],
    )
    again = VectorStoreIndex.from_vector_store(vectors, embed_model=embedding)
    (best,) = again.as_retriever(similarity_top_k=1).retrieve("Who wrote a kernel?")
    assert (best.node.node_id, best.node.metadata) == ("row", {"who": "Linus"})
    del index


def pipeline(vectors: RuvVectorStore, embedding: HfInferenceEmbedding) -> IngestionPipeline:
    """Split, embed and store, replacing what has changed."""
    return IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=64, chunk_overlap=0), embedding],
        vector_store=vectors,
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
    )


def test_a_pipeline_stores_and_replaces(
    vectors: RuvVectorStore, embedding: HfInferenceEmbedding, fresh: Emulator
) -> None:
    """What has not changed is neither embedded nor stored again."""
    line = pipeline(vectors, embedding)
    long = Document(text="A sentence about rivers. " * 60, id_="long")
    assert len(line.run(documents=[*DOCUMENTS, long])) > 6
    count, asked = len(vectors.get_nodes()), len(fresh.requests)
    assert line.run(documents=[*DOCUMENTS, long]) == []
    assert len(fresh.requests) == asked
    line.run(documents=[Document(text="Short now.", id_="long")])
    assert len(vectors.get_nodes()) < count


async def test_a_pipeline_awaited(vectors: RuvVectorStore, embedding: HfInferenceEmbedding) -> None:
    """Embeds and stores without blocking the loop."""
    line = pipeline(vectors, embedding)
    assert len(await line.arun(documents=DOCUMENTS)) == 3
    assert len(await vectors.aget_nodes()) == 3
    await vectors.aclose()
    await embedding.aclose()


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"The weather of {city} is sunny."


def memory() -> ChatMemoryBuffer:
    """A memory in a list: LlamaIndex's own choice leaves a database connection open."""
    return ChatMemoryBuffer.from_defaults(token_limit=1_000)


# To find an agent's steps, workflows asks the object for each of its attributes, and among them for
# those that pydantic will drop. Source: llama-index-workflows, `get_steps_from_instance`.
agents_look_around = pytest.mark.filterwarnings(
    "ignore::pydantic.warnings.PydanticDeprecationWarning"
)


@agents_look_around
@pytest.mark.parametrize("streaming", [True, False])
async def test_an_agent_uses_a_tool(llm: HfInferenceLLM, fresh: Emulator, streaming: bool) -> None:
    """Calls it, hands its result back under the call's id, and answers from it."""
    agent = FunctionAgent(tools=[get_weather], llm=llm, streaming=streaming)
    handler = agent.run("What is the weather of Paris?", memory=memory())
    deltas = [event.delta async for event in handler.stream_events() if type(event) is AgentStream]
    answer: Any = await handler
    assert "sunny" in str(answer)
    assert [call.tool_kwargs for call in answer.tool_calls] == [{"city": "Paris"}]
    assert bool(deltas) is streaming
    messages = fresh.requests[-1].json["messages"]
    calls = [call["id"] for message in messages for call in message.get("tool_calls") or ()]
    results = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
    assert calls == results
    await llm.aclose()


@agents_look_around
@pytest.mark.filterwarnings("ignore:is_running called from within a step:DeprecationWarning")
async def test_an_agent_without_tool_calls(whom: dict[str, str]) -> None:
    """Goes by the prompt, for a model that takes no tools."""
    llm = HfInferenceLLM(**whom, is_function_calling_model=False)
    agent = ReActAgent(tools=[get_weather], llm=llm)
    assert str(await agent.run("Hello", memory=memory(), max_iterations=3)) is not None
    await llm.aclose()


@pytest.fixture
def defaults(llm: HfInferenceLLM, embedding: HfInferenceEmbedding) -> Iterator[None]:
    """Our components as LlamaIndex's defaults."""
    before = Settings._llm, Settings._embed_model
    Settings.llm, Settings.embed_model = llm, embedding
    yield
    Settings._llm, Settings._embed_model = before


@pytest.mark.usefixtures("defaults")
async def test_a_chat_about_documents_with_our_defaults(
    vectors: RuvVectorStore, llm: HfInferenceLLM, embedding: HfInferenceEmbedding
) -> None:
    """Nothing else is asked for: no key of another vendor's, no download."""
    context = StorageContext.from_defaults(vector_store=vectors)
    engine = VectorStoreIndex.from_documents(DOCUMENTS, storage_context=context).as_chat_engine(
        chat_mode=ChatMode.CONTEXT, memory=memory()
    )
    history = [
        ChatMessage(role="user", content="Hello"),
        ChatMessage(role="assistant", content="Hi"),
    ]
    answer = await engine.achat("Who wrote the first compiler?", chat_history=history)
    assert "Grace Hopper" in str(answer)
    assert answer.source_nodes
    await vectors.aclose()
    await llm.aclose()
    await embedding.aclose()


async def close(index: VectorStoreIndex, llm: HfInferenceLLM) -> None:
    """Let go of what belongs to this loop."""
    store, embedding = index.vector_store, index._embed_model
    assert isinstance(store, RuvVectorStore)
    assert isinstance(embedding, HfInferenceEmbedding)
    await store.aclose()
    await llm.aclose()
    await embedding.aclose()
