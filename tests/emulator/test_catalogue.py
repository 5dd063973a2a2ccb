"""The list of models."""

from __future__ import annotations

from hf_integrations.emulator.catalogue import CATALOGUE, item, listed, price


def test_items_have_the_routers_shape() -> None:
    """Field by field."""
    one = item("meta-llama/Llama-3.3-70B-Instruct")
    assert set(one) == {"id", "object", "created", "owned_by", "architecture", "providers"}
    assert set(one["providers"][0]) == {
        "provider", "status", "context_length", "pricing", "supports_tools",
        "supports_structured_output", "first_token_latency_ms", "throughput", "is_model_author",
    }  # fmt: skip


def test_given_models_are_listed_instead_of_the_catalogue() -> None:
    """Known or not."""
    assert [one["id"] for one in listed(("a/b", "gpt2"))] == ["a/b", "gpt2"]
    assert [one["id"] for one in listed(None)] == list(CATALOGUE)


def test_prices_follow_the_suffix() -> None:
    """A provider, a policy, or the first provider."""
    model = "Qwen/Qwen3-32B"
    assert price(model).output == price(f"{model}:cerebras").output == 0.80
    assert price(f"{model}:cheapest") == price(f"{model}:deepinfra")
    assert price(f"{model}:fastest") == price(f"{model}:cerebras")
    assert price(f"{model}:nobody") == price(model)
    assert price("other/model").output == 0.10
