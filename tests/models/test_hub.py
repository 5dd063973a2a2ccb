"""What the Hub says, in its several forms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.models.hub import (
    Account,
    HubModel,
    ModelOffer,
    ModelProfile,
    Pricing,
    provider_models,
)
from hf_integrations.models.shapes import decode, encode

ENTRY = {"status": "live", "providerId": "llama-70b", "task": "conversational"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_a_mapping_is_read_as_an_object_and_as_a_list() -> None:
    """Both are in use."""
    [by_name] = provider_models("a/b", {"groq": ENTRY})
    [listed] = provider_models("a/b", [{"provider": "groq", "hfModelId": "a/b", **ENTRY}])

    assert by_name == listed
    assert (by_name.provider, by_name.id, by_name.task) == ("groq", "llama-70b", "conversational")


def test_a_name_that_leads_out_of_its_path_is_left_out() -> None:
    """The token would go where the list wants it."""
    assert provider_models("a/b", {"fal-ai": ENTRY | {"providerId": "../../x"}}) == []


@given(JSON)
def test_no_mapping_is_too_strange(mapping: Any) -> None:
    """What is no entry is left out."""
    assert isinstance(provider_models("a/b", mapping), list)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"inference": "warm"}, "warm"),
        ({"inferenceProviderMapping": {"groq": ENTRY}}, "warm"),
        ({"inferenceProviderMapping": {"groq": ENTRY | {"status": "staging"}}}, "loading"),
        ({"inferenceProviderMapping": {"groq": ENTRY | {"status": "error"}}}, "unavailable"),
        ({"inference": "cold"}, "loading"),
        ({}, "unavailable"),
    ],
)
def test_availability_is_told_by_who_serves_it(fields: dict[str, Any], found: str) -> None:
    """Warm when somebody does."""
    model = decode(encode({"id": "a/b"} | fields), HubModel)
    assert model.availability == found


def profile(*offers: ModelOffer, **fields: Any) -> ModelProfile:
    """A profile with these offers."""
    return ModelProfile("a/b", providers=list(offers), **fields)


FAST = ModelOffer("groq", context_length=8_000, throughput=300.0, pricing=Pricing(1, 2))
CHEAP = ModelOffer(
    "novita", context_length=32_000, throughput=30.0, pricing=Pricing(0.1, 0.2),
    supports_tools=True, supports_structured_output=False,
)  # fmt: skip
DOWN = ModelOffer("gone", status="error", context_length=100, pricing=Pricing(0, 0))


def test_a_profile_is_what_any_of_the_live_offers_can() -> None:
    """The context is the least, as it is not known who will answer."""
    whole = profile(FAST, CHEAP, DOWN)

    assert whole.context_length == 8_000
    assert whole.supports_tools is True
    assert whole.supports_structured_output is False
    assert whole.pricing == Pricing(1, 2)
    assert (whole.input_modalities, whole.output_modalities) == (["text"], ["text"])


def test_a_profile_is_narrowed_to_a_provider_or_by_a_rule() -> None:
    """And left whole where nothing is said."""
    whole = profile(FAST, CHEAP)

    assert whole.narrowed("novita").context_length == 32_000
    assert whole.narrowed("cheapest").pricing == Pricing(0.1, 0.2)
    assert whole.narrowed("fastest").providers == [FAST]
    assert whole.narrowed("auto") is whole
    assert whole.offer("nobody") is None


def test_a_server_of_ones_own_tells_its_context() -> None:
    """As vLLM does, and llama.cpp; who tells nothing is no zero."""
    assert profile(max_model_len=4_096).context_length == 4_096
    assert profile(meta={"n_ctx_train": 2_048}).context_length == 2_048
    assert profile(meta={"n_ctx_train": "x"}).context_length is None
    assert profile().pricing is None
    assert profile().supports_tools is None


def test_an_account_tells_what_its_token_may_do() -> None:
    """If the Hub says."""
    said = {"name": "me", "auth": {"accessToken": {"role": "read"}}, "orgs": [{"name": "we"}]}
    account = decode(encode(said), Account)

    assert (account.token_role, account.orgs[0].name) == ("read", "we")
    assert Account("me").token_role is None
