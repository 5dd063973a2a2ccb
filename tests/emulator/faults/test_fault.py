"""Which requests a fault is for, and two faults in one."""

from __future__ import annotations

import pytest

from hf_integrations.emulator.faults import Fault, fault
from tests.emulator.faults.asking import asked


def test_a_fault_is_for_a_method_and_paths_of_a_pattern() -> None:
    """As in a shell."""
    one = Fault(method="*", path="/v1/*")
    assert one.fits(asked("/v1/models", method="GET"))
    assert not one.fits(asked("/info", method="GET"))
    assert not Fault().fits(asked(method="GET"))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {"model": "org/m:groq"}),
        ("/hf-inference/models/org/m", None),
        ("/hf-inference/models/org/m/pipeline/feature-extraction", {"inputs": "x"}),
        ("/hf-inference/models/org/m/v1/chat/completions", {"messages": []}),
    ],
)
def test_a_fault_may_be_for_a_model(path: str, body: object) -> None:
    """Told by the body or by the path, with or without its provider."""
    request = asked(path, body=body)
    assert Fault(model="org/*").fits(request)
    assert Fault(model="org/m").fits(request)
    assert not Fault(model="org/other").fits(request)
    assert not Fault(model="org/m").fits(asked("/embed", body=[1]))


def test_two_faults_make_one() -> None:
    """The second comes on top of the first."""
    both = fault("slow", headers={"a": "1"}).with_(fault("no_done", headers={"b": "2"}))
    assert (both.delay, both.drop_done, both.headers) == (1.0, True, {"a": "1", "b": "2"})
    assert fault("slow").with_(fault("rate_limited")).status == 429
