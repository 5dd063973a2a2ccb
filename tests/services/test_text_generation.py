"""A prompt in, its continuation out, in the three forms servers speak."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import DecodeError, UnsupportedTaskError, ValidationError
from hf_integrations.flow import Open, Response
from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.text_generation import (
    GenerationSettings,
    TextGenerationParameters,
    TextGenerationRequest,
)
from hf_integrations.services.completions import SAME
from hf_integrations.services.text_generation import generate, stream
from tests.playing import play
from tests.services.calls import bodies, context, ok, refusal, requests, router, urls
from tests.test_flow import BODY

NATIVE = ok({"generated_text": "upon a time", "details": {"finish_reason": "length"}})
PIPELINE = ok([{"generated_text": "upon a time"}], x_request_id="a")
COMPLETION = ok(
    {
        "choices": [{"text": "upon a time", "finish_reason": "length"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4},
    }
)
SERVERS = {"tgi": NATIVE, "openai": COMPLETION}


def sent(server: str, **options: Any) -> dict[str, Any]:
    """The body of a call to a server of one's own."""
    _, steps = play(generate(context(server=server), "Once", **options), [SERVERS[server]])
    body: dict[str, Any] = bodies(steps)[0]
    return body


@pytest.mark.parametrize("answer", [NATIVE, PIPELINE])
def test_the_router_is_asked_in_the_native_format(answer: Response) -> None:
    """And may answer with an object, or with a list of one."""
    found, steps = play(
        generate(router(), "Once", model="org/name", max_new_tokens=3, do_sample=False), [answer]
    )

    assert found.text == "upon a time"
    assert found.http is answer
    assert urls(steps) == ["/hf-inference/models/org/name"]
    assert bodies(steps) == [
        {"inputs": "Once", "parameters": {"do_sample": False, "max_new_tokens": 3}}
    ]
    assert not requests(steps)[0].repeat_after_timeout


def test_tgi_is_asked_at_its_own_route() -> None:
    """Without parameters there are none."""
    found, steps = play(generate(context(server="tgi"), "Once", model="org/name"), [NATIVE])

    assert found.finish_reason == "length"
    assert (urls(steps), bodies(steps)) == (["/generate"], [{"inputs": "Once"}])


def test_an_openai_server_is_asked_for_a_completion() -> None:
    """In its words; its answer is the same to the caller."""
    found, steps = play(
        generate(context(server="openai"), "Once", model="m", max_new_tokens=3, stop=["."]),
        [COMPLETION],
    )

    assert (found.text, found.finish_reason) == ("upon a time", "length")
    assert found.usage == TokenUsage(1, 3, 4)
    assert found.details is not None
    assert (found.details.generated_tokens, found.details.input_length) == (3, 1)
    assert found.http is COMPLETION
    assert urls(steps) == ["/v1/completions"]
    assert bodies(steps) == [{"model": "m", "prompt": "Once", "max_tokens": 3, "stop": ["."]}]


def test_what_answers_is_found_out_first() -> None:
    """By `/info`."""
    found, steps = play(generate(context(), "Once"), [ok({"max_total_tokens": 9}), NATIVE])
    assert urls(steps) == ["/info", "/generate"]

    found, steps = play(generate(context(), "Once"), [refusal(404), COMPLETION])
    assert urls(steps) == ["/info", "/v1/completions"]
    assert found.text == "upon a time"


SCHEMA = {"type": "object", "properties": {}}
VALUES: dict[str, Any] = {
    "adapter_id": "a", "best_of": 2, "decoder_input_details": True, "details": True,
    "do_sample": True, "frequency_penalty": 0.5, "grammar": {"type": "json", "value": SCHEMA},
    "max_new_tokens": 5, "repetition_penalty": 1.5, "return_full_text": True, "seed": 1,
    "stop": ["x"], "temperature": 0.5, "top_k": 3, "top_n_tokens": 2, "top_p": 0.5, "truncate": 9,
    "typical_p": 0.5, "watermark": True,
}  # fmt: skip


SAID: dict[str, dict[str, Any]] = {
    **{name: {word: VALUES[name]} for name, word in SAME.items()},
    "details": {"logprobs": 1}, "do_sample": {}, "repetition_penalty": {"repetition_penalty": 1.5},
    "grammar": {"response_format": {
        "type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA},
    }},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(VALUES))
def test_every_parameter_reaches_the_wire_or_raises(name: str) -> None:
    """Nothing is left out in silence."""
    option = {name: VALUES[name]}

    assert sent("tgi", **option)["parameters"] == option
    if name in SAID:
        assert sent("openai", **option) == {"prompt": "Once"} | SAID[name]
    else:
        with pytest.raises(ValidationError, match=f"^{name}: host is an OpenAI-compatible server"):
            sent("openai", **option)


