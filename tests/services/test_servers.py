"""What answers at a URL of one's own is found out once, when it first matters."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ServerError
from hf_integrations.flow import Response, Send
from hf_integrations.models.servers import ServerInfo
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind, Task
from hf_integrations.services.servers import server_info, settled
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
