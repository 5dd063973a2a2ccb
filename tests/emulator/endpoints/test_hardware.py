"""What endpoints can run on."""

from __future__ import annotations

from hf_integrations.emulator.endpoints import hardware


def test_an_instance_is_found_by_its_words() -> None:
    """At its place only."""
    found = hardware.find("aws", "us-east-1", "gpu", "nvidia-l4", "x4")
    assert found is not None
    assert (found.id, found.price, found.gpu_memory) == ("aws-us-east-1-nvidia-l4-x4", 3.8, 96)
    assert hardware.find("gcp", "us-east-1", "gpu", "nvidia-l4", "x4") is None


def test_ids_are_unique_and_statuses_known() -> None:
    """As clients choose by them."""
    assert len({one.id for one in hardware.INSTANCES}) == len(hardware.INSTANCES)
    assert {one.status for one in hardware.INSTANCES} == {
        "available", "low_availability", "not_available", "deprecated",
    }  # fmt: skip