def test_all_parameters_were_looked_at() -> None:
    """None is missing above."""
    assert VALUES.keys() == TextGenerationParameters.__annotations__.keys()
    assert SAID.keys() <= VALUES.keys()


def test_a_flag_that_is_off_means_something_where_it_matters() -> None:
    """`do_sample=False` is greedy decoding; no details are no details anyway."""
    assert sent("openai", details=False, watermark=False) == {"prompt": "Once"}
    assert sent("openai", return_full_text=False) == {"prompt": "Once", "echo": False}
    assert sent("tgi", details=False)["parameters"] == {"details": False}
    assert sent("openai", do_sample=False) == {"prompt": "Once", "temperature": 0}
    assert sent("openai", do_sample=False, temperature=0.5)["temperature"] == 0.5


@pytest.mark.parametrize(
    "parameters", [GenerationSettings(seed=1, top_k=2), {"seed": 1, "top_k": 2}]
)
def test_a_whole_request_may_be_given(parameters: Any) -> None:
    """What is said beside it wins."""
    request = TextGenerationRequest(inputs="Once", parameters=parameters)
    _, steps = play(generate(context(server="tgi"), request, seed=3), [NATIVE])

    assert bodies(steps) == [{"inputs": "Once", "parameters": {"seed": 3, "top_k": 2}}]
    plain = TextGenerationRequest(inputs="Once")
    assert bodies(play(generate(context(server="tgi"), plain), [NATIVE])[1]) == [{"inputs": "Once"}]


@pytest.mark.parametrize(
    ("inputs", "options", "said"),
    [
        ("", {}, "inputs must be a non-empty string."),
        (None, {}, "inputs must be"),
        (["Once"], {}, "inputs must be"),
        ("Once", {"max_tokens": 5}, "max_tokens: there is no such parameter"),
        ("Once", {"temperature": -1}, "temperature: expected `float` >= 0"),
        ("Once", {"stream": True}, "stream: there is a method for each"),
        ("Once", {"extra_headers": 5}, "extra_headers must be a dict"),
        ("Once", {"grammar": {"type": "json"}}, "grammar must be"),
    ],
)
def test_a_call_that_cannot_be_right_is_not_sent(
    inputs: Any, options: dict[str, Any], said: str
) -> None:
    """Neither whole nor streamed."""
    with pytest.raises(ValidationError) as caught:
        play(generate(context(), inputs, **options), [])
    assert str(caught.value).startswith(said)
    with pytest.raises(ValidationError) as caught:
        stream(context(), inputs, **options)
    assert str(caught.value).startswith(said)


def test_a_grammar_on_which_tgi_would_choke_is_not_sent() -> None:
    """It wants properties; others do not."""
    grammar = {"type": "json", "value": {"type": "array"}}
    with pytest.raises(ValidationError, match=r"grammar: .* with `properties`"):
        play(generate(context(server="tgi"), "Once", grammar=grammar), [])
    assert sent("openai", grammar=grammar)


def test_a_request_for_a_stream_is_not_one_for_the_whole() -> None:
    """It would be answered by a stream."""
    with pytest.raises(ValidationError, match=r"this request is for stream\(\)"):
        play(generate(context(), TextGenerationRequest(inputs="Once", stream=True)), [])


def test_a_server_without_it_is_told_so() -> None:
    """An embedding server has none."""
    info = ok({"model_type": {"embedding": {}}})
    with pytest.raises(UnsupportedTaskError, match="does not serve text-generation"):
        play(generate(context(), "Once"), [info])
    with pytest.raises(UnsupportedTaskError):
        play(stream(context(server="tei"), "Once").flow, [])


@pytest.mark.parametrize(
    ("server", "answer"),
    [
        ("tgi", ok([])),
        ("tgi", ok([{"text": "x"}])),
        ("tgi", ok({"text": "x"})),
        ("openai", ok({"choices": []})),
        ("openai", ok({"choices": [{"text": 5}]})),
        ("openai", Response(200, {}, b"<html>")),
    ],
)
def test_an_answer_without_a_text_is_an_error(server: str, answer: Response) -> None:
    """In each form."""
    with pytest.raises(DecodeError):
        play(generate(context(server=server), "Once"), [answer])


def test_a_completion_without_usage_has_none() -> None:
    """The text is what matters."""
    answer = ok({"choices": [{"text": "x"}]})
    found, _ = play(generate(context(server="openai"), "Once"), [answer])

    assert (found.text, found.usage, found.finish_reason) == ("x", None, None)


