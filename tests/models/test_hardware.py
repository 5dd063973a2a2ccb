"""What endpoints can run on is one flat list, and a table in a notebook."""

from __future__ import annotations

from hf_integrations.models.hardware import hardware_list
from hf_integrations.models.shown import Shown


def test_hardware_is_a_flat_list() -> None:
    """Each with what a configuration needs; odd entries are left out, odd fields are None."""
    raw = {"vendors": [
        {"name": "aws", "regions": [{"name": "us-east-1", "computes": [
            {"id": "a", "accelerator": "gpu", "instanceType": "t", "instanceSize": "x1",
             "architecture": "T", "numAccelerators": 1, "memoryGb": 2, "pricePerHour": 0.5,
             "status": "available", "quota": {"maxAccelerators": 4, "usedAccelerators": 1}},
            {"id": "b", "pricePerHour": "free", "quota": None}, "odd",
        ]}, None]}, 5,
    ]}  # fmt: skip
    first, second = hardware_list(raw)
    assert (first.vendor, first.region, first.price_per_hour, first.memory_gb) == (
        "aws", "us-east-1", 0.5, 2.0,
    )  # fmt: skip
    assert (first.is_available, first.max_accelerators) == (True, 4)
    assert (second.price_per_hour, second.is_available) == (None, False)
    assert hardware_list(None) == hardware_list({"vendors": 5}) == []


def test_a_table_of_it_has_what_one_chooses_by() -> None:
    """Price and memory, and not the whole entry."""
    html = Shown(hardware_list({"vendors": [{"name": "aws", "regions": [{"name": "r", "computes": [
        {"id": "an-l4", "pricePerHour": 0.8, "gpuMemoryGb": 24, "secret": "no"},
    ]}]}]}))._repr_html_()  # fmt: skip

    assert "an-l4" in html
    assert "0.8" in html
    assert "secret" not in html
