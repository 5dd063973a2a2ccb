"""`HfInferenceLLM` over a real socket, by both routes."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    ConfigurationError,
    QuotaExceededError,
    StreamInterruptedError,
    ValidationError,
)
from hf_integrations.langchain import HfInferenceLLM
from hf_integrations.langchain.llm import PARAMETERS
from tests.langchain.conftest import last_body
from tests.langchain.scripts import event_stream

HELLO = "Hello! How can I help you?"
SETTINGS: dict[str, Any] = {
    "adapter_id": "a",
    "best_of": 1,
    "do_sample": True,
    "extra_body": {"mine": 1},
    "frequency_penalty": 0.5,
    "grammar": {"type": "json", "value": {"type": "object", "properties": {"a": {}}}},
    "max_new_tokens": 90,
    "repetition_penalty": 1.1,
    "return_full_text": False,
    "seed": 7,
    "stop": ["zzz"],
    "temperature": 0.5,
    "top_k": 5,
    "top_p": 0.9,
    "truncate": 100,
    "typical_p": 0.8,
    "watermark": True,
}
FOR_CHAT: dict[str, Any] = {
    "extra_body": {"mine": 1},
    "frequency_penalty": 0.5,
    "max_new_tokens": 90,
    "seed": 7,
    "stop": ["zzz"],
    "temperature": 0.5,
    "top_p": 0.9,
}


def test_the_list_of_settings_is_complete() -> None:
    """So that the tests below leave none out."""
    assert set(SETTINGS) == set(PARAMETERS) < set(HfInferenceLLM.model_fields)


@pytest.mark.parametrize("way", ["invoke", "ainvoke", "stream", "astream"])
@pytest.mark.parametrize("place", ["constructor", "call"])
async def test_every_parameter_reaches_the_wire(
    way: str, place: str, whom: dict[str, Any], fresh: Emulator
) -> None:
    """In the native form, from wherever it is given, on each of the four paths."""
    own, given = (SETTINGS, {}) if place == "constructor" else ({}, SETTINGS)
    model: Any = HfInferenceLLM(**whom, **own)
    await used(model, way, given)
    body = last_body(fresh)

    assert body["inputs"] == "Hello!"
    assert body["mine"] == 1
    assert body["parameters"] == {k: v for k, v in SETTINGS.items() if k != "extra_body"}


@pytest.mark.parametrize("way", ["invoke", "ainvoke", "stream", "astream"])
async def test_every_parameter_reaches_the_wire_of_a_chat(
    way: str, whom: dict[str, Any], fresh: Emulator
) -> None:
    """In a chat's words."""
    await used(HfInferenceLLM(**whom, **FOR_CHAT, via="chat"), way, {})
    body = last_body(fresh)
    body.pop("stream", None)
    body.pop("stream_options", None)

    assert body == {
        "model": whom["model"], "messages": [{"role": "user", "content": "Hello!"}], "mine": 1,
        "frequency_penalty": 0.5, "max_tokens": 90, "seed": 7, "stop": ["zzz"],
        "temperature": 0.5, "top_p": 0.9,
    }  # fmt: skip


async def used(model: Any, way: str, given: dict[str, Any]) -> str:
    """What the model says, by one of the four paths."""
    match way:
        case "invoke":
            return str(model.invoke("Hello!", **given))
        case "ainvoke":
            return str(await model.ainvoke("Hello!", **given))
        case "stream":
            return "".join(model.stream("Hello!", **given))
    return "".join([piece async for piece in model.astream("Hello!", **given)])


@pytest.mark.parametrize("way", ["invoke", "ainvoke", "stream", "astream"])
@pytest.mark.parametrize("via", ["generation", "chat"])
async def test_both_routes_say_the_same_on_every_path(
    way: str, via: Any, whom: dict[str, Any]
) -> None:
    """Also with a stop sequence, which is never part of the text."""
    assert await used(HfInferenceLLM(**whom, via=via), way, {}) == HELLO
    stopped = HfInferenceLLM(**whom, via=via, stop=["help"])
    assert await used(stopped, way, {}) == "Hello! How can I "
    assert await used(stopped, way, {"stop": ["How"]}) == "Hello! "