@pytest.mark.parametrize(
    ("server", "path", "extra"),
    [
        ("tgi", "/generate_stream", {"inputs": "Once"}),
        (
            "openai",
            "/v1/completions",
            {"prompt": "Once", "stream": True, "stream_options": {"include_usage": True}},
        ),
    ],
)
def test_a_stream_is_asked_for_in_the_words_of_the_server(
    server: str, path: str, extra: dict[str, Any]
) -> None:
    """With its own route, or its own flag."""
    _, steps = play(stream(context(server=server), "Once", timeout=5).flow, [BODY])

    assert isinstance(steps[0], Open)
    assert (urls(steps), bodies(steps)) == ([path], [extra])
    assert requests(steps)[0].timeout.silence == 5


def test_a_stream_of_the_router_has_its_flag() -> None:
    """At the same route."""
    _, steps = play(stream(router(), "Once", model="org/name", seed=1).flow, [BODY])

    assert urls(steps) == ["/hf-inference/models/org/name"]
    assert bodies(steps) == [{"inputs": "Once", "parameters": {"seed": 1}, "stream": True}]


def test_the_chunks_of_both_forms_read_the_same() -> None:
    """Native tokens and choices."""
    reader = stream(context(), "Once").reader
    reader.feed(
        b'data: {"index": 1, "token": {"id": 5, "text": "a", "logprob": -1}}\n\n'
        b'data: {"token": {"text": "</s>", "special": true}, "generated_text": "a",'
        b' "details": {"finish_reason": "eos_token", "generated_tokens": 1}}\n\n'
        b'data: {"choices": [{"text": "b"}]}\n\n'
        b'data: {"choices": [{"text": "c", "finish_reason": "stop"}]}\n\n'
        b'data: {"choices": [], "usage": {"total_tokens": 4}}\n\n'
    )

    found = list(reader.ready)
    assert [chunk.text for chunk in found] == ["a", "", "b", "c", ""]
    assert [chunk.finish_reason for chunk in found] == [None, "eos_token", None, "stop", None]
    assert found[-1].usage == TokenUsage(total_tokens=4)
    assert reader.text == "abc"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"max_new_tokens": 10}, "max_new_tokens: 10 is more than this server takes; at most 9."),
        ({"truncate": 9}, "truncate: 9 is more than this server takes; at most 8."),
        ({"best_of": 3}, "best_of: 3 is more than this server takes; at most 2."),
        ({"stop": ["a", "b"]}, "stop: 2 sequences are more than this server takes; at most 1."),
    ],
)
def test_what_a_server_says_it_will_not_take_is_not_sent(option: Any, said: str) -> None:
    """Its limits are known from `/info`."""
    limits = {"max_total_tokens": 9, "max_input_tokens": 8}
    limits |= {"max_best_of": 2, "max_stop_sequences": 1}
    with pytest.raises(ValidationError) as caught:
        play(generate(context(), "Once", **option), [ok(limits)])
    assert str(caught.value).startswith(said)


def test_one_model_behind_a_slash_is_asked_there() -> None:
    """In the native format, also as a stream."""
    found, steps = play(generate(context(server="endpoint"), "Once", seed=1), [PIPELINE])
    assert (found.text, urls(steps)) == ("upon a time", ["/"])
    assert bodies(steps) == [{"inputs": "Once", "parameters": {"seed": 1}}]

    _, steps = play(stream(context(server="endpoint"), "Once").flow, [BODY])
    assert bodies(steps) == [{"inputs": "Once", "stream": True}]


def test_an_engine_is_found_out_where_it_matters() -> None:
    """By its list of models; asked once for all calls."""
    ctx = context()
    listed = ok({"data": [{"id": "m", "owned_by": "llamacpp"}]})
    answers = [refusal(404), listed, ok({}), COMPLETION]
    _, steps = play(generate(ctx, "Once", repetition_penalty=1.5), answers)
    assert urls(steps) == ["/info", "/v1/models", "/props", "/v1/completions"]
    assert bodies(steps) == [{"prompt": "Once", "repeat_penalty": 1.5}]

    _, steps = play(generate(ctx, "Once", typical_p=0.5), [COMPLETION])
    assert bodies(steps) == [{"prompt": "Once", "typical_p": 0.5}]


def test_the_tokens_of_a_completion_are_details() -> None:
    """Whole and streamed."""
    told = {"tokens": ["upon"], "token_logprobs": [-0.5]}
    answer = ok({"choices": [{"text": "upon", "logprobs": told, "finish_reason": "stop"}]})
    found, _ = play(generate(context(server="vllm"), "Once", details=True), [answer])
    assert found.details is not None
    assert [(one.text, one.logprob) for one in found.details.tokens] == [("upon", -0.5)]

    reader = stream(context(server="vllm"), "Once", details=True).reader
    reader.feed(b"data: " + answer.body + b"\n\ndata: [DONE]\n\n")
    whole = reader.assembly.whole()
    assert whole.details is not None
    assert [(one.text, one.logprob) for one in whole.details.tokens] == [("upon", -0.5)]
