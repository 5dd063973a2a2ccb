"""Settings of dedicated endpoints: which one is asked, and what is done for it."""

from __future__ import annotations

from hf_integrations.config.telemetry import TelemetrySettings


class EndpointSettings(TelemetrySettings, frozen=True, kw_only=True):
    """What is done for dedicated endpoints.

    Attributes:
        endpoint: the endpoint that calls go to, `namespace/name` or a name alone, instead of the
            router or `base_url`; where it is, is looked up at the first call.
        check_endpoints: when an endpoint answers 400, 502 or 503, ask the management API for its
            state: the error names it, or the call waits as `auto_wait_for_model` says.
        auto_resume_paused: resume an endpoint that is found paused, and wait for it.
        endpoint_cache_ttl: how long what was told of an endpoint is remembered, in seconds.
        endpoint_update_timeout: how long an endpoint that is being updated, and does not answer,
            is waited for, in seconds.
    """

    endpoint: str | None = None
    check_endpoints: bool = True
    auto_resume_paused: bool = False
    endpoint_cache_ttl: float = 300.0
    endpoint_update_timeout: float = 120.0
