"""The models that `GET /v1/models` lists, in the shape of the router's list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CREATED = 1_735_689_600  # 2025-01-01; when the list says that its models were made


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class Offer:
    """One provider of one model."""

    provider: str
    price: Price
    context_length: int = 131_072
    throughput: float = 100.0  # tokens a second
    first_token_latency_ms: float = 300.0
    tools: bool = True


# Real ids with made-up figures: the emulator answers for all of them alike.
CATALOGUE: dict[str, tuple[Offer, ...]] = {
    "meta-llama/Llama-3.3-70B-Instruct": (
        Offer("groq", Price(0.59, 0.79), throughput=280.0, first_token_latency_ms=180.0),
        Offer("together", Price(0.88, 0.88), throughput=95.0),
    ),
    "Qwen/Qwen3-32B": (
        Offer("cerebras", Price(0.40, 0.80), 65_536, throughput=1_400.0),
        Offer("deepinfra", Price(0.10, 0.30), 40_960, throughput=45.0),
    ),
    "openai/gpt-oss-120b": (
        Offer("fireworks-ai", Price(0.15, 0.60), throughput=190.0),
        Offer("novita", Price(0.10, 0.50), throughput=70.0),
    ),
    "google/gemma-3-27b-it": (
        Offer("scaleway", Price(0.25, 0.50), 40_000, tools=False),
    ),
}  # fmt: skip
_IMAGES = frozenset({"google/gemma-3-27b-it"})
_OTHER = (Offer("hf-inference", Price(0.10, 0.10)),)


def price(model: str) -> Price:
    """Return the price of `model`: of the provider in its suffix, else of its first one."""
    name, _, suffix = model.partition(":")
    offers = CATALOGUE.get(name, _OTHER)
    if suffix == "cheapest":
        return min((offer.price for offer in offers), key=lambda known: known.output)
    if suffix == "fastest":
        return max(offers, key=lambda offer: offer.throughput).price
    return next((offer.price for offer in offers if offer.provider == suffix), offers[0].price)


def listed(models: tuple[str, ...] | None) -> list[dict[str, Any]]:
    """Return the items of the list: `models`, or the catalogue when None."""
    return [item(model) for model in (CATALOGUE if models is None else models)]


def item(model: str) -> dict[str, Any]:
    """Return the list's item for `model`."""
    name = model.partition(":")[0]
    inputs = ["text", "image"] if name in _IMAGES else ["text"]
    return {
        "id": name,
        "object": "model",
        "created": CREATED,
        "owned_by": name.partition("/")[0],
        "architecture": {"input_modalities": inputs, "output_modalities": ["text"]},
        "providers": [_provider(offer) for offer in CATALOGUE.get(name, _OTHER)],
    }


def _provider(offer: Offer) -> dict[str, Any]:
    return {
        "provider": offer.provider,
        "status": "live",
        "context_length": offer.context_length,
        "pricing": {"input": offer.price.input, "output": offer.price.output},
        "supports_tools": offer.tools,
        "supports_structured_output": True,
        "first_token_latency_ms": offer.first_token_latency_ms,
        "throughput": offer.throughput,
        "is_model_author": False,
    }
