"""`hfi endpoints`: as a user runs it, against the emulator's management API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.cli.endpoints.looking import added
from hf_integrations.emulator import Emulator
from tests.cli.conftest import Paper, Run
from tests.services.endpoints.orders import start, state

L4 = "aws-us-east-1-nvidia-l4-x1"


@pytest.fixture
def fleet(emulator: Emulator) -> Emulator:
    """An emulator with two endpoints that run."""
    start(emulator, "mine")
    start(emulator, "other", min_replica=1)
    return emulator


def as_json(run: Run, *arguments: str, **settings: Any) -> Any:
    """What a command prints for programs."""
    done = run("endpoints", *arguments, "--json", **settings)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


def test_endpoints_are_managed_by_a_process(ask: Run, fleet: Emulator) -> None:
    """The list in bare lines with tabs, nothing beside it."""
    done = ask("endpoints", "list")

    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[:5] for row in rows] == [
        ["mine", "running", "1/1", "org/m", L4],
        ["other", "running", "1/1", "org/m", L4],
    ]
    assert rows[0][5].startswith(f"{fleet.url}/e/")


def test_the_list_is_that_of_a_state_and_of_a_namespace(say: Run, fleet: Emulator) -> None:
    """In JSON with all that is known of each."""
    fleet.endpoints.pause("emulator", "other")

    found = as_json(say, "list")
    assert [(one["endpoint"], one["state"]) for one in found] == [
        ("emulator/mine", "running"), ("emulator/other", "paused"),
    ]  # fmt: skip
    assert (found[1]["min_replicas"], found[1]["max_replicas"]) == (1, 1)
    assert found[0]["scale_to_zero_minutes"] == 60
    [paused] = as_json(say, "list", "--state", "Paused")
    assert paused["endpoint"] == "emulator/other"
    assert as_json(say, "list", "--namespace", "acme") == []


def test_one_is_shown(say: Run, fleet: Emulator) -> None:
    """What is there of it, and nothing that might be secret."""
    start(fleet, "third", env={"LEVEL": "sesame"}, secrets={"KEY": "hush"}, tags=["nightly"])
    rows = dict(line.split("\t") for line in say("endpoints", "show", "third").stdout.splitlines())
    found = as_json(say, "show", "emulator/third")

    assert (rows["state"], rows["model"], rows["image"]) == ("running", "org/m", "vLLM")
    assert found["tags"] == ["nightly"]
    for secret in ("sesame", "hush", "hf_mine"):
        assert secret not in json.dumps([rows, found])


@pytest.mark.parametrize("command", ["show", "pause", "resume", "wait", "logs", "cost", "delete"])
def test_a_name_that_there_is_not_gets_near_ones(command: str, say: Run, fleet: Emulator) -> None:
    """In one sentence; nothing is done."""
    done = say("endpoints", command, "mind")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: There is no endpoint emulator/mind.")
    assert "mine" in done.stderr
    assert state(fleet) == "running"


def test_orders_are_given_one_after_the_other(say: Run, fleet: Emulator) -> None:
    """They are calm where all is so already; what was done is told, also when the next fails."""
    paused = say("endpoints", "pause", "mine", "other")
    again = say("endpoints", "pause", "mine", "gone", "other")

    assert [line.split("\t")[:2] for line in paused.stdout.splitlines()] == [
        ["emulator/mine", "paused"], ["emulator/other", "paused"],
    ]  # fmt: skip
    assert again.stdout.startswith("emulator/mine\tpaused")
    assert (again.returncode, "emulator/gone" in again.stderr) == (1, True)
    [going] = as_json(say, "resume", "other")
    assert going["state"] in ("pending", "initializing")
    fleet.clock.speed = 200
    [back] = as_json(say, "resume", "mine", "--wait")
    assert back["state"] == "running"


def test_an_endpoint_is_put_to_sleep_or_grows(say: Run, fleet: Emulator) -> None:
    """One or the other."""
    [asleep] = as_json(say, "scale", "mine", "--to-zero")
    changed = say("endpoints", "scale", "other", "--min", "2", "--max", "3", "--sleep-after", "0")

    assert asleep["state"] == "scaledToZero"
    assert changed.returncode == 0, changed.stderr
    scaling = fleet.endpoints.find("emulator", "other").spec["compute"]["scaling"]
    assert (scaling["minReplica"], scaling["maxReplica"]) == (2, 3)
    assert scaling["scaleToZeroTimeout"] is None
    for wrong in ((), ("--to-zero", "--min", "1")):
        done = say("endpoints", "scale", "mine", *wrong)
        assert (done.returncode, "--to-zero, or some of" in done.stderr) == (1, True)
    assert say("endpoints", "scale", "mine", "--min", "-1").returncode == 2


def test_nothing_is_deleted_unasked(say: Run, fleet: Emulator) -> None:
    """Where nobody can be asked, --yes says it; where somebody can, who says no is heard."""
    unasked = say("endpoints", "delete", "mine")
    refused = say("endpoints", "delete", "mine", watched=True, stdin="n\n")
    assert (unasked.returncode, "--yes" in unasked.stderr) == (1, True)
    assert (refused.returncode, "Delete for good?" in refused.stderr) == (1, True)
    assert "emulator/mine is running, with org/m" in refused.stderr
    assert state(fleet) == "running"

    agreed = say("endpoints", "delete", "mine", watched=True, stdin="y\n")
    assert agreed.returncode == 0, agreed.stderr
    assert say("endpoints", "delete", "other", "gone", "--yes").returncode == 1
    assert as_json(say, "delete", "other", "--yes") == {"deleted": ["emulator/other"]}
    assert fleet.endpoints.of("emulator") == []


def test_somebody_who_waits_sees_how_far_it_is(say: Run, fleet: Emulator) -> None:
    """Only at a terminal; in a pipe there is the result alone."""
    fleet.clock.speed = 200
    fleet.endpoints.pause("emulator", "mine")
    fleet.endpoints.resume("emulator", "mine")
    seen = say("endpoints", "wait", "mine", watched=True)
    fleet.endpoints.pause("emulator", "other")
    fleet.endpoints.resume("emulator", "other")
    quiet = say("endpoints", "wait", "other")

    assert "s emulator/mine is running" in seen.stderr
    assert (quiet.stderr, quiet.stdout.split("\t")[:2]) == ("", ["emulator/other", "running"])


def test_waiting_ends_where_it_is_no_use(say: Run, fleet: Emulator) -> None:
    """What is paused is not waited for, and time runs out."""
    fleet.endpoints.pause("emulator", "mine")
    fleet.clock.stop()
    fleet.endpoints.pause("emulator", "other")
    fleet.endpoints.resume("emulator", "other")
    paused = say("endpoints", "wait", "mine")
    late = say("endpoints", "wait", "other", "--timeout", "0")

    assert (paused.returncode, "is paused" in paused.stderr) == (1, True)
    assert (late.returncode, "after 0 s" in late.stderr) == (1, True)


def test_what_an_endpoint_wrote_is_followed(
    say: Run, fleet: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last lines on, until Ctrl-C."""
    lines = say("endpoints", "logs", "mine").stdout.splitlines()
    assert as_json(say, "logs", "mine", "--tail", "1") == lines[-1:]

    class Watched(Paper):
        """A terminal at which an endpoint is paused, and then Ctrl-C is pressed."""

        def write(self, text: str) -> int:
            if lines[-1] in text:
                fleet.endpoints.pause("emulator", "mine")
            elif "pause" in text:
                raise KeyboardInterrupt
            return super().write(text)

    monkeypatch.setattr("tests.cli.conftest.Paper", Watched)
    followed = say("endpoints", "logs", "mine", "--tail", "1", "--follow", "--every", "0.01")
    assert followed.returncode == 130
    assert followed.stdout.splitlines() == lines[-1:]


