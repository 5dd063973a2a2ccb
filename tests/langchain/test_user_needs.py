"""What users of LangChain's other packages suffer from, one test for each of their complaints.

A1 to A18 are the complaints about chat, text and embedding models, G12 to G16 those about stores.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add as plus
from typing import Any, TypedDict

import pytest
from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from hf_integrations.emulator import Emulator
from hf_integrations.errors import AuthenticationError, HfError, ModelNotAvailableOnProviderError
from hf_integrations.langchain import (
    ChatHfInference,
    HfInferenceEmbeddings,
    HfInferenceLLM,
    RuvVectorStore,
    chat_model,
)
from tests.langchain.conftest import MODEL, TOKEN, last_body
from tests.langchain.scripts import answer, event_stream

WEATHER = "What is the weather in the city of Paris?"
PERSON = 'His name is "Ada" and the age is 36.'


@tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"It is sunny in {city}."


@tool
def get_time(city: str) -> str:
    """Get the time in a city."""
    return f"It is noon in {city}."


class Person(BaseModel):
    """A person."""

    name: str
    age: int


@dataclass
class PersonData:
    """A person."""

    name: str
    age: int


class PersonDict(TypedDict):
    """A person."""

    name: str
    age: int


SCHEMA = {**Person.model_json_schema(), "title": "Person"}


@pytest.mark.parametrize("engine", [None, "tgi", "vllm", "sglang", "llama.cpp"])
async def test_a1_tools_work_at_every_engine(engine: str | None) -> None:
    """Whole and streamed, in both colours."""
    with Emulator(engine=engine) as emulator:
        chat = chat_model(MODEL, base_url=emulator.url, token=TOKEN).bind_tools([get_weather])
        streamed: Any = reduce(plus, chat.stream(WEATHER))
        for message in (chat.invoke(WEATHER), await chat.ainvoke(WEATHER), streamed):
            (call,) = message.tool_calls
            assert (call["name"], call["args"]) == ("get_weather", {"city": "Paris"})
            assert call["id"]


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("any", "required"),
        ("required", "required"),
        (True, "required"),
        ("auto", "auto"),
        ("none", "none"),
        ("get_time", {"type": "function", "function": {"name": "get_time"}}),
        (
            {"type": "function", "function": {"name": "get_time"}},
            {"type": "function", "function": {"name": "get_time"}},
        ),
        (None, None),
        (False, None),
    ],
)
def test_a2_every_tool_choice_works_with_several_tools(
    choice: Any, sent: Any, chat: ChatHfInference, fresh: Emulator
) -> None:
    """In OpenAI's spelling; and what must be called is called."""
    message = chat.bind_tools([get_weather, get_time], tool_choice=choice).invoke(WEATHER)
    names = {call["name"] for call in message.tool_calls}

    assert last_body(fresh).get("tool_choice") == sent
    assert len(last_body(fresh)["tools"]) == 2
    if choice == "none":
        assert not names
    elif isinstance(sent, dict):
        assert names == {"get_time"}
    else:
        assert "get_weather" in names


@pytest.mark.parametrize("with_profile", [False, True])
async def test_a3_an_agent_with_tools_answers_in_a_form(
    with_profile: bool, chat: ChatHfInference, fresh: Emulator
) -> None:
    """By a tool, or by the provider, where the live profile says that it can."""
    model = await chat.awith_profile() if with_profile else chat
    agent = create_agent(model, tools=[get_weather], response_format=Person)
    end = agent.invoke({"messages": [HumanMessage(PERSON)]})

    assert end["structured_response"] == Person(name="Ada", age=36)
    assert ("response_format" in last_body(fresh)) is with_profile


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
@pytest.mark.parametrize("schema", [Person, PersonData, PersonDict, SCHEMA])
async def test_a4_structured_output_takes_every_schema(
    schema: Any, method: Any, chat: ChatHfInference
) -> None:
    """By either method, with the raw message when it is wanted, checked where there is a class."""
    wanted = Person(name="Ada", age=36).model_dump()
    model = chat.with_structured_output(schema, method=method)
    raw: Any = chat.with_structured_output(schema, method=method, include_raw=True).invoke(PERSON)

    for found in (model.invoke(PERSON), await model.ainvoke(PERSON), raw["parsed"]):
        assert (found if isinstance(found, dict) else vars(found)) == wanted
        assert isinstance(found, schema if schema in (Person, PersonData) else dict)
    assert raw["parsing_error"] is None


