"""A conversation in, the next message out: what is sent, and what is made of the answer."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hf_integrations.errors import (
    AuthenticationError,
    DecodeError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.flow import Open
from hf_integrations.models.chat import ChatMessage, ChatRequest, FunctionSpec, Tool
from hf_integrations.models.media import Image
from hf_integrations.models.shapes import encode
from hf_integrations.services.chat import ChatOptions, complete, stream
from tests.playing import play
from tests.services.calls import OWN, bodies, context, ok, refusal, requests, router, urls
from tests.services.tasks_at_hand import PNG
from tests.test_flow import BODY

ANSWER = ok({"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}, x_request_id="a")
USER = {"role": "user", "content": "hi"}


def sent(*arguments: Any, **options: Any) -> dict[str, Any]:
    """The body of a call to the router."""
    options = {"model": "org/name"} | options
    _, steps = play(complete(router(), *arguments, **options), [ANSWER])
    body: dict[str, Any] = bodies(steps)[0]
    return body


def test_a_question_is_one_request() -> None:
    """And its answer is typed."""
    answer, steps = play(complete(router(), "hi", model="org/name"), [ANSWER])

    assert answer.text == "Hello"
    assert answer.request_id == "a"
    assert bodies(steps) == [{"model": "org/name", "messages": [USER]}]
    assert urls(steps) == ["/v1/chat/completions"]
    assert requests(steps)[0].about.task == "chat-completion"
    assert not requests(steps)[0].repeat_after_timeout


def test_only_what_was_set_is_sent() -> None:
    """None is not set, false and zero are."""
    body = sent("hi", temperature=0, seed=None, logprobs=False, stop=["x"])

    assert body == {
        "model": "org/name",
        "messages": [USER],
        "logprobs": False,
        "stop": ["x"],
        "temperature": 0.0,
    }


def test_every_parameter_reaches_the_wire() -> None:
    """All that the type of the options lists."""
    values: dict[str, Any] = {
        "frequency_penalty": 0.5, "logit_bias": {"5": -1.0}, "logprobs": True,
        "max_completion_tokens": 5, "max_tokens": 6, "n": 2, "parallel_tool_calls": False,
        "presence_penalty": 0.25, "reasoning_effort": "low", "response_format": {"type": "x"},
        "seed": 1, "stop": "x", "stream_options": {"a": 1}, "temperature": 0.75,
        "tool_choice": {"type": "x"}, "tools": [{"type": "x"}], "top_logprobs": 3,
        "top_p": 0.5, "tool_prompt": "Use these:",
    }  # fmt: skip
    own = {"extra_body", "extra_headers", "timeout"}

    assert values.keys() == ChatOptions.__annotations__.keys() - own
    assert sent("hi", **values) == {"model": "org/name", "messages": [USER]} | values


def test_messages_and_tools_may_be_objects() -> None:
    """A thought is not sent back."""
    messages = [USER, ChatMessage("assistant", "yes", reasoning="hm"), ChatMessage("user", "ok")]
    tool = Tool(FunctionSpec("f", "does it"))

    assert sent(messages, tools=[tool]) == {
        "model": "org/name",
        "messages": [
            USER,
            {"role": "assistant", "content": "yes"},
            {"role": "user", "content": "ok"},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "description": "does it"}}],
    }


def test_a_whole_request_may_be_given() -> None:
    """What is said beside it wins; and it stays as it is."""
    request = ChatRequest(
        messages=[ChatMessage("user", "hi", reasoning="hm")], model="org/other", seed=1, top_p=0.5
    )
    body = sent(request, model="org/name", seed=2)

    assert body == {"model": "org/name", "messages": [USER], "seed": 2, "top_p": 0.5}
    assert sent(request, model=None)["model"] == "org/other"
    assert request.seed == 1


def test_fields_that_are_not_listed_go_along() -> None:
    """With what else a call may be told."""
    _, steps = play(
        complete(router(), "hi", model="org/name", extra_body={"top_k": 5},
                 extra_headers={"x-one": "1"}, timeout=7),
        [ANSWER],
    )  # fmt: skip
    request = requests(steps)[0]

    assert bodies(steps)[0]["top_k"] == 5
    assert dict(request.headers)["x-one"] == "1"
    assert request.timeout.total == 7


def test_a_server_of_ones_own_needs_no_model_and_is_not_asked_what_it_is() -> None:
    """Chat is the same everywhere."""
    for ctx, model in ((context(), None), (router(), f"{OWN}/v1")):
        _, steps = play(complete(ctx, "hi", model=model), [ANSWER])
        assert bodies(steps) == [{"messages": [USER]}]
        assert [one.url for one in requests(steps)] == [f"{OWN}/v1/chat/completions"]


def test_the_provider_is_part_of_the_model() -> None:
    """As the router reads it."""
    assert sent("hi", provider="groq")["model"] == "org/name:groq"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"temperature": "hot"}, "temperature: expected `float"),
        ({"max_tokens": 0}, "max_tokens: expected `int` >= 1"),
        ({"top_k": 5}, "top_k: there is no such parameter; extra_body= sends"),
        ({"stream": True}, "stream: there is a method for each"),
        ({"extra_body": 5}, "extra_body must be a dict."),
        ({"timeout": -1}, "timeout must be a number"),
        ({"tools": [object()]}, "tools[0] must be a Tool, a dict or a class, not object."),
        (
            {"tools": [{"type": "x", "y": object()}]},
            "The request cannot be written as JSON: object",
        ),
        ({"tool_choice": "f"}, "tool_choice: there are no tools to choose"),
        ({"top_logprobs": 3}, "top_logprobs goes with logprobs=True"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs: expected `int` <= 20"),
        ({"presence_penalty": 3}, "presence_penalty: expected `float` <= 2"),
        ({"logit_bias": {"5": 101}}, "logit_bias[...]: expected `float` <= 100"),
        ({"stop": [""]}, "stop[0]: expected `str` of length >= 1"),
        ({"response_format": "json"}, "response_format must be a dict or a class"),
        ({"model": None}, "model: the router needs one"),
    ],
)
def test_a_call_that_cannot_be_right_is_not_sent(options: dict[str, Any], said: str) -> None:
    """Neither whole nor streamed; the argument is named."""
    options = {"model": "org/name"} | options
    with pytest.raises(ValidationError) as caught:
        play(complete(router(), "hi", **options), [])
    assert str(caught.value).startswith(said)
    with pytest.raises(ValidationError) as caught:
        play(stream(router(), "hi", **options).flow, [])
    assert str(caught.value).startswith(said)


def test_without_a_token_the_router_is_not_asked() -> None:
    """Nothing is sent."""
    with pytest.raises(AuthenticationError, match="needs a token"):
        play(complete(router(token=False), "hi", model="org/name"), [])


def test_a_request_for_a_stream_is_not_one_for_the_whole() -> None:
    """It would be answered by a stream."""
    with pytest.raises(ValidationError, match=r"this request is for stream\(\)"):
        sent(ChatRequest(messages=[USER], stream=True))


def test_a_server_without_chat_is_told_so() -> None:
    """An embedding server has none."""
    with pytest.raises(UnsupportedTaskError, match="text-embeddings-inference"):
        play(complete(context(server="tei"), "hi"), [])


def test_an_answer_that_is_none_is_an_error() -> None:
    """With a hint."""
    with pytest.raises(DecodeError, match="correct base_url"):
        play(complete(context(), "hi"), [ok({"hello": "world"})])


def test_a_stream_is_opened_and_asks_for_usage() -> None:
    """The body is written once, before anything is sent."""
    ctx = router(collect_metrics=False)
    opening = stream(ctx, "hi", model="org/name", provider="groq", timeout=5)
    body, steps = play(opening.flow, [BODY])

    assert body is BODY
    assert isinstance(steps[0], Open)
    assert requests(steps)[0].timeout.silence == 5
    assert bodies(steps)[0] == {
        "model": "org/name:groq",
        "messages": [USER],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_usage_may_be_left_out_of_a_stream() -> None:
    """Some servers do not know the word."""
    opening = stream(
        context(), ChatRequest(messages=[USER]), stream_options={"include_usage": False}
    )
    _, steps = play(opening.flow, [BODY])

    assert bodies(steps)[0]["stream_options"] == {"include_usage": False}
    assert bodies(steps)[0]["stream"] is True


def test_the_chunks_of_a_stream_are_typed() -> None:
    """And its errors say what was asked."""
    reader = stream(router(), "hi", model="org/name").reader
    reader.feed(b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n')

    assert reader.ready[0].text == "x"
    error = reader.interrupted(AuthenticationError("gone"))
    assert (error.task, error.model) == ("chat-completion", "org/name")


def test_the_model_stands_first_in_every_body() -> None:
    """Also with fields that are not listed."""
    _, steps = play(complete(router(), "hi", model="org/name", extra_body={"a": 1}), [ANSWER])

    assert list(msgspec.json.decode(requests(steps)[0].body)) == ["model", "messages", "a"]


class Pet(msgspec.Struct):
    """A pet."""

    name: str


PET = ok({"choices": [{"message": {"role": "assistant", "content": '{"name": "Rex"}'}}]})
TGI_INFO = ok({"max_total_tokens": 4096})


def test_an_answer_may_be_asked_for_by_a_class() -> None:
    """And is one of its objects."""
    answer, steps = play(complete(router(), "hi", model="org/name", response_format=Pet), [PET])

    assert bodies(steps)[0]["response_format"]["json_schema"]["name"] == "Pet"
    assert answer.parsed == Pet("Rex")
    assert answer.parse(Pet) is not answer.parsed is answer.parsed


def test_an_answer_that_was_asked_for_in_no_form_has_none() -> None:
    """Nor one that calls a tool instead."""
    call = {"id": "1", "function": {"name": "f"}}
    called = ok({"choices": [{"message": {"role": "assistant", "tool_calls": [call]}}]})

    assert play(complete(router(), "hi", model="org/name"), [PET])[0].parsed is None
    answer, _ = play(complete(router(), "hi", model="org/name", response_format=Pet), [called])
    assert answer.parsed is None


def test_an_answer_that_was_cut_off_says_what_to_change() -> None:
    """And one that is something else says where."""
    cut = {"message": {"role": "assistant", "content": '{"na'}, "finish_reason": "length"}
    asked: Any = {"model": "org/name", "response_format": Pet}
    for choice, hint in ((cut, "raise max_tokens"), (cut | {"finish_reason": "stop"}, "no Pet")):
        response = ok({"choices": [choice]}, x_request_id="a")
        answer, _ = play(complete(router(), "hi", **asked), [response])
        with pytest.raises(DecodeError, match=hint) as caught:
            _ = answer.parsed
        assert caught.value.request_id == "a"


def test_tgi_is_asked_in_its_own_words() -> None:
    """It is found out only when it matters."""
    tools = [Tool(FunctionSpec("f"))]
    _, steps = play(complete(context(), "hi", response_format=Pet), [TGI_INFO, PET])
    assert urls(steps) == ["/info", "/v1/chat/completions"]
    assert bodies(steps)[0]["response_format"]["type"] == "json"
    assert bodies(steps)[0]["response_format"]["value"]["properties"].keys() == {"name"}

    _, steps = play(complete(context(), "hi", tools=tools, tool_choice="f"), [TGI_INFO, PET])
    assert bodies(steps)[0]["tool_choice"] == "f"
    opening = stream(context(server="tgi"), "hi", response_format={"type": "text"})
    _, steps = play(opening.flow, [BODY])
    assert "response_format" not in bodies(steps)[0]
    with pytest.raises(ValidationError, match="takes one of them only"):
        play(complete(context(server="tgi"), "hi", tools=tools, response_format=Pet), [])


def test_other_servers_are_asked_in_openais_words() -> None:
    """One that has no `/info`, and what plays several engines."""
    several = ok({"max_total_tokens": 1, "model_type": {"embedding": {}}})
    for known in (refusal(404), several):
        _, steps = play(complete(context(), "hi", response_format=Pet), [known, PET])
        assert bodies(steps)[0]["response_format"]["type"] == "json_schema"


THINKING = ok({"choices": [{"message": {"role": "assistant", "content": "<think>a</think>b"}}]})


@pytest.mark.parametrize(
    ("setting", "text", "reasoning"),
    [("split", "b", "a"), ("opened", "b", "a"), ("keep", "<think>a</think>b", None)],
)
def test_thoughts_leave_the_text(setting: str, text: str, reasoning: str | None) -> None:
    """Unless the setting keeps them."""
    answer, _ = play(complete(context(think_tags=setting), "hi"), [THINKING])
    assert (answer.text, answer.reasoning) == (text, reasoning)

    reader = stream(context(think_tags=setting), "hi").reader
    for piece in ("<th", "ink>a</", "think>", "b"):
        reader.feed(b"data: " + encode({"choices": [{"delta": {"content": piece}}]}) + b"\n\n")
    reader.feed(b"data: [DONE]\n\n")
    reader.finish()
    whole = reader.assembly.whole()
    assert (whole.text, whole.reasoning) == (text, reasoning)
    assert "".join(chunk.text for chunk in reader.ready) == text


def test_a_thought_goes_back_when_the_setting_says_so() -> None:
    """In the field it came in."""
    talk = [ChatMessage("assistant", "yes", reasoning="hm"), USER]
    _, steps = play(complete(context(return_reasoning="always"), talk), [ANSWER])

    assert bodies(steps)[0]["messages"][0] == {
        "role": "assistant", "content": "yes", "reasoning": "hm",
    }  # fmt: skip


def test_pictures_in_messages_are_read_first() -> None:
    """And what the caller passed stays as it was."""
    message = ChatMessage("user", ["What?", Image(PNG)])
    _, steps = play(complete(context(), message), [ANSWER])

    assert bodies(steps)[0]["messages"][0]["content"] == [
        {"type": "text", "text": "What?"},
        {"type": "image_url", "image_url": {"url": Image(PNG).data_uri}},
    ]
    assert message.content == ["What?", Image(PNG)]


def test_no_tools_are_no_word_about_tools() -> None:
    """An empty list is refused by servers."""
    assert sent("hi", tools=[]) == {"model": "org/name", "messages": [USER]}
