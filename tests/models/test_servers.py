"""What servers say about themselves."""

from __future__ import annotations

from hf_integrations.models.servers import ServerInfo
from hf_integrations.models.shapes import decode


def test_tei_tells_its_model_type_and_limits() -> None:
    """As its `/info` does."""
    info = decode(
        b'{"model_id": "m", "model_type": {"embedding": {"pooling": "cls"}}, "version": "1.8",'
        b' "max_input_length": 512, "max_client_batch_size": 8, "auto_truncate": true}',
        ServerInfo,
    )

    assert info.model_type == {"embedding": {"pooling": "cls"}}
    assert (info.max_client_batch_size, info.max_input_length, info.version) == (8, 512, "1.8")
    assert info.max_total_tokens is None


def test_tgi_tells_its_total() -> None:
    """And has no model type."""
    info = decode(b'{"model_id": "m", "max_total_tokens": 4096}', ServerInfo)

    assert (info.max_total_tokens, info.model_type) == (4096, None)


def test_another_server_may_tell_nothing() -> None:
    """That is no error."""
    assert decode(b"{}", ServerInfo) == ServerInfo()