def test_the_route_can_be_chosen_for_a_call(llm: HfInferenceLLM, fresh: Emulator) -> None:
    """By the same word."""
    llm.invoke("Hello!")
    llm.bind(via="chat").invoke("Hello!")
    paths = [request.path for request in fresh.requests if request.method == "POST"]

    assert paths == ["/generate", "/v1/chat/completions"]


def test_max_tokens_is_understood(whom: dict[str, Any], fresh: Emulator) -> None:
    """LangChain's usual word, in the constructor and in a call."""
    whom |= {"max_tokens": 3}
    HfInferenceLLM(**whom).invoke("Hello!")
    assert last_body(fresh)["parameters"] == {"max_new_tokens": 3}
    HfInferenceLLM(**whom).invoke("Hello!", max_tokens=4)
    assert last_body(fresh)["parameters"] == {"max_new_tokens": 4}


@pytest.mark.parametrize("via", ["generation", "chat"])
async def test_several_prompts_are_answered_in_order(
    via: Any, whom: dict[str, Any], fresh: Emulator
) -> None:
    """In both colours, several at a time."""
    llm = HfInferenceLLM(**whom, via=via, concurrency=3)
    prompts: list[Any] = [f"Tell me about the number {n}." for n in range(7)]

    for answers in (llm.batch(prompts), await llm.abatch(prompts)):
        assert len(answers) == 7
        assert all(f"number {n}" in text for n, text in enumerate(answers))
    assert len([one for one in fresh.requests if one.method == "POST"]) == 14


async def test_one_failure_among_several_prompts_is_raised(
    whom: dict[str, Any], fresh: Emulator
) -> None:
    """In both colours, typed."""
    llm = HfInferenceLLM(**whom, max_retries=0)
    fresh.fail_next("quota", path="/generate")
    with pytest.raises(QuotaExceededError):
        llm.batch(["a", "b", "c"])
    fresh.fail_next("quota", path="/generate")
    with pytest.raises(QuotaExceededError):
        await llm.abatch(["a", "b", "c"])


@pytest.mark.parametrize("way", ["batch", "abatch"])
async def test_a_failure_that_is_returned_takes_its_own_place_only(
    way: str, whom: dict[str, Any], fresh: Emulator
) -> None:
    """The other answers of a batch were paid for, and are not lost."""
    fresh.fail_next("quota", path="/generate")
    llm = HfInferenceLLM(**whom, max_retries=0, concurrency=1)
    prompts: list[Any] = ["Hello!"] * 3
    if way == "batch":
        found: list[Any] = llm.batch(prompts, return_exceptions=True)
    else:
        found = await llm.abatch(prompts, {"tags": ["mine"]}, return_exceptions=True)

    assert isinstance(found[0], QuotaExceededError)
    assert found[1:] == [HELLO, HELLO]


async def test_a_broken_stream_raises_with_what_had_come(
    whom: dict[str, Any], fresh: Emulator
) -> None:
    """In both colours."""
    llm = HfInferenceLLM(**whom, via="chat")
    fresh.fail_next(cut_after=3, times=2)
    with pytest.raises(StreamInterruptedError) as caught:
        list(llm.stream("Hello!"))
    with pytest.raises(StreamInterruptedError):
        _ = [piece async for piece in llm.astream("Hello!")]

    assert caught.value.partial.startswith("Hello")


def test_a_result_says_how_it_came_about(whom: dict[str, Any]) -> None:
    """Model, reason, and tokens where the server counts them."""
    result = HfInferenceLLM(**whom, via="chat").generate(["Hello!", "Hello!"])

    assert result.llm_output is not None
    assert result.llm_output["model_name"] == "org/model"
    assert result.llm_output["token_usage"]["total_tokens"] == 20
    assert result.generations[0][0].generation_info is not None
    assert result.generations[0][0].generation_info["finish_reason"] == "stop"


