"""Settings of how long a call may take, and of what is done when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hf_integrations.config.places import Places, from_environment

FIRST_COLD_WAIT = 2.0  # seconds before a model that loads is asked for again


class PatienceSettings(Places, frozen=True, kw_only=True):
    """How long a call may take, and what is done when it fails.

    Attributes:
        auto_wait_for_model: wait while a model is being loaded, instead of raising at once.
        cold_start_timeout: how long to wait for that, in seconds, at least the 2 s of the first
            wait; dedicated endpoints are told.
        on_cold_start: called with a `ColdStart` before each wait for a model and after the last;
            `hf_integrations.transport.progress` has a bar.
        connection_timeout: for a connection, in seconds.
        request_timeout: for a whole exchange, in seconds.
        timeout_per_100_tokens: seconds added to that for each 100 `max_tokens` of a generation.
        stream_timeout: for the next piece of a stream, in seconds.
        embedding_timeout: for an exchange of embeddings, in seconds.
        timeout_per_100_inputs: seconds added to that for each 100 texts.
        upload_timeout: for an exchange that sends media, in seconds.
        management_timeout: for an exchange with the management API, in seconds.
        total_timeout: for a request with all its repeats and waits, in seconds; None sets no
            limit beyond that of each.
        max_retries: how often a failed request is sent again.
        retry_base_delay: the longest first wait before that, in seconds; it doubles each time.
        retry_max_delay: the longest wait, in seconds; a server that asks for more gets none.
        retry_budget: repeats that each request pays for, from 0 to 1, so that a failing server is
            not buried; a reserve of 100 comes first. None sets no limit.
        repeat_after_timeout: repeat also a generation that timed out; the server may do, and
            charge, both.
    """

    auto_wait_for_model: bool = True
    cold_start_timeout: float = from_environment("cold_start_timeout", 300.0)
    on_cold_start: Callable[[Any], None] | None = None
    connection_timeout: float = 10.0
    request_timeout: float = from_environment("request_timeout", 120.0)
    timeout_per_100_tokens: float = 1.0
    stream_timeout: float = 300.0
    embedding_timeout: float = 60.0
    timeout_per_100_inputs: float = 30.0
    upload_timeout: float = 180.0
    management_timeout: float = 60.0
    total_timeout: float | None = None
    max_retries: int = 3
    retry_base_delay: float = 1.0
    retry_max_delay: float = 30.0
    retry_budget: float | None = 0.3
    repeat_after_timeout: bool = False
