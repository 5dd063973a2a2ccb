"""A failure at an endpoint is looked into."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    ColdStartTimeoutError,
    EndpointFailedError,
    EndpointPausedError,
    EndpointUnhealthyError,
    HfError,
    ModelLoadingError,
    NotFoundError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
)
from hf_integrations.flow import Flow, Request, Timeout
from hf_integrations.services.endpoints.recovering import recovered
from tests.playing import Reply, play
from tests.services.calls import ok, refusal, urls
from tests.services.endpoints.orders import URL, at, managed, told

CALL = Request("POST", f"{URL}/v1/chat/completions", Timeout(1.0, total=2.0), body=b"{}")
LISTED = ok({"items": [{"name": "mine", "status": {"state": "running", "url": URL}}]})


def met(failure: HfError, answers: list[Reply], **settings: Any) -> tuple[HfError | None, Any]:
    """What comes of a failure at the endpoint's URL, which nobody has looked up before."""
    step = settings.pop("step", 0.0)
    flow: Flow[HfError | None] = recovered(managed(step, **settings), CALL, failure)
    return play(flow, [LISTED, *answers])


def failure(status: int) -> HfError:
    """A refusal of the proxy."""
    kinds: dict[int, type[HfError]] = {
        400: ValidationError, 502: ServerError, 503: ServiceUnavailableError,
    }  # fmt: skip
    return kinds[status]("no", status=status, request_id="r1")


@pytest.fixture
def warm(up: Emulator) -> Any:
    """A client that has asked the endpoint before, so that it has its URL in mind."""
    with (
        HfInferenceClient(**at(up, endpoint="emulator/mine")) as client,
    ):
        client.chat.complete("Hello")
        yield client


def test_one_that_was_paused_meanwhile(up: Emulator, warm: HfInferenceClient) -> None:
    """400 becomes the error that says what to do; or it is resumed, and the call goes on."""
    up.endpoints.pause("emulator", "mine")
    with pytest.raises(EndpointPausedError, match="emulator/mine") as caught:
        warm.chat.complete("Hello")
    assert caught.value.status == 400
    assert caught.value.request_id
    assert warm.with_options(auto_resume_paused=True).chat.complete("Hello").choices


def test_one_that_failed_meanwhile(up: Emulator, warm: HfInferenceClient) -> None:
    """503 becomes its reason, and is not waited for."""
    up.endpoints.force("emulator/mine", "failed", "CUDA out of memory")
    with pytest.raises(EndpointFailedError, match="CUDA out of memory") as caught:
        warm.chat.complete("Hello")
    assert caught.value.status == 503


def test_one_that_fell_asleep_meanwhile(up: Emulator, warm: HfInferenceClient) -> None:
    """Is waited for, or not, as the settings say."""
    up.endpoints.scale_to_zero("emulator", "mine")
    up.clock.speed = 1
    with pytest.raises(ModelLoadingError, match="initializing"):
        warm.with_options(auto_wait_for_model=False).chat.complete("Hello")
    up.clock.speed = 200
    assert warm.chat.complete("Hello").choices


async def test_the_same_awaited(up: Emulator) -> None:
    """A stream, too, is opened after the wait."""
    async with AsyncHfInferenceClient(**at(up, endpoint="emulator/mine")) as client:
        await client.chat.complete("Hello")
        up.endpoints.pause("emulator", "mine")
        with pytest.raises(EndpointPausedError):
            await client.chat.complete("Hello")
        view = client.with_options(auto_resume_paused=True)
        async with view.chat.stream("Hello") as stream:
            assert [chunk async for chunk in stream]


def test_one_that_was_deleted_is_forgotten(up: Emulator, warm: HfInferenceClient) -> None:
    """A 404 ends what was remembered, so that the next call looks it up."""
    up.endpoints.delete("emulator", "mine")
    for words in ("Not Found", "There is no endpoint emulator/mine"):
        with pytest.raises(NotFoundError, match=words):
            warm.chat.complete("Hello")


def test_it_can_be_left_alone(up: Emulator) -> None:
    """`check_endpoints=False`: what the proxy says is what there is."""
    settings = at(up, endpoint="emulator/mine", check_endpoints=False)
    with HfInferenceClient(**settings) as client:
        client.chat.complete("Hello")
        up.endpoints.force("emulator/mine", "failed", "CUDA out of memory")
        with pytest.raises(ServiceUnavailableError):
            client.chat.complete("Hello")
        assert len([one for one in up.requests if one.path.startswith("/v2/")]) == 1


def test_a_url_alone_is_found_among_the_endpoints() -> None:
    """Of the namespace."""
    left, steps = met(failure(503), [told("running"), refusal(200)])
    assert left is not None
    assert left.status == 503
    assert urls(steps) == ["/v2/endpoint/me", "/v2/endpoint/me/mine", "/health"]


@pytest.mark.parametrize("state", ["pending", "initializing", "scaledToZero", "updating"])
def test_states_that_pass_are_waited_through(state: str) -> None:
    """And the call is sent again."""
    answers: list[Reply] = [told(state)] * 2
    answers += [refusal(503)] if state == "scaledToZero" else []
    left, _ = met(failure(503), [*answers, None, told("running"), refusal(200)])
    assert left is None


def test_an_update_is_waited_for_two_minutes() -> None:
    """By its own setting."""
    with pytest.raises(ColdStartTimeoutError, match="120 s"):
        met(failure(502), [told("updating")] * 2, step=200.0)


def test_a_deadline_of_the_call_is_one_of_the_wait() -> None:
    """`total_timeout` is for all waits together."""
    with pytest.raises(ColdStartTimeoutError, match="30 s"):
        met(failure(503), [told("pending")] * 2, step=8.0, total_timeout=30)


def test_one_that_runs_and_is_not_well() -> None:
    """Is an error of its own; the next attempt may find it well."""
    left, _ = met(failure(502), [told("running"), refusal(503)])
    assert isinstance(left, EndpointUnhealthyError)
    assert (left.retryable, left.status, left.request_id) == (True, 502, "r1")


def test_a_wrong_request_stays_one() -> None:
    """400 of an endpoint that is up."""
    for state in ("running", "updating", "updateFailed", "hibernating"):
        wrong = failure(400)
        assert met(wrong, [told(state)])[0] is wrong


def test_other_states_are_told() -> None:
    """One that is not known, and an update that failed."""
    left, _ = met(failure(503), [told("hibernating", "zzz")])
    assert left is not None
    assert "hibernating: zzz" in (left.hint or "")
    assert isinstance(met(failure(503), [told("updateFailed", "x")])[0], EndpointFailedError)


def test_who_may_not_manage_gets_what_the_proxy_said() -> None:
    """Asking an endpoint needs less than managing it."""
    first = failure(503)
    flow = recovered(managed(max_retries=0), CALL, first)
    assert play(flow, [refusal(403)])[0] is first
    assert met(first, [refusal(403)])[0] is first
    flow = recovered(managed(), CALL, first)
    assert play(flow, [ok({"items": []})])[0] is first
