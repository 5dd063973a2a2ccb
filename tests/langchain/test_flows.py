"""What people build: questions about documents, loops of tools, agents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnablePassthrough
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import BaseModel

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings, RuvVectorStore

FACTS = {
    "eiffel": "The Eiffel Tower is 330 metres tall and stands in Paris.",
    "danube": "The Danube flows through ten countries and ends in the Black Sea.",
    "honey": "Bees make honey from the nectar of flowers.",
}


class Weather(BaseModel):
    """The weather at a place."""

    city: str
    forecast: str


@dataclass
class WeatherData:
    """The weather at a place."""

    city: str
    forecast: str


@tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"It is sunny in {city}."


@pytest.fixture
def store(
    postgres_dsn: str, schema: str, embeddings: HfInferenceEmbeddings
) -> Iterator[RuvVectorStore]:
    """The facts, stored."""
    made = RuvVectorStore(embeddings, dsn=postgres_dsn, schema=schema)
    made.add_documents([Document(text, id=name) for name, text in FACTS.items()])
    yield made
    made.close()


@pytest.fixture
def answers(store: RuvVectorStore, chat: ChatHfInference) -> Runnable[str, str]:
    """A chain that answers from the facts."""
    prompt = ChatPromptTemplate.from_messages(
        [
            ("system", "Answer only from the context.\n\nContext:\n{context}"),
            ("human", "{question}"),
        ]
    )

    def together(documents: list[Document]) -> str:
        return "\n\n".join(document.page_content for document in documents)

    retriever = store.as_retriever(search_kwargs={"k": 2})
    return (
        {"context": retriever | together, "question": RunnablePassthrough()}
        | prompt
        | chat
        | StrOutputParser()
    )


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How tall is the Eiffel Tower?", "330 metres"),
        ("Where does the Danube end?", "Black Sea"),
        ("What do bees make honey from?", "nectar"),
    ],
)
async def test_questions_are_answered_from_the_right_document(
    question: str, wanted: str, answers: Runnable[str, str], store: RuvVectorStore
) -> None:
    """Whole, streamed and in asyncio."""
    assert wanted in answers.invoke(question)
    assert wanted in "".join(answers.stream(question))
    assert wanted in await answers.ainvoke(question)
    assert wanted in "".join([piece async for piece in answers.astream(question)])
    await store.aclose()


async def test_a_batch_of_questions_is_answered_in_order(
    answers: Runnable[str, str], store: RuvVectorStore
) -> None:
    """Side by side, in both colours."""
    questions = ["How tall is the Eiffel Tower?", "Where does the Danube end?"] * 3
    for found in (answers.batch(questions), await answers.abatch(questions)):
        assert ["330" in text for text in found] == [True, False] * 3
    await store.aclose()


async def test_a_loop_of_tools_comes_to_an_end(chat: ChatHfInference, fresh: Emulator) -> None:
    """The model asks, the tool answers under the id of the call, the model tells."""
    model = chat.bind_tools([get_weather])
    messages: list[Any] = [HumanMessage("What is the weather in the city of Paris?")]
    asked = await model.ainvoke(messages)
    messages.append(asked)
    messages += [get_weather.invoke(call) for call in asked.tool_calls]
    told = model.invoke(messages)
    sent = fresh.requests[-1].json["messages"]

    assert isinstance(messages[-1], ToolMessage)
    assert told.tool_calls == []
    assert "sunny" in told.text
    assert sent[1]["tool_calls"][0]["id"] == sent[2]["tool_call_id"]


async def test_an_agent_uses_its_tools(chat: ChatHfInference) -> None:
    """In both colours."""
    agent = create_agent(chat, tools=[get_weather])
    question: Any = {"messages": [HumanMessage("What is the weather in the city of Paris?")]}
    for end in (agent.invoke(question), await agent.ainvoke(question)):
        kinds = [message.type for message in end["messages"]]
        assert kinds == ["human", "ai", "tool", "ai"]
        assert "sunny" in end["messages"][-1].text


async def test_an_agent_streams_its_tokens(chat: ChatHfInference) -> None:
    """Pieces of the last answer, and of the calls before it."""
    agent = create_agent(chat, tools=[get_weather])
    question: Any = {"messages": [HumanMessage("What is the weather in the city of Paris?")]}
    pieces = [piece async for piece, _ in agent.astream(question, stream_mode="messages")]
    spoken = [piece for piece in pieces if isinstance(piece, AIMessage)]

    assert len(spoken) > 5
    assert "sunny" in "".join(piece.text for piece in spoken)
    assert any(getattr(piece, "tool_call_chunks", None) for piece in spoken)


@pytest.mark.parametrize("schema", [Weather, WeatherData])
@pytest.mark.parametrize("strategy", [ToolStrategy, ProviderStrategy])
async def test_an_agent_answers_in_a_form(
    strategy: Any, schema: Any, chat: ChatHfInference, fresh: Emulator
) -> None:
    """Under both strategies, beside tools."""
    agent = create_agent(chat, tools=[get_weather], response_format=strategy(schema))
    question: Any = {"messages": [HumanMessage("What is the weather in the city of Paris?")]}
    end = await agent.ainvoke(question)
    last = fresh.requests[-1].json

    assert isinstance(end["structured_response"], schema)
    assert "tool" in [message.type for message in end["messages"]]
    if strategy is ToolStrategy:
        assert last["tool_choice"] == "required"
    else:
        assert last["response_format"]["json_schema"]["name"] == schema.__name__


@pytest.mark.parametrize("profile", [None, {"structured_output": True}])
def test_an_agent_chooses_the_strategy_by_the_profile(
    profile: Any, whom: dict[str, Any], fresh: Emulator
) -> None:
    """A model that can keep to a schema is asked to; any other gets a tool."""
    chat = ChatHfInference(**whom, profile=profile)
    end = create_agent(chat, response_format=Weather).invoke(
        {"messages": [HumanMessage("The forecast for the city of Paris is rain.")]}
    )

    assert isinstance(end["structured_response"], Weather)
    assert ("response_format" in fresh.requests[-1].json) == bool(profile)


async def test_an_agent_remembers_a_conversation(chat: ChatHfInference, fresh: Emulator) -> None:
    """Under a checkpointer of LangGraph's, in both colours."""
    agent = create_agent(chat, tools=[get_weather], checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "1"}}
    agent.invoke({"messages": [HumanMessage("My name is Ada.")]}, thread)
    end = await agent.ainvoke({"messages": [HumanMessage("Hello again!")]}, thread)
    said = [message["content"] for message in fresh.requests[-1].json["messages"]]

    assert said[0] == "My name is Ada."
    assert said[-1] == "Hello again!"
    assert len(end["messages"]) == 4


async def test_a_graph_streams_the_calls_of_tools_as_they_are_written(
    chat: ChatHfInference,
) -> None:
    """Each piece under one index; together they are the call that was made."""
    agent = create_agent(chat, tools=[get_weather])
    question: Any = {"messages": [HumanMessage("What is the weather in the city of Paris?")]}
    pieces: list[Any] = [piece for piece, _ in agent.stream(question, stream_mode="messages")]
    calls = [one for piece in pieces for one in getattr(piece, "tool_call_chunks", [])]

    assert len(calls) > 1
    assert {call["index"] for call in calls} == {0}
    assert "".join(call["args"] or "" for call in calls) == '{"city": "Paris"}'