@pytest.mark.parametrize("engine", ["tei", "vllm", None])
def test_a5_embeddings_point_wherever_they_are_told(engine: str | None) -> None:
    """At TEI, at a server that speaks OpenAI's API, or at a model's URL."""
    with Emulator(engine=engine) as emulator:
        places: list[dict[str, Any]] = [
            {"base_url": emulator.url, "model": MODEL},
            {"model": emulator.url},
        ]
        for whom in places:
            embeddings = HfInferenceEmbeddings(token=TOKEN, **whom)
            assert len(embeddings.embed_query("Hello")) == 384


def test_a6_an_explicit_token_goes_where_it_is_pointed_and_no_other_does(
    fresh: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's stays with Hugging Face's own hosts."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_environment")
    ChatHfInference(model=MODEL, base_url=fresh.url, token=TOKEN).invoke("Hello")
    assert fresh.requests[-1].token_digest is not None
    with pytest.raises(AuthenticationError):
        ChatHfInference(model=MODEL, base_url=fresh.url).invoke("Hello")
    assert fresh.requests[-1].token_digest is None


def test_a7_a_local_server_is_all_that_is_asked(fresh: Emulator) -> None:
    """No Hub, no tokenizer, no token, and nothing at all when a component is made."""
    with Emulator(engine="vllm") as emulator:
        chat = ChatHfInference(model=MODEL, base_url=emulator.url)
        HfInferenceLLM(model=MODEL, base_url=emulator.url)
        HfInferenceEmbeddings(model=MODEL, base_url=emulator.url)
        assert emulator.requests == []
        chat.invoke("Hello")
        assert [request.path for request in emulator.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize("name", ["org/name:groq", "huggingface:org/name:groq", "hf:org/name:groq"])
def test_a8_a_string_makes_a_chat_model(name: str, fresh: Emulator) -> None:
    """In one line, also for an agent."""
    model = chat_model(name, base_url=fresh.url, token=TOKEN)
    create_agent(model, tools=[get_weather]).invoke({"messages": [HumanMessage("Hello")]})

    assert last_body(fresh)["model"] == "org/name:groq"
    with pytest.raises(HfError, match="name is empty"):
        chat_model("huggingface:")


def test_a9_every_parameter_reaches_the_wire_or_raises(
    whom: dict[str, Any], fresh: Emulator
) -> None:
    """One object, one set of parameters; `test_chat.py` goes through all of them."""
    told: dict[str, Any] = {
        "top_p": 0.5, "seed": 7, "presence_penalty": 0.1, "frequency_penalty": 0.2,
        "logprobs": True, "logit_bias": {"7": 1.0}, "stop": ["zzz"], "max_tokens": 9,
    }  # fmt: skip
    ChatHfInference(**whom, **told).invoke("Hello")

    assert {name: last_body(fresh)[name] for name in told} == told
    unknown: dict[str, Any] = {"repetition_penalty": 1.1}
    with pytest.raises(HfError, match="repetition_penalty"):
        ChatHfInference(**whom, **unknown)
    with pytest.raises(HfError, match="repetition_penalty"):
        ChatHfInference(**whom).invoke("Hello", **unknown)


@pytest.mark.parametrize("form", ["reasoning", "reasoning_content", "think"])
async def test_a10_thoughts_are_content_blocks_and_go_back_where_they_are_wanted(form: str) -> None:
    """Whole and streamed, whatever the server calls them."""
    with Emulator(reasoning=form) as emulator:
        chat = chat_model("org/model-thinking", base_url=emulator.url, token=TOKEN)
        model = chat.bind_tools([get_weather])
        streamed: Any = reduce(plus, model.stream(WEATHER))
        for asked in (model.invoke(WEATHER), await model.ainvoke(WEATHER), streamed):
            kinds = [block["type"] for block in asked.content_blocks]
            assert kinds[0] == "reasoning"
            assert "<think>" not in asked.text
            model.invoke([HumanMessage(WEATHER), asked, get_weather.invoke(asked.tool_calls[0])])
            sent = emulator.requests[-1].json["messages"][1]
            assert ("reasoning_content" in sent) is (form == "reasoning_content")
            assert "reasoning" not in sent


def test_a11_usage_is_told_on_both_paths_with_its_details(chat: ChatHfInference) -> None:
    """Also where it comes in a chunk without choices."""
    whole = chat.invoke("Hello!", reasoning_effort="low").usage_metadata
    streamed: Any = reduce(plus, chat.stream("Hello!", reasoning_effort="low"))

    assert whole is not None
    assert whole == streamed.usage_metadata
    assert whole["output_token_details"]["reasoning"] > 0


def test_a11_cached_tokens_are_told(chat: ChatHfInference, fresh: Emulator) -> None:
    """As the server counts them."""
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 1,
        "prompt_tokens_details": {"cached_tokens": 5},
    }
    fresh.fail_next(**answer({"content": "Yes"}, usage=usage))
    fresh.fail_next(**event_stream([{"choices": [], "usage": usage}]))
    for found in (chat.invoke("Hello"), reduce(plus, chat.stream("Hello"))):
        assert found.usage_metadata is not None
        assert found.usage_metadata["input_token_details"]["cache_read"] == 5


