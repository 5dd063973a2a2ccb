"""Settings of the connections, and of the library that makes them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from hf_integrations.config.content import ContentSettings

HttpEngine: TypeAlias = Literal["auto", "stdlib", "pyreqwest", "aiohttp", "httpx"]


class ConnectionSettings(ContentSettings, frozen=True, kw_only=True):
    """How connections are made and kept; a view of a client cannot change these.

    Attributes:
        http_engine: what sends; `auto` is Python's own, the fastest (docs/engines.md).
        pool_size_per_host: the most idle connections kept; never a limit on those in use. 0 keeps
            none.
        pool_idle_timeout: how long an idle connection is kept, in seconds.
        pool_wave_timeout: in asyncio, how long those beyond `pool_size_per_host` wait for the next
            wave of calls, in seconds; 0 closes them at once.
        ca_file: certificates to trust, instead of the system's.
        client_cert: a certificate and its key, in one PEM file, to show to the server.
        proxy_loopback: ask this machine itself, too, through the environment's proxies.
    """

    http_engine: HttpEngine = "auto"
    pool_size_per_host: int = 50
    pool_idle_timeout: float = 90.0
    pool_wave_timeout: float = 15.0
    ca_file: str | Path | None = None
    client_cert: str | Path | None = None
    proxy_loopback: bool = False