@given(st.lists(st.integers(0, 3)), st.integers(0, 5), st.lists(st.integers(4, 6), min_size=1))
def test_what_was_added_to_a_log_is_what_came_after(
    before: list[int], lost: int, new: list[int]
) -> None:
    """Also when the log lost its beginning."""
    had, came = [str(n) for n in before], [str(n) for n in new]
    assert added(had, (had + came)[lost:]) == (had + came)[max(lost, len(had)) :]


def test_costs_are_those_of_each_and_of_all(say: Run, fleet: Emulator) -> None:
    """At the catalogue's price; what is paused costs nothing."""
    fleet.endpoints.pause("emulator", "other")
    [mine] = as_json(say, "cost", "mine")
    everything = as_json(say, "cost")
    drawn = say("endpoints", "cost", watched=True)

    assert (mine["endpoint"], mine["per_hour"], mine["replicas"]) == ("emulator/mine", 0.8, 1)
    assert mine["so_far"] == pytest.approx(0.8 * mine["hours"])
    assert [(one["endpoint"], one["per_hour"]) for one in everything] == [
        ("emulator/mine", 0.8), ("emulator/other", 0.0),
    ]  # fmt: skip
    assert "Together 0.80 $ an hour." in drawn.stderr


def test_hardware_is_listed_by_its_price(say: Run, emulator: Emulator) -> None:
    """What can be had; with --all also what cannot."""
    prices = [
        float(line.split("\t")[5])
        for line in say("endpoints", "hardware", "--accelerator", "gpu").stdout.splitlines()
    ]
    some, every = as_json(say, "hardware"), as_json(say, "hardware", "--all")

    assert prices
    assert prices == sorted(prices)
    assert {one["status"] for one in some} <= {"available", "low_availability"}
    assert len(every) > len(some)


