"""Every call in both colours, over a real socket, against the emulator."""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

import msgspec
import numpy as np
import pytest

from hf_integrations import errors
from hf_integrations.client import HfInferenceClient
from hf_integrations.config import HfInferenceConfig
from hf_integrations.emulator import Emulator, RecordedRequest
from hf_integrations.errors import (
    AuthenticationError,
    ConfigurationError,
    HfError,
    NetworkError,
    StreamInterruptedError,
)
from hf_integrations.models.chat import FunctionSpec, Tool
from tests.colours import Colour, Looped, Plain
from tests.playing import elsewhere

SECRET = "hf_very_secret"
MODEL = "org/name"
VECTORS = "org/embeddings"
HELLO = "Hello! How can I help you?"
QUICK: dict[str, Any] = {"retry_base_delay": 0, "retry_max_delay": 2, "max_retries": 1}


@pytest.fixture(params=[Plain, Looped])
def ask(request: pytest.FixtureRequest) -> Colour:
    """Both clients."""
    colour: Colour = request.param()
    return colour


def at(emulator: Emulator, **settings: Any) -> dict[str, Any]:
    """The settings for a client of the emulator."""
    return {"base_url": emulator.url, "token": SECRET} | QUICK | settings


def body(request: RecordedRequest) -> Any:
    """What a request carried."""
    return msgspec.json.decode(request.raw)


def test_a_chat_is_answered_whole(ask: Colour, emulator: Emulator) -> None:
    """With usage and the server's id of the request."""
    answer = ask(lambda client: client.chat.complete("hi", model=MODEL), **at(emulator))

    assert answer.text == HELLO
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.request_id == emulator.requests[0].id
    assert [(one.method, one.path) for one in emulator.requests] == [
        ("POST", "/v1/chat/completions")
    ]


def test_a_chat_is_answered_as_it_is_written(ask: Colour, emulator: Emulator) -> None:
    """The same text, and usage in the last chunk."""
    chunks = ask.items(lambda client: client.chat.stream("hi", model=MODEL), **at(emulator))

    assert "".join(chunk.text for chunk in chunks) == HELLO
    assert len(chunks) > 3
    assert chunks[-1].usage.completion_tokens > 0
    assert [chunk.finish_reason for chunk in chunks if chunk.finish_reason] == ["stop"]


