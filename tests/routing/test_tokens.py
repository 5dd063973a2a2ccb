"""Whose key a token is; `test_targets` has where it goes."""

from __future__ import annotations

import pytest

from hf_integrations.config import HfInferenceConfig
from hf_integrations.routing.tokens import is_own_key, told


@pytest.mark.parametrize(
    ("token", "own"), [("hf_x", False), ("hf_oauth_x", False), ("sk-x", True), (False, False)]
)
def test_a_key_of_a_provider_is_told_by_how_it_begins(token: str, own: bool) -> None:
    """As huggingface_hub tells it."""
    assert is_own_key(HfInferenceConfig(token=token)) is own


def test_errors_say_where_a_token_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or why there was none; never the token."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    config = HfInferenceConfig()
    assert told(config, "https://hf.co/x") == "The token came from HF_TOKEN."
    assert "goes only to Hugging Face's hosts, not to evil.com" in told(config, "https://evil.com")
    assert (
        told(HfInferenceConfig(token=False), "https://hf.co") == "No token was sent; pass token=."
    )
