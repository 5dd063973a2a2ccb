"""Settings of how long a call may take, and of what is done when it fails."""

from __future__ import annotations

from hf_integrations.config.places import Places, from_environment


class PatienceSettings(Places, frozen=True, kw_only=True):
    """How long a call may take, and what is done when it fails.

    Attributes:
        auto_wait_for_model: wait while a model is being loaded, instead of raising at once.
        cold_start_timeout: how long to wait for that, in seconds.
        connection_timeout: for a connection, in seconds.
        request_timeout: for a whole exchange, in seconds.
        stream_timeout: for the next piece of a stream, in seconds.
        max_retries: how often a failed request is sent again.
        retry_base_delay: the longest first wait before that, in seconds; it doubles each time.
        retry_max_delay: the longest wait, in seconds; a server that asks for more gets none.
    """

    auto_wait_for_model: bool = True
    cold_start_timeout: float = from_environment("cold_start_timeout", 300.0)
    connection_timeout: float = 10.0
    request_timeout: float = from_environment("request_timeout", 120.0)
    stream_timeout: float = 300.0
    max_retries: int = 3
    retry_base_delay: float = 1.0
    retry_max_delay: float = 30.0