def test_an_endpoint_is_made(say: Run, emulator: Emulator) -> None:
    """With what was said; secrets come from the environment, never from the command line."""
    emulator.clock.speed = 200
    [made] = as_json(
        say, "create", "fresh", "--model", "org/new", "--hardware", L4, "--image", "vllm",
        "--max", "2", "--sleep-after", "15", "--env", "LEVEL=2", "--secret", "KEY",
        "--tag", "nightly", "--wait", KEY="hush",
    )  # fmt: skip
    spec = emulator.endpoints.find("emulator", "fresh").spec

    assert (made["state"], made["model"], made["image"]) == ("running", "org/new", "vLLM")
    assert (made["max_replicas"], made["scale_to_zero_minutes"]) == (2, 15)
    assert (made["hardware"], made["tags"]) == (L4, ["nightly"])
    assert (spec["model"]["env"], spec["model"]["secrets"]) == ({"LEVEL": "2"}, {"KEY": "hush"})


def test_an_endpoint_is_made_like_another(say: Run, fleet: Emulator) -> None:
    """What is said differs, what is not is the same; at a terminal the price is told."""
    done = say(
        "endpoints", "create", "twin", "--like", "mine", "--hardware",
        "aws-us-east-1-nvidia-l4-x4", "--min", "1", watched=True,
    )  # fmt: skip
    spec = fleet.endpoints.find("emulator", "twin").spec

    assert done.returncode == 0, done.stderr
    assert "$ an hour for each replica" in done.stderr
    assert (spec["model"]["repository"], spec["compute"]["instanceSize"]) == ("org/m", "x4")
    assert spec["compute"]["scaling"]["minReplica"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "--model", "org/m"), "--model and --hardware, or --like"),
        (("new", "--model", "org/m", "--hardware", "aws-us-east-1-nvidia-l5-x1"), L4),
        (("new", "--model", "org/m", "--hardware", L4, "--image", "vlm"), "not 'vlm'"),
        (("new", "--model", "org/m", "--hardware", L4, "--env", "LEVEL"), "--env LEVEL=2"),
        (("new", "--model", "org/m", "--hardware", L4, "--secret", "NOT_THERE"), "'NOT_THERE'"),
        (("New", "--model", "org/m", "--hardware", L4), "name"),
        (("mine", "--model", "org/m", "--hardware", L4), "has an endpoint mine already"),
        (("new", "--like", "mind"), "mine"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    arguments: tuple[str, ...], words: str, say: Run, fleet: Emulator
) -> None:
    """And nothing is made."""
    done = say("endpoints", "create", *arguments)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert len(fleet.endpoints.of("emulator")) == 2


def test_shells_complete_the_names_of_endpoints(inside: Run, fleet: Emulator) -> None:
    """Those there are; none, and no error, where they cannot be had."""

    def offered(words: str, **settings: str) -> list[str]:
        said = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
        return inside(_HFI_COMPLETE="complete_bash", **said, **settings).stdout.split()

    here = f"--base-url {fleet.url} --token-env MY_TOKEN"
    assert offered(f"hfi endpoints pause {here} ", MY_TOKEN="hf_mine") == ["mine", "other"]
    assert offered(f"hfi endpoints show {here} m", MY_TOKEN="hf_mine") == ["mine"]
    assert offered(f"hfi endpoints show {here} m") == []
    assert "pause" in offered("hfi endpoints p")
