"""Hosts of dedicated endpoints, and how long their proxy may hold a request for a replica."""

from __future__ import annotations

from urllib.parse import urlsplit

from hf_integrations.config import HfInferenceConfig
from hf_integrations.flow import Timeout

ENDPOINTS = ".endpoints.huggingface.cloud"
SCALE_UP = "x-scale-up-timeout"


def is_endpoint_host(url: str) -> bool:
    """Whether a URL is that of a dedicated endpoint at Hugging Face, not of their management."""
    if ENDPOINTS not in url:
        return False
    host = urlsplit(url).hostname or ""
    return host.endswith(ENDPOINTS) and host != f"api{ENDPOINTS}"


def scale_up(config: HfInferenceConfig, limits: Timeout) -> dict[str, str]:
    """The header that lets the proxy hold a request until a replica is there.

    For less time than the request is waited for, so that it can still say how that ended. The
    caller's own header stays.

    Source: https://huggingface.co/docs/inference-endpoints/autoscaling, X-Scale-Up-Timeout.
    """
    if any(name.lower() == SCALE_UP for name in config.headers):
        return {}
    longest = limits.total or limits.silence or config.cold_start_timeout
    seconds = min(config.cold_start_timeout, longest - min(5.0, longest / 4))
    return {SCALE_UP: str(int(max(1.0, seconds)))}
