"""How long the proxy of an endpoint may hold a request."""

from __future__ import annotations

from typing import Any

from hf_integrations.config import HfInferenceConfig
from hf_integrations.routing.requests import request_to
from hf_integrations.routing.scaling import is_endpoint_host
from hf_integrations.routing.targets import resolve
from hf_integrations.routing.tasks import FEATURE_EXTRACTION


def test_the_proxy_of_an_endpoint_is_told_how_long_it_may_hold_a_request() -> None:
    """Less than the request is waited for; only endpoints, and only when waiting is wanted."""
    host = "https://x.us-east-1.aws.endpoints.huggingface.cloud"

    def held(url: str, *, timeout: float | None = None, **settings: Any) -> str | None:
        config = HfInferenceConfig(token="hf_x", base_url=url, server="tei", **settings)
        target = resolve(config, FEATURE_EXTRACTION, model=None, provider=None)
        request = request_to(config, target, FEATURE_EXTRACTION, b"{}", timeout=timeout)
        return dict(request.headers).get("x-scale-up-timeout")

    assert held(host, timeout=100) == "95"
    assert held(host, timeout=4) == "3"
    assert held(host, timeout=900) == "300"
    assert held(host, timeout=900, cold_start_timeout=60) == "60"
    assert held(host, headers={"X-Scale-Up-Timeout": "9"}) == "9"
    assert held(host, auto_wait_for_model=False) is None
    assert held("https://api.endpoints.huggingface.cloud") is None
    assert held("http://localhost:80") is None
    assert not is_endpoint_host("https://evil.example/.endpoints.huggingface.cloud")