async def test_a12_a_text_model_is_chatted_with_where_only_that_is_served(
    whom: dict[str, Any], fresh: Emulator
) -> None:
    """By choice here; `auto` decides it by the settings, before anything is sent."""
    llm = HfInferenceLLM(**whom, via="chat")

    assert llm.invoke("Hello!") == await llm.ainvoke("Hello!") == "Hello! How can I help you?"
    assert fresh.requests[-1].path.endswith("/chat/completions")


def test_a12_a_missing_model_is_one_clear_error() -> None:
    """That says what there is."""
    with Emulator(models=["org/one"]) as emulator:
        chat = chat_model("org/other", base_url=emulator.url, token=TOKEN)
        with pytest.raises((ModelNotAvailableOnProviderError, HfError), match="org/other"):
            chat.invoke("Hello")


async def test_a13_many_documents_are_split_by_what_the_server_takes(fresh: Emulator) -> None:
    """By count and by bytes, in order, and nothing is lost."""
    texts = [f"text {n} " + "x" * 30_000 * (n % 7 == 0) for n in range(100)]
    embeddings = HfInferenceEmbeddings(model=MODEL, base_url=fresh.url, token=TOKEN)
    found = await embeddings.aembed_documents(texts)

    assert len(found) == 100
    assert found[63] == embeddings.embed_documents([texts[63]])[0]
    sizes = [len(r.json["input"]) for r in fresh.requests if r.json and "input" in r.json]
    assert len(sizes) >= 4
    assert max(sizes) <= 32


def test_a14_queries_and_documents_have_prompts_of_their_own(
    whom: dict[str, Any], fresh: Emulator
) -> None:
    """As texts or by name; and no line break is replaced."""
    said = HfInferenceEmbeddings(**whom, query_prompt="query: ", document_prompt="passage: ")
    said.embed_query("a\nb")
    assert last_body(fresh)["input"] == ["query: a\nb"]
    said.embed_documents(["a\nb"])
    assert last_body(fresh)["input"] == ["passage: a\nb"]


def test_a15_streams_are_native_and_close_early(chat: ChatHfInference, fresh: Emulator) -> None:
    """Many pieces, and a stream that is left lets its connection go."""
    pieces = list(chat.stream("Hello!"))
    stream = chat.stream("Hello!")
    next(stream)
    stream.close()  # type: ignore[attr-defined]

    assert len([piece for piece in pieces if piece.text]) > 3
    assert chat.invoke("Hello!").text == "".join(piece.text for piece in pieces)


@pytest.mark.filterwarnings(
    "ignore::langchain_core._api.beta_decorator.LangChainBetaWarning"
)  # of version 3, which LangChain calls so
async def test_a15_events_of_version_2_and_3_are_those_of_a_stream(chat: ChatHfInference) -> None:
    """In both colours."""
    text = chat.invoke("Hello!").text
    events = [event async for event in chat.astream_events("Hello!", version="v2")]
    spoken = [e["data"]["chunk"].text for e in events if e["event"] == "on_chat_model_stream"]
    assert "".join(spoken) == text

    stream: Any = await chat.astream_events("Hello!", version="v3")
    kinds = [event["event"] async for event in stream]
    assert kinds[0] == "message-start"
    assert kinds[-1] == "message-finish"
    assert kinds.count("content-block-delta") > 3


