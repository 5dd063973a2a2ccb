"""What endpoints can run on, as the management API lists it.

Source: https://api.endpoints.huggingface.cloud, `GET /v2/provider`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import Struct


class Hardware(Struct, frozen=True, kw_only=True):
    """Something endpoints can run on.

    Attributes:
        accelerator, instance_type, instance_size, vendor, region: what `EndpointConfig` takes.
        price_per_hour: US dollars for one replica.
        memory_gb: of the machine; `gpu_memory_gb` of its accelerators together.
        status: available, low_availability, not_available, reserved, deprecated, or another.
        max_accelerators: what the namespace may run at a time; `used_accelerators` is what it does.
    """

    id: str
    vendor: str
    region: str
    accelerator: str
    instance_type: str
    instance_size: str
    architecture: str = ""
    num_accelerators: int = 0
    num_cpus: int | None = None
    memory_gb: float | None = None
    gpu_memory_gb: float | None = None
    price_per_hour: float | None = None
    status: str = ""
    max_accelerators: int | None = None
    used_accelerators: int | None = None
    raw: dict[str, Any]

    _shown_: ClassVar = (
        "id", "accelerator", "num_cpus", "memory_gb", "gpu_memory_gb", "price_per_hour", "status",
    )  # fmt: skip

    @property
    def is_available(self) -> bool:
        """Whether an endpoint can start on it now."""
        return self.status in ("available", "low_availability")


def hardware_list(raw: Any) -> list[Hardware]:
    """All hardware of the catalogue; entries that are none are left out."""
    return [
        _hardware(compute, str(vendor.get("name", "")), str(region.get("name", "")))
        for vendor in _objects(raw, "vendors")
        for region in _objects(vendor, "regions")
        for compute in _objects(region, "computes")
    ]


def _hardware(raw: dict[str, Any], vendor: str, region: str) -> Hardware:
    quota = raw.get("quota") if isinstance(raw.get("quota"), Mapping) else {}
    assert isinstance(quota, Mapping)  # noqa: S101 - for mypy
    return Hardware(
        id=str(raw.get("id", "")), vendor=vendor, region=region,
        accelerator=str(raw.get("accelerator", "")),
        instance_type=str(raw.get("instanceType", "")),
        instance_size=str(raw.get("instanceSize", "")),
        architecture=str(raw.get("architecture", "")),
        num_accelerators=count(raw.get("numAccelerators")),
        num_cpus=number(raw.get("numCpus"), int), memory_gb=number(raw.get("memoryGb"), float),
        gpu_memory_gb=number(raw.get("gpuMemoryGb"), float),
        price_per_hour=number(raw.get("pricePerHour"), float), status=str(raw.get("status", "")),
        max_accelerators=number(quota.get("maxAccelerators"), int),
        used_accelerators=number(quota.get("usedAccelerators"), int), raw=raw,
    )  # fmt: skip


def _objects(value: Any, name: str) -> list[dict[str, Any]]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def number(value: Any, kind: Any) -> Any:
    """A number as that kind of number; None for what is none."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return kind(value) if good else None


def count(value: Any) -> int:
    """How many; 0 where nobody says."""
    return number(value, int) or 0
