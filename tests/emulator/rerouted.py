"""huggingface_hub's own HTTP, led to an emulator: the package itself is left as it is.

Its requests to the Hub, the router and the providers' hosts keep their URLs up to the transport, so
that it does all that it does with the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from huggingface_hub import set_async_client_factory, set_client_factory
from huggingface_hub.inference._providers import (
    _common,
    fal_ai,
    hf_inference,
    together,
    wavespeed,
    zai_org,
)
from huggingface_hub.utils import _http

# The hosts that are played, and the paths under which the emulator plays them.
HOSTS = {
    "huggingface.co": "",
    "router.huggingface.co": "",
    "fal.run": "/fal-ai",
    "queue.fal.run": "/queue.fal.run",
    "api.replicate.com": "/replicate",
    "api.together.xyz": "/together",
    "api.wavespeed.ai": "/wavespeed",
    "api.openai.com": "/openai",
    "api.z.ai": "/zai-org",
}


def lead(request: httpx2.Request, url: str) -> httpx2.Request:
    """Change where a request goes to, if its host is one of those that are played."""
    prefix = HOSTS.get(request.url.host)
    if prefix is not None:
        to = urlsplit(url)
        path = prefix.encode() + request.url.raw_path
        request.url = request.url.copy_with(
            scheme="http", host=to.hostname, port=to.port, raw_path=path
        )
        request.headers["host"] = to.netloc
    return request


class Led(httpx2.HTTPTransport):
    """Sends what is for Hugging Face to an emulator."""

    def __init__(self, url: str) -> None:
        super().__init__(verify=False)
        self._url = url

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to where it is led."""
        return super().handle_request(lead(request, self._url))


class AsyncLed(httpx2.AsyncHTTPTransport):
    """As `Led`."""

    def __init__(self, url: str) -> None:
        super().__init__(verify=False)
        self._url = url

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to where it is led."""
        return await super().handle_async_request(lead(request, self._url))


@contextmanager
def hub_at(url: str) -> Iterator[None]:
    """Lead huggingface_hub to `url`, and let it ask after its jobs without waiting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fal_ai, "_POLLING_INTERVAL", 0.01)
        patch.setattr(wavespeed, "_POLLING_INTERVAL", 0.01)
        patch.setattr(zai_org, "_POLLING_INTERVAL", 0.01)
        patch.setattr(together, "_VIDEO_POLLING_INTERVAL", 0.01)
        forget()
        set_client_factory(lambda: httpx2.Client(transport=Led(url), timeout=10))
        set_async_client_factory(lambda: httpx2.AsyncClient(transport=AsyncLed(url), timeout=10))
        try:
            yield
        finally:
            set_client_factory(_http.default_client_factory)
            set_async_client_factory(_http.default_async_client_factory)
            forget()


def forget() -> None:
    """Forget what the package remembers of models."""
    for kept in (
        _common._fetch_inference_provider_mapping,
        hf_inference._fetch_recommended_models,
        hf_inference._check_supported_task,
    ):
        kept.cache_clear()
