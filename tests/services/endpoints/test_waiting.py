"""Waiting, played: no network, no clock; and once over a socket in both colours."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    AuthenticationError,
    ColdStartTimeoutError,
    EndpointFailedError,
    EndpointPausedError,
    EndpointUnhealthyError,
    NetworkError,
    PermissionDeniedError,
    ValidationError,
)
from hf_integrations.flow import Response, Sleep
from hf_integrations.services.endpoints.waiting import EndpointProgress, wait_for_running
from tests.playing import Reply, play
from tests.services.calls import ok, refusal, urls
from tests.services.endpoints.orders import Colour, at, both, managed, order, told

WELL = Response(200)


@both
def test_an_endpoint_is_waited_for(swift: Emulator, colour: Colour) -> None:
    """Through its states, until its health route is well."""
    swift.clock.stop()  # it goes on when it was looked at, however slow this machine is
    swift.endpoints.set_times(warming=10)
    swift.endpoints.create("emulator", order().body())
    seen: list[EndpointProgress] = []

    def note(progress: EndpointProgress) -> None:
        seen.append(progress)
        swift.clock.advance(20)

    info = colour(lambda c: c.endpoints.wait_for_running("mine", on_progress=note), **at(swift))

    assert info.is_running
    assert seen[0].status == "pending"
    assert (seen[-1].status, seen[-1].healthy, seen[-1].ready_replicas) == ("running", True, 1)
    health = [one for one in swift.requests if one.path.endswith("/health")]
    assert [one.status for one in health][-1] == 200


def played(answers: list[Reply], *, step: float = 0.0, **options: Any) -> tuple[Any, list[Any]]:
    """The wait with these answers."""
    return play(wait_for_running(managed(step), "mine", **options), answers)


def test_the_url_alone_says_nothing() -> None:
    """It may be there long before a replica; the state may be `running` before the URL."""
    info, steps = played([
        told("initializing"), None, told("running", url=None), None, told("running"),
        refusal(503), None, told("running"), NetworkError("refused"), None, told("running"), WELL,
    ])  # fmt: skip
    assert info.is_running
    assert urls(steps).count("/health") == 3


def test_the_health_route_is_the_endpoints_own() -> None:
    """`GET /` is 404 on vLLM."""
    answer = {"name": "mine", "healthRoute": "ready",
              "status": {"state": "running", "url": "https://h/"}}  # fmt: skip
    _, steps = played([ok(answer), WELL])
    assert urls(steps)[-1] == "/ready"


def test_waits_grow_while_nothing_changes() -> None:
    """And begin anew with a new state; none is longer than ten seconds."""
    states = ["pending"] * 3 + ["initializing"] * 9
    answers: list[Reply] = []
    for one in states:
        answers += [told(one, url=None), None]
    _, steps = played([*answers, told("running"), WELL])
    waits = [step.seconds for step in steps if isinstance(step, Sleep)]
    assert waits[:5] == [1.0, 1.5, 2.25, 1.0, 1.5]
    assert max(waits) == 10.0


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ("failed", EndpointFailedError, "CUDA"),
        ("updateFailed", EndpointFailedError, "not updated: CUDA"),
        ("paused", EndpointPausedError, "paused"),
    ],
)
def test_where_there_is_no_hope_nobody_waits(
    state: str, error: type[Exception], words: str
) -> None:
    """The reason is attached, and what to do."""
    with pytest.raises(error, match=words) as caught:
        played([told("pending", url=None), None, told(state, "CUDA out of memory")])
    assert "me/mine" in str(getattr(caught.value, "hint", ""))


def test_an_update_that_failed_leaves_the_old_version() -> None:
    """Which the error says."""
    with pytest.raises(EndpointFailedError, match="version before it still answers"):
        played([told("updateFailed", "bad image", readyReplica=1)])


def test_one_that_sleeps_is_woken() -> None:
    """By asking it; the management API alone would wait for ever."""
    _, steps = played([
        told("scaledToZero"), refusal(503), None, told("initializing"), None, told("running"), WELL,
    ])  # fmt: skip
    assert urls(steps)[1] == "/health"


def test_unknown_states_are_waited_through() -> None:
    """They may be of tomorrow."""
    info, _ = played([told("migrating"), None, told("running"), WELL])
    assert info.is_running


def test_the_deadline_names_the_state() -> None:
    """Of one that does not start, and of one that is not well."""
    with pytest.raises(ColdStartTimeoutError, match=r"still initializing after 5 s: Loading"):
        played([told("initializing", "Loading")], step=6.0, timeout=5)
    with pytest.raises(EndpointUnhealthyError, match="not well for 5 s"):
        played([told("running"), refusal(503)], step=6.0, timeout=5)


def test_a_timeout_of_zero_looks_once() -> None:
    """Without a wait."""
    info, steps = played([told("running"), WELL], timeout=0)
    assert info.is_running
    assert not [step for step in steps if isinstance(step, Sleep)]


@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthenticationError), (403, PermissionDeniedError)]
)
def test_a_closed_door_is_told_at_once(status: int, error: type[Exception]) -> None:
    """Waiting would not open it."""
    with pytest.raises(error, match="me/mine"):
        played([told("running"), refusal(status)])


@pytest.mark.parametrize("timeout", [-1, "5", True, float("nan")])
def test_a_timeout_that_cannot_be_is_refused(timeout: Any) -> None:
    """Unsent."""
    with pytest.raises(ValidationError, match="timeout"):
        played([], timeout=timeout)


def test_the_token_goes_to_the_health_route() -> None:
    """As endpoints ask for it."""
    _, steps = played([told("running"), WELL])
    assert ("authorization", "Bearer hf_x") in steps[-1].request.headers