def test_what_the_server_does_not_count_is_not_told(llm: HfInferenceLLM) -> None:
    """Nothing is made up."""
    assert llm.generate(["Hello!"]).llm_output == {"model_name": "org/model"}


class Ears(BaseCallbackHandler):
    """Writes down what the callbacks hear."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.end: Any = None

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        """One more piece."""
        self.tokens.append(token)

    def on_llm_end(self, response: Any, **_: Any) -> None:
        """The whole."""
        self.end = response


@pytest.mark.parametrize("via", ["generation", "chat"])
async def test_callbacks_hear_every_piece_and_the_end(via: Any, whom: dict[str, Any]) -> None:
    """In both colours."""
    llm = HfInferenceLLM(**whom, via=via)
    for colour in ("plain", "asyncio"):
        ears = Ears()
        if colour == "plain":
            text = "".join(llm.stream("Hello!", config={"callbacks": [ears]}))
        else:
            text = "".join(
                [piece async for piece in llm.astream("Hello!", config={"callbacks": [ears]})]
            )
        last = ears.end.generations[0][0]
        assert "".join(ears.tokens) == text == last.text == HELLO
        assert last.generation_info["finish_reason"]


def test_usage_is_told_at_the_end_of_a_stream(whom: dict[str, Any], fresh: Emulator) -> None:
    """Once, where the server counts."""
    ears = Ears()
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    fresh.fail_next(
        **event_stream([{"choices": [{"delta": {"content": "a"}}], "usage": usage}] * 2)
    )
    list(HfInferenceLLM(**whom, via="chat").stream("Hello!", config={"callbacks": [ears]}))

    assert ears.end.generations[0][0].generation_info["token_usage"] == usage


def test_it_is_a_link_of_a_chain(llm: HfInferenceLLM) -> None:
    """As any model of LangChain's."""
    chain = PromptTemplate.from_template("{greeting}!") | llm | StrOutputParser()

    assert chain.invoke({"greeting": "Hello"}) == HELLO


@pytest.mark.parametrize("wrong", [{"via": "telepathy"}, {"concurrency": 0}, {"stop": 3}])
def test_what_cannot_be_is_refused(wrong: dict[str, Any], whom: dict[str, Any]) -> None:
    """When it is made."""
    with pytest.raises(ConfigurationError, match=next(iter(wrong))):
        HfInferenceLLM(**whom, **wrong)


def test_an_unknown_parameter_of_a_call_is_refused(llm: HfInferenceLLM) -> None:
    """By each route."""
    with pytest.raises(ValidationError, match="heat"):
        llm.invoke("Hello!", heat=1)
    with pytest.raises(ValidationError, match="heat"):
        llm.invoke("Hello!", heat=1, via="chat")


def test_a_trace_knows_what_was_asked() -> None:
    """Provider, model and the usual parameters."""
    llm = HfInferenceLLM(model="org/m", temperature=0.5, max_new_tokens=9, stop=["x"])

    assert llm._get_ls_params() == {
        "ls_provider": "huggingface", "ls_model_name": "org/m", "ls_model_type": "llm",
        "ls_temperature": 0.5, "ls_max_tokens": 9, "ls_stop": ["x"],
    }  # fmt: skip
    assert llm._llm_type == "hf-inference"
    assert llm._identifying_params["max_new_tokens"] == 9
    assert "org/m" in str(llm)


async def test_it_streams_without_callbacks_too(llm: HfInferenceLLM) -> None:
    """As LangChain allows."""
    plain = "".join(piece.text for piece in llm._stream("Hello!"))
    waited = "".join([piece.text async for piece in llm._astream("Hello!")])

    assert plain == waited == HELLO