def test_tools_go_out_and_calls_come_back(ask: Colour, emulator: Emulator) -> None:
    """Typed on both ways."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tool = Tool(FunctionSpec("weather", "The weather in a city", schema))
    answer = ask(
        lambda client: client.chat.complete(
            "What is the weather in Paris?", model=MODEL, tools=[tool], tool_choice="required"
        ),
        **at(emulator),
    )

    assert answer.tool_calls[0].name == "weather"
    assert "city" in answer.tool_calls[0].arguments


def test_a_text_is_continued_whole_and_as_it_is_written(ask: Colour, emulator: Emulator) -> None:
    """By the engine that `/info` tells of, which is asked once."""
    settings = at(emulator)
    whole = ask(
        lambda client: client.text_generation.generate("Once upon", max_new_tokens=9), **settings
    )
    chunks = ask.items(
        lambda client: client.text_generation.stream("Once upon", max_new_tokens=9), **settings
    )

    assert whole.text
    assert "".join(chunk.text for chunk in chunks) == whole.text
    assert chunks[-1].finish_reason
    assert [one.path for one in emulator.requests] == [
        "/info", "/generate", "/info", "/generate_stream",
    ]  # fmt: skip


def test_a_text_is_continued_by_an_openai_server(ask: Colour, emulator: Emulator) -> None:
    """Whole and streamed, with usage."""
    settings = at(emulator, server="openai")
    whole = ask(lambda client: client.text_generation.generate("Once", model=MODEL), **settings)
    chunks = ask.items(
        lambda client: client.text_generation.stream("Once", model=MODEL), **settings
    )

    assert "".join(chunk.text for chunk in chunks) == whole.text
    assert whole.usage.completion_tokens == chunks[-1].usage.completion_tokens > 0
    assert {one.path for one in emulator.requests} == {"/v1/completions"}


def test_the_router_is_stood_in_for(ask: Colour, emulator: Emulator) -> None:
    """With a provider named, the emulator is the router."""
    settings = at(emulator, default_provider="hf-inference", bill_to="my-org")
    ask(lambda client: client.chat.complete("hi", model=MODEL), **settings)
    ask(lambda client: client.text_generation.generate("Once", model=MODEL), **settings)
    found = ask(lambda client: client.embeddings.create("a text", model=VECTORS), **settings)

    assert found.vectors.shape == (1, 384)
    sent = [one for one in emulator.requests if one.method == "POST"]
    assert [one.path for one in sent] == [
        f"/hf-inference/models/{MODEL}/v1/chat/completions",
        f"/hf-inference/models/{MODEL}",
        f"/hf-inference/models/{VECTORS}/pipeline/feature-extraction",
    ]
    assert body(sent[0])["model"] == MODEL
    assert all(one.headers["x-hf-bill-to"] == "my-org" for one in sent)


def test_three_thousand_texts_become_as_many_vectors(ask: Colour, emulator: Emulator) -> None:
    """In batches the server takes, in order, equal to those asked for alone."""
    texts = [f"text number {n} about {n % 7} things" for n in range(3_000)]
    found = ask(lambda client: client.embeddings.create(texts, model=MODEL), **at(emulator))
    alone = ask(lambda client: client.embeddings.create(texts[1_234], model=MODEL), **at(emulator))

    assert found.vectors.shape == (3_000, 384)
    assert found.vectors.dtype == np.float32
    assert found.requests == 94
    np.testing.assert_allclose(found[1_234], alone[0], atol=1e-6)


def test_vectors_are_the_same_in_every_dialect(ask: Colour, emulator: Emulator) -> None:
    """Base64, native, pipeline."""
    texts = ["one text", "another"]
    ways: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"server": "openai"}, {}),
        ({"server": "tei"}, {"normalize": True}),
        ({"default_provider": "hf-inference"}, {}),
    ]
    found = [
        ask(
            partial(_embed, texts=texts, **options),
            **at(emulator, **settings),
        ).vectors
        for settings, options in ways
    ]

    for vectors in found[1:]:
        np.testing.assert_allclose(vectors, found[0], atol=1e-6)


def _embed(client: Any, *, texts: list[str], **options: Any) -> Any:
    return client.embeddings.create(texts, model=VECTORS, **options)


def test_similar_texts_are_near(ask: Colour, emulator: Emulator) -> None:
    """By the arithmetic at hand."""
    texts = ["cats and dogs", "stocks and bonds", "a dog and a cat, cats and dogs"]
    found = ask(lambda client: client.embeddings.create(texts, model=MODEL), **at(emulator))
    with HfInferenceClient(token=False) as client:
        near = client.embeddings.top_k(found[0], found, k=2)
        assert [index for index, _ in near] == [0, 2]
        assert client.embeddings.similarity(found, found).shape == (3, 3)


FAILURES: dict[str, tuple[type[HfError], int]] = {
    "unauthorized": (errors.AuthenticationError, 401),
    "quota": (errors.QuotaExceededError, 402),
    "forbidden": (errors.PermissionDeniedError, 403),
    "not_found": (errors.NotFoundError, 404),
    "too_large": (errors.ValidationError, 413),
    "invalid": (errors.ValidationError, 422),
    "rate_limited": (errors.RateLimitedError, 429),
    "server_error": (errors.ServerError, 500),
    "bad_gateway": (errors.ServerError, 502),
    "unavailable": (errors.ServiceUnavailableError, 503),
    "loading": (errors.ModelLoadingError, 503),
    "gateway_timeout": (errors.GatewayTimeoutError, 504),
    "paused": (errors.EndpointPausedError, 400),
}


@pytest.mark.parametrize("name", sorted(FAILURES))
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_refusal_is_a_typed_error_with_its_facts(
    ask: Colour, emulator: Emulator, name: str, streamed: bool
) -> None:
    """Whole and streamed alike; and none of them shows the token or the prompt."""
    kind, status = FAILURES[name]
    emulator.fail_next(name)
    settings = at(emulator, max_retries=0, auto_wait_for_model=False)
    call: Any = ask.items if streamed else ask

    with pytest.raises(HfError) as caught:
        call(
            lambda client: (client.chat.stream if streamed else client.chat.complete)(
                "my secret diary", model=MODEL
            ),
            **settings,
        )
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.model, error.task) == (status, MODEL, "chat-completion")
    assert error.request_id == emulator.requests[0].id
    for shown in (str(error), repr(error), repr(error.__dict__), repr(elsewhere(error).__dict__)):
        assert SECRET not in shown
        assert "diary" not in shown


@pytest.mark.parametrize("name", ["server_error", "bad_gateway", "unavailable"])
def test_a_failure_that_passes_is_not_noticed(ask: Colour, emulator: Emulator, name: str) -> None:
    """It costs a second request."""
    emulator.fail_next(name)
    answer = ask(lambda client: client.chat.complete("hi", model=MODEL), **at(emulator))

    assert answer.text == HELLO
    assert len(emulator.requests) == 2


def test_a_server_says_when_to_come_back(ask: Colour, emulator: Emulator) -> None:
    """And is obeyed; more than the settings allow is an error."""
    emulator.fail_next("rate_limited", headers={"Retry-After": "0"})
    assert ask(lambda client: client.chat.complete("hi", model=MODEL), **at(emulator)).text

    emulator.fail_next("rate_limited", headers={"Retry-After": "3"})
    with pytest.raises(errors.RateLimitedError) as caught:
        ask(lambda client: client.chat.complete("hi", model=MODEL), **at(emulator))
    assert caught.value.retry_after == 3


def test_a_redirect_is_not_followed(ask: Colour, emulator: Emulator) -> None:
    """The token stays here."""
    emulator.fail_next(status=302, headers={"location": f"{emulator.url}/elsewhere"})
    with pytest.raises(ConfigurationError, match="redirects are not followed"):
        ask(lambda client: client.chat.complete("hi", model=MODEL), **at(emulator))
    assert len(emulator.requests) == 1


def test_a_wrong_token_is_told_from_where_it_came(ask: Colour, emulator: Emulator) -> None:
    """And not shown."""
    with pytest.raises(AuthenticationError) as caught:
        ask(
            lambda client: client.chat.complete("hi", model=MODEL),
            **at(emulator, token="hf_invalid_secret"),
        )
    assert "The token came from the token argument." in str(caught.value)
    assert "hf_invalid_secret" not in str(caught.value)


def test_a_token_of_the_environment_is_not_sent_to_a_foreign_host(
    ask: Colour, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the error says so, as the server wants one."""
    monkeypatch.setenv("HF_TOKEN", SECRET)
    with pytest.raises(AuthenticationError) as caught:
        ask(lambda client: client.chat.complete("hi", model=MODEL), base_url=emulator.url)
    assert "No token was sent: the one from HF_TOKEN goes only to Hugging Face's hosts" in str(
        caught.value
    )
    assert "authorization" not in emulator.requests[0].headers


