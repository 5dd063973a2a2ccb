"""Work that is queued."""

from __future__ import annotations

import pytest

from hf_integrations.emulator.partners.jobs import Job, Jobs


@pytest.mark.parametrize("polls", [0, 1, 3])
def test_work_is_done_after_so_many_questions(polls: int) -> None:
    """Not after a time."""
    jobs = Jobs()
    jobs.start(Job("a", "m", "result", polls))
    states = []
    for _ in range(polls + 2):
        job = jobs.ask("a")
        assert job is not None
        states.append(job.state("running", "done", "failed"))
    assert states == ["running"] * polls + ["done"] * 2


def test_looking_is_no_question() -> None:
    """It changes nothing."""
    jobs = Jobs()
    jobs.start(Job("a", "m", "result", 1))
    for _ in range(3):
        job = jobs.look("a")
        assert job is not None
        assert not job.done


def test_work_may_fail() -> None:
    """When it is done."""
    job = Job("a", "m", None, 1, failed=True)
    assert job.state("running", "done", "failed") == "running"
    job.left = 0
    assert job.state("running", "done", "failed") == "failed"


def test_the_same_request_begins_anew() -> None:
    """And too many make room."""
    jobs = Jobs(most=2)
    for ident in ("a", "b", "a", "c"):
        jobs.start(Job(ident, "m", ident, 0))
    assert jobs.ask("b") is None
    assert jobs.look("a")
    jobs.clear()
    assert jobs.look("a") is None
