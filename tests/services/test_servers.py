"""What answers at a URL of one's own is found out once, when it first matters."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ServerError
from hf_integrations.flow import Response, Send
from hf_integrations.models.servers import ServerInfo
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind, Task
from hf_integrations.services.servers import engine_info, server_info, settled
from tests.playing import play
from tests.services.calls import OWN, context, ok, refusal, urls

UNKNOWN = Target(OWN, None, "", "org/name")
TEI = {"model_type": {"embedding": {"pooling": "cls"}}, "max_client_batch_size": 8}
TGI = {"max_total_tokens": 4096}


@pytest.mark.parametrize(
    ("info", "task", "kind"),
    [
        (TEI, FEATURE_EXTRACTION, Kind.TEI),
        (TEI, TEXT_GENERATION, Kind.TEI),
        (TGI, TEXT_GENERATION, Kind.TGI),
        (TGI, FEATURE_EXTRACTION, Kind.TGI),
        (TEI | TGI, FEATURE_EXTRACTION, Kind.TEI),
        (TEI | TGI, TEXT_GENERATION, Kind.TGI),
        ({}, FEATURE_EXTRACTION, Kind.OPENAI),
    ],
)
def test_a_server_is_known_by_its_info(info: dict[str, Any], task: Task, kind: Kind) -> None:
    """And one that is several is what the task wants."""
    target, steps = play(settled(context(), UNKNOWN, task), [ok(info)])

    assert target == Target(OWN, kind, "", "org/name")
    assert urls(steps) == ["/info"]


def test_what_is_known_is_not_asked() -> None:
    """Neither a kind that was given, nor for a task that is the same everywhere."""
    known = Target(OWN, Kind.TGI, "", None)

    assert play(settled(context(), known, TEXT_GENERATION), []) == (known, [])
    assert play(settled(context(), UNKNOWN, CHAT), [])[0].kind is Kind.OPENAI


def test_a_server_is_asked_once() -> None:
    """Whatever it said."""
    for answer in (ok(TEI), refusal(404)):
        ctx = context()
        play(settled(ctx, UNKNOWN, FEATURE_EXTRACTION), [answer])
        assert play(settled(ctx, UNKNOWN, FEATURE_EXTRACTION), [])[1] == []


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404),
        refusal(405),
        refusal(400),
        Response(200, {}, b"<html>"),
        Response(200, {}, b""),
        ok([]),
    ],
)
def test_a_server_without_info_speaks_as_openai_does(answer: Response) -> None:
    """As vLLM and llama.cpp."""
    ctx = context()

    assert play(settled(ctx, UNKNOWN, TEXT_GENERATION), [answer])[0].kind is Kind.OPENAI
    assert ctx.servers == {OWN: ServerInfo()}


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_door_is_not_remembered(status: int) -> None:
    """Some gateways call a missing route so; with another token there may be an answer."""
    ctx = context()

    assert play(settled(ctx, UNKNOWN, TEXT_GENERATION), [refusal(status)])[0].kind is Kind.OPENAI
    assert ctx.servers == {}


def test_a_server_that_fails_is_asked_again_and_then_its_error_stands() -> None:
    """It is no sign of what it is."""
    answer, steps = play(
        server_info(context(), UNKNOWN, FEATURE_EXTRACTION), [refusal(500), None, ok(TEI)]
    )
    assert answer.max_client_batch_size == 8
    assert len([step for step in steps if isinstance(step, Send)]) == 2

    with pytest.raises(ServerError):
        play(server_info(context(max_retries=0), UNKNOWN, CHAT), [refusal(500)])


ENDPOINT = Target("https://x.endpoints.huggingface.cloud", None, "", None)
NONE = refusal(404)


def listed(owner: str | None, **more: Any) -> Response:
    """A list of models."""
    return ok({"object": "list", "data": [{"id": "org/name", "owned_by": owner, **more}]})


@pytest.mark.parametrize(
    ("answers", "asked", "engine", "room"),
    [
        ([ok(TGI)], ["/info"], "tgi", 4096),
        ([ok(TEI | {"max_input_length": 512})], ["/info"], "tei", 512),
        ([NONE, listed("vllm", max_model_len=99)], ["/v1/models"], "vllm", 99),
        ([NONE, listed("sglang")], ["/v1/models"], "sglang", None),
        (
            [NONE, listed("llamacpp"), ok({"default_generation_settings": {"n_ctx": 5}})],
            ["/v1/models", "/props"], "llama.cpp", 5,
        ),
        ([NONE, listed("llamacpp"), NONE], ["/v1/models", "/props"], "llama.cpp", None),
        ([NONE, listed("me"), ok({"version": "1"})], ["/v1/models", "/version"], "vllm", None),
        (
            [NONE, NONE, NONE, ok({"model_path": "m"})],
            ["/v1/models", "/version", "/get_server_info"], "sglang", None,
        ),
        (
            [NONE, listed(None), NONE, NONE, ok({"total_slots": 1}), ok({"total_slots": 1})],
            ["/v1/models", "/version", "/get_server_info", "/props", "/props"], "llama.cpp", None,
        ),
        (
            [NONE, ok({"data": []}), NONE, NONE, NONE],
            ["/v1/models", "/version", "/get_server_info", "/props"], "openai", None,
        ),
        (
            [NONE, ok("hello"), NONE, ok("x"), NONE],
            ["/v1/models", "/version", "/get_server_info", "/props"], "openai", None,
        ),
    ],
)  # fmt: skip
def test_an_engine_is_known_by_what_it_tells(
    answers: list[Response], asked: list[str], engine: str, room: int | None
) -> None:
    """And is asked once; how much fits in is known with it, where it says so."""
    ctx = context()
    info, steps = play(engine_info(ctx, UNKNOWN, CHAT), answers)

    assert (info.engine, info.context) == (engine, room)
    assert urls(steps) == ["/info", *asked][-len(steps) :]
    assert play(engine_info(ctx, UNKNOWN, CHAT), []) == (info, [])
    assert play(settled(ctx, UNKNOWN, TEXT_GENERATION), [])[1] == []


@pytest.mark.parametrize("server", ["vllm", "sglang", "llama.cpp", "tgi", "openai"])
def test_what_the_setting_says_is_not_asked(server: str) -> None:
    """It is believed."""
    info, steps = play(engine_info(context(server=server), UNKNOWN, CHAT), [])

    assert (info.engine, steps) == (server, [])


def test_a_door_that_is_closed_everywhere_is_a_server_like_others() -> None:
    """With another token there may be an answer."""
    ctx = context()

    assert play(engine_info(ctx, UNKNOWN, CHAT), [refusal(401), refusal(401)])[0].engine == "openai"
    assert ctx.servers == {}


def test_an_endpoint_without_any_route_has_one_model_behind_a_slash() -> None:
    """Only there: elsewhere, a server without a list of models may still speak as OpenAI does."""
    nothing = [NONE] * 5
    target, _ = play(settled(context(base_url=ENDPOINT.root), ENDPOINT, TEXT_GENERATION), nothing)
    assert target.kind is Kind.OWN

    answers = [NONE, listed("vllm")]
    target, _ = play(settled(context(base_url=ENDPOINT.root), ENDPOINT, TEXT_GENERATION), answers)
    assert target.kind is Kind.OPENAI
    assert play(settled(context(), UNKNOWN, TEXT_GENERATION), [NONE])[0].kind is Kind.OPENAI