def test_without_a_token_the_router_is_not_asked(ask: Colour, emulator: Emulator) -> None:
    """Not even looked for; the same where the emulator stands in for it."""
    for settings in ({}, {"base_url": emulator.url, "provider": "groq", "token": False}):
        with pytest.raises(AuthenticationError, match="needs a token"):
            ask(lambda client: client.chat.complete("hi", model=MODEL), **settings)
    assert emulator.requests == []


def test_a_server_that_cannot_be_reached_is_a_network_error(ask: Colour) -> None:
    """It names the host."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NetworkError, match=r"127\.0\.0\.1") as caught:
            ask(
                lambda client: client.chat.complete("my secret diary"),
                base_url=url, token=SECRET, **QUICK,
            )  # fmt: skip
    assert "diary" not in str(caught.value)


def test_a_slow_server_is_given_up_and_not_asked_twice(ask: Colour, emulator: Emulator) -> None:
    """A generation may still be running."""
    emulator.fail_next(delay=30)
    with pytest.raises(errors.InferenceTimeoutError):
        ask(lambda client: client.chat.complete("hi", model=MODEL, timeout=0.2), **at(emulator))
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("after", [0, 3])
def test_a_stream_that_is_cut_raises_with_its_text(
    ask: Colour, emulator: Emulator, after: int
) -> None:
    """Whatever came is in the error."""
    emulator.fail_next(cut_after=after)
    with pytest.raises(StreamInterruptedError) as caught:
        ask.items(lambda client: client.chat.stream("hi", model=MODEL), **at(emulator))
    assert HELLO.startswith(caught.value.partial)
    assert bool(caught.value.partial) is bool(after)
    assert caught.value.request_id == emulator.requests[0].id
    assert len(emulator.requests) == 1


def test_a_stream_with_a_bad_event_or_without_done_is_whole(
    ask: Colour, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """The one is warned of, the other is not."""
    for name in ("malformed", "no_done"):
        emulator.fail_next(name)
        chunks = ask.items(lambda client: client.chat.stream("hi", model=MODEL), **at(emulator))
        assert "".join(chunk.text for chunk in chunks) == HELLO
    assert len(caplog.records) == 1


def test_a_stream_in_which_the_server_fails_raises(ask: Colour, emulator: Emulator) -> None:
    """With what came before it."""
    emulator.fail_next("error_event", insert_after=3)
    with pytest.raises(StreamInterruptedError, match="failed on the way: The model") as caught:
        ask.items(lambda client: client.chat.stream("hi", model=MODEL), **at(emulator))
    assert caught.value.partial
    assert caught.value.status == 500


def test_thin_settings_send_one_request(ask: Colour, emulator: Emulator) -> None:
    """Whatever happens."""
    config = HfInferenceConfig.thin(base_url=emulator.url, token=SECRET)
    for name in ("server_error", "rate_limited", "loading"):
        emulator.reset()
        emulator.fail_next(name)
        with pytest.raises(HfError):
            ask(lambda client: client.text_generation.generate("x", model=MODEL), config=config)
        assert len(emulator.requests) == 1
