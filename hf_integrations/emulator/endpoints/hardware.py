"""What endpoints can run on: vendors, regions, instances and prices.

Source: https://huggingface.co/docs/inference-endpoints/pricing (a part of the list); the shape is
that of huggingface_hub, `InferenceEndpointHardware.from_raw`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

QUOTA = {"cpu": 64, "gpu": 16, "neuron": 8, "tpu": 8}  # accelerators of a namespace


@dataclass(frozen=True, slots=True)
class Instance:
    """One kind of machine at one place."""

    vendor: str
    region: str
    accelerator: str
    type: str
    size: str
    architecture: str
    accelerators: int
    cpus: int
    memory: float
    gpu_memory: int | None
    price: float
    status: str = "available"

    @property
    def id(self) -> str:
        """The id by which the API names it."""
        return f"{self.vendor}-{self.region}-{self.type}-{self.size}"


def _cpus(vendor: str, region: str, kind: str, name: str, price: float) -> list[Instance]:
    return [
        Instance(
            vendor, region, "cpu", kind, f"x{n}", name, n, n, 2.0 * n, None, round(price * n, 3),
        )
        for n in (1, 2, 4, 8, 16)
    ]  # fmt: skip


def _gpus(
    vendor: str, region: str, kind: str, name: str, memory: int, prices: Mapping[int, float],
    status: str = "available",
) -> list[Instance]:  # fmt: skip
    return [
        Instance(
            vendor, region, "gpu", kind, f"x{n}", name, n, 8 * n, 30.0 * n, memory * n, price,
            status,
        )
        for n, price in prices.items()
    ]  # fmt: skip


INSTANCES: tuple[Instance, ...] = (
    *_cpus("aws", "us-east-1", "intel-spr", "Intel Sapphire Rapids", 0.033),
    *_cpus("aws", "us-east-1", "intel-icl", "Intel Ice Lake", 0.032),
    *_cpus("aws", "eu-west-1", "intel-spr", "Intel Sapphire Rapids", 0.033),
    *_cpus("azure", "eastus", "intel-xeon", "Intel Xeon", 0.06),
    *_cpus("gcp", "us-east4", "intel-spr", "Intel Sapphire Rapids", 0.05),
    *_gpus("aws", "us-east-1", "nvidia-t4", "Nvidia T4", 14, {1: 0.5, 4: 3.0}),
    *_gpus("aws", "us-east-1", "nvidia-l4", "Nvidia L4", 24, {1: 0.8, 4: 3.8}),
    *_gpus("aws", "us-east-1", "nvidia-a10g", "Nvidia A10G", 24, {1: 1.0, 4: 5.0}),
    *_gpus("aws", "us-east-1", "nvidia-l40s", "Nvidia L40S", 48, {1: 1.8, 4: 8.3, 8: 23.5}),
    *_gpus("aws", "us-east-1", "nvidia-a100", "Nvidia A100", 80,
           {1: 2.5, 2: 5.0, 4: 10.0, 8: 20.0}, "low_availability"),
    *_gpus("aws", "us-east-1", "nvidia-h200", "Nvidia H200", 141, {1: 5.0, 8: 40.0}),
    *_gpus("aws", "eu-west-1", "nvidia-l4", "Nvidia L4", 24, {1: 0.8}),
    *_gpus("gcp", "us-east4", "nvidia-l4", "Nvidia L4", 24, {1: 0.7, 4: 3.8}),
    *_gpus("gcp", "us-east4", "nvidia-h100", "Nvidia H100", 80, {1: 10.0, 8: 80.0},
           "not_available"),
    Instance("aws", "us-east-1", "neuron", "inf2", "x1", "Inferentia 2", 1, 4, 14.5, None, 0.75),
    Instance("aws", "us-east-1", "neuron", "inf2", "x12", "Inferentia 2", 12, 192, 760.0, None,
             12.0),
    Instance("gcp", "us-west1", "tpu", "v5e", "1x1", "Google TPU v5e", 1, 24, 48.0, None, 1.2),
    Instance("aws", "us-east-1", "gpu", "nvidia-k80", "x1", "Nvidia K80", 1, 4, 60.0, 12, 0.9,
             "deprecated"),
)  # fmt: skip


def find(vendor: str, region: str, accelerator: str, kind: str, size: str) -> Instance | None:
    """Return the instance that a configuration names."""
    for one in INSTANCES:
        if (one.vendor, one.region, one.accelerator, one.type, one.size) == (
            vendor, region, accelerator, kind, size,
        ):  # fmt: skip
            return one
    return None


def shown(used: Mapping[str, int]) -> dict[str, Any]:
    """Return the list as `GET /v2/provider` does; `used` are accelerators by their kind."""
    vendors: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for one in INSTANCES:
        vendors.setdefault(one.vendor, {}).setdefault(one.region, []).append(_compute(one, used))
    return {
        "vendors": [
            {
                "name": vendor, "status": "available",
                "regions": [
                    {"name": region, "label": region, "status": "available", "computes": computes}
                    for region, computes in regions.items()
                ],
            }
            for vendor, regions in vendors.items()
        ]
    }  # fmt: skip


def _compute(one: Instance, used: Mapping[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": one.id, "accelerator": one.accelerator, "instanceType": one.type,
        "instanceSize": one.size, "architecture": one.architecture,
        "numAccelerators": one.accelerators, "numCpus": one.cpus, "memoryGb": one.memory,
        "pricePerHour": one.price, "status": one.status,
        "quota": {
            "maxAccelerators": QUOTA[one.accelerator],
            "usedAccelerators": used.get(one.accelerator, 0),
        },
    }  # fmt: skip
    return told | ({"gpuMemoryGb": one.gpu_memory} if one.gpu_memory else {})
