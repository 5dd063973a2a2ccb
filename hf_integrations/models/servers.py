"""What a server says about itself."""

from __future__ import annotations

from typing import Any

from hf_integrations.models.shapes import Received


class ServerInfo(Received):
    """What `/info` of TEI and of TGI says, as far as it matters here.

    Source: `router/src/lib.rs`, struct Info, of text-embeddings-inference and of
    text-generation-inference.
    """

    model_id: str | None = None
    model_type: Any = None
    max_client_batch_size: int | None = None
    max_input_length: int | None = None
    max_total_tokens: int | None = None
    version: str | None = None
