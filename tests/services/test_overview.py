"""What a client says of itself; most of it is tested where it is written."""

from __future__ import annotations

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.services.overview import ABOUT_CONNECTIONS, fixed


def test_settings_of_connections_are_named() -> None:
    """In order."""
    assert "ca_file, http_engine cannot change" in str(fixed(["http_engine", "ca_file"]))
    for name in ABOUT_CONNECTIONS:
        with (
            HfInferenceClient(token=False) as client,
            pytest.raises(Exception, match=f"{name} cannot change"),
        ):
            client.with_options(**{name: None})


def test_a_new_client_has_nothing_to_tell() -> None:
    """And asks nobody."""
    with HfInferenceClient(token=False) as client:
        assert client.metrics().total.count == 0
        assert client.circuits() == []
        assert client.cache_stats()["embeddings"].entries == 0
        assert client.costs().dollars == 0
