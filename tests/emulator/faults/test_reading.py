"""Scripts as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.emulator.faults import NAMED, Fault, Sequence, Storm, from_header, read
from hf_integrations.emulator.faults.reading import storm
from hf_integrations.errors import ConfigurationError
from tests.emulator.faults.asking import asked


def statuses(script: Any, count: int) -> list[int | None]:
    """What the next requests are answered with; None is fine."""
    return [getattr(script.take(asked()), "status", None) for _ in range(count)]


@pytest.mark.parametrize(
    "text",
    [
        "2 x loading, rate_limited, fine",
        "2 × 503 loading, then 429, then fine",
        " 2*loading then rate_limited then fine ",
    ],
)
def test_a_sequence_is_a_line_of_text(text: str) -> None:
    """As one would say it."""
    script = read(text)
    assert isinstance(script, Sequence)
    assert statuses(script, 5) == [503, 503, 429, None, None]


def test_steps_have_fields_and_may_be_joined() -> None:
    """In brackets, and by a plus."""
    script = read(
        'slow(delay=0.2, path=/v1/*) + no_done, rate_limited(headers={"Retry-After": "9"})'
    )
    first = script.take(asked("/v1/x"))
    assert first is not None
    assert (first.delay, first.path, first.drop_done) == (0.2, "/v1/*", True)
    second = script.take(asked())
    assert second is not None
    assert second.headers == {"Retry-After": "9"}


def test_a_status_is_enough() -> None:
    """With the words of the service where they are known, and of HTTP elsewhere."""
    known, unknown = read("502").take(asked()), read("418").take(asked())
    assert known == NAMED["bad_gateway"]
    assert unknown is not None
    assert (unknown.status, unknown.body) == (418, {"error": "I'm a Teapot"})


def test_a_storm_is_a_line_of_text() -> None:
    """With probabilities, and the seed of its draws."""
    script = read("10% rate_limited, 5% cut; seed=7")
    assert isinstance(script, Storm)
    assert script.shown()["odds"] == {"10% rate_limited": 0.1, "5% cut": 0.05}
    assert script.seed == 7


def test_scripts_come_as_json() -> None:
    """A name, a list, fields, or one of them with a scope."""
    assert read("cut").take(asked()) == NAMED["cut"]
    assert read({"status": 500, "body": "x"}).take(asked()) == Fault(status=500, body="x")
    assert statuses(read(["loading", {"name": "rate_limited"}, "fine"]), 4) == [
        503,
        429,
        None,
        None,
    ]
    scoped = read({"script": "2 x loading", "path": "/embed", "method": "GET"})
    assert scoped.take(asked("/embed")) is None
    assert scoped.take(asked("/embed", method="GET")) is not None
    chances = read({"storm": {"rate_limited": 1}, "seed": 3, "model": "org/*"})
    assert chances.take(asked()) is None
    assert chances.take(asked(body={"model": "org/m"})) is not None


def test_a_scope_is_for_faults_that_have_none() -> None:
    """What a fault says of itself stays."""
    script = read([{"name": "loading", "path": "/a"}, "loading"], path="/b")
    assert script.take(asked("/a")) is not None
    assert script.take(asked("/a")) is None
    assert script.take(asked("/b")) is not None


@pytest.mark.parametrize(
    "value",
    [
        5, [], [5], {}.keys(), {"status": "500"}, {"delay": "long"}, {"name": 5},
        {"name": "nothing"},
        {"script": 5}, {"script": "cut", "colour": "red"}, {"storm": {"cut": "0.5"}},
        {"storm": {"cut": 0.5}, "seed": "x"}, {"storm": {"cut": 2}}, {"storm": {}},
        "", "nothing", "0 x cut", "cut,,", "10% cut, loading", "90% cut, 20% loading", "2 x",
        "404 loading", "loading(colour=red)", "loading(", "999",
    ],
)  # fmt: skip
def test_other_values_are_refused(value: Any) -> None:
    """Of whatever type they are."""
    if value == "cut,,":  # an empty step is none
        assert isinstance(read(value), Sequence)
        return
    with pytest.raises(ConfigurationError):
        read(value)


def test_odds_are_checked() -> None:
    """As they come from Python, too."""
    assert storm({"slow(delay=0.5)": 0.5, "429": 0.5}, seed=1).shown()["seed"] == 1
    for odds in ({"cut": True}, ["cut"], {"cut": -0.1, "loading": 0.5}):
        with pytest.raises(ConfigurationError):
            storm(odds)


def test_a_header_holds_a_fault_or_a_script() -> None:
    """Plain or as JSON."""
    assert from_header(" cut ") == NAMED["cut"]
    assert from_header('{"status": 500}') == Fault(status=500)
    assert from_header("slow + no_done") == Fault(delay=1.0, drop_done=True)
    assert isinstance(from_header("loading, fine"), Sequence)
    assert isinstance(from_header("2 x loading"), Sequence)
    assert isinstance(from_header('["loading", "fine"]'), Sequence)
    assert isinstance(from_header('{"storm": {"cut": 0.5}}'), Storm)


@pytest.mark.parametrize("text", ["{", "nothing", "", "[5]"])
def test_other_headers_are_refused(text: str) -> None:
    """As a wrong name would otherwise pass unseen."""
    with pytest.raises(ConfigurationError):
        from_header(text)