def test_a16_only_what_was_set_is_sent(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """No default of ours that a server could refuse."""
    llm.invoke("Hello")

    assert set(fresh.requests[-1].json) <= {"inputs", "stream", "model", "parameters"}
    assert not fresh.requests[-1].json.get("parameters", {}).keys() - {"details"}


def test_a17_no_prompt_comes_back(chat: ChatHfInference, llm: HfInferenceLLM) -> None:
    """Nor the marks of a template."""
    for text in (chat.invoke("Hello!").text, llm.invoke("Hello!")):
        assert text == "Hello! How can I help you?"


async def test_a18_a_live_profile_says_what_a_model_can_do(
    chat: ChatHfInference, fresh: Emulator
) -> None:
    """Asked once, when it is wanted, and never when a model is made."""
    assert chat.profile is None
    assert fresh.requests == []
    one, two = chat.with_profile(), await chat.awith_profile()

    assert one.profile == two.profile
    assert one.profile is not None
    assert one.profile["max_input_tokens"] > 0
    assert one.profile["tool_calling"] is True
    assert one.profile["structured_output"] is True
    assert one.plain_client() is chat.plain_client()
    assert json.dumps(one.profile)  # to be kept, and given as profile= where there is no network


@pytest.fixture
def store(
    postgres_dsn: str, schema: str, embeddings: HfInferenceEmbeddings
) -> Iterator[RuvVectorStore]:
    """Three documents."""
    made = RuvVectorStore(embeddings, dsn=postgres_dsn, schema=schema)
    made.add_documents(
        [
            Document("Honey is made by bees.", metadata={"kind": "food", "year": 2020}, id="a"),
            Document("The Danube ends in the sea.", metadata={"kind": "river"}, id="b"),
            Document("Bread is made of flour.", metadata={"kind": "food", "year": 2024}, id="c"),
        ]
    )
    yield made
    made.close()


async def test_g12_documents_are_deleted_and_counted_by_filter(store: RuvVectorStore) -> None:
    """In both colours."""
    assert store.store.count({"kind": "food"}) == 2
    store.delete(filter={"year": {"$gte": 2024}})
    await store.adelete(filter={"kind": "river"})

    assert [document.id for document in store.get_by_ids(["a", "b", "c"])] == ["a"]
    await store.aclose()


@pytest.mark.parametrize("query", ["honey & (bees", "'; DROP TABLE x --", "honey:*", "!!!", "bees"])
async def test_g13_hybrid_search_takes_any_text(query: str, store: RuvVectorStore) -> None:
    """No character has a meaning of its own; words and vectors are ranked together."""
    found = store.hybrid_search(query, k=3)
    waiting = await store.ahybrid_search(query, k=3)

    assert [one.id for one in found] == [one.id for one in waiting]
    assert len(found) == 3
    if "bees" in query:
        assert found[0].id == "a"
        assert store.text_search("bees", k=1)[0].id == "a"
        retriever = store.as_retriever(search_type="text", search_kwargs={"k": 1})
        assert (await retriever.ainvoke("bees"))[0].id == "a"
    await store.aclose()


def test_g14_a_score_is_greater_for_what_is_nearer_and_relevance_is_from_0_to_1(
    store: RuvVectorStore,
) -> None:
    """Both named, and in one order."""
    scored = store.similarity_search_with_score("bees make honey", k=3)
    relevant = store.similarity_search_with_relevance_scores("bees make honey", k=3)

    assert [score for _, score in scored] == sorted((s for _, s in scored), reverse=True)
    assert all(0 <= relevance <= 1 for _, relevance in relevant)
    assert [one.id for one, _ in scored] == [one.id for one, _ in relevant]


async def test_g15_asyncio_methods_are_asynchronous_to_the_ground(
    postgres_dsn: str, schema: str
) -> None:
    """The embedding model is awaited, and its plain methods are left alone."""

    class Waiting(DeterministicFakeEmbedding):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise AssertionError("this would block the loop")

        def embed_query(self, text: str) -> list[float]:
            raise AssertionError("this would block the loop")

        async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(len(text)), 1.0] for text in texts]

        async def aembed_query(self, text: str) -> list[float]:
            return [float(len(text)), 1.0]

    store = await RuvVectorStore.afrom_texts(
        ["a", "much longer"], Waiting(size=2), dsn=postgres_dsn, schema=schema
    )
    assert (await store.asimilarity_search("abcdefghijk", k=1))[0].page_content == "much longer"
    assert len(await store.amax_marginal_relevance_search("a", k=2)) == 2
    assert (await store.as_retriever(search_type="hybrid").ainvoke("longer"))[0].page_content
    await store.aclose()


def test_g16_one_store_serves_plain_code_and_several_loops(store: RuvVectorStore) -> None:
    """One after another, as scripts and notebooks do."""

    async def ask() -> list[Document]:
        return await store.asimilarity_search("Who makes honey?", k=1)

    for _ in range(2):
        assert asyncio.run(ask()) == store.similarity_search("Who makes honey?", k=1)
    asyncio.run(store.aclose())


async def test_h4_everything_works_where_a_loop_is_running(
    chat: ChatHfInference, embeddings: HfInferenceEmbeddings, store: RuvVectorStore
) -> None:
    """Plain calls and awaited ones, side by side, as in a notebook."""
    plain, waiting = chat.invoke("Hello!"), await chat.ainvoke("Hello!")
    agent = create_agent(chat, tools=[get_weather])

    assert plain.text == waiting.text
    assert embeddings.embed_query("a") == await embeddings.aembed_query("a")
    assert store.similarity_search("bees", k=1) == await store.asimilarity_search("bees", k=1)
    for end in (agent.invoke({"messages": [HumanMessage(WEATHER)]}),
                await agent.ainvoke({"messages": [HumanMessage(WEATHER)]})):  # fmt: skip
        assert "sunny" in end["messages"][-1].text
    await store.aclose()
