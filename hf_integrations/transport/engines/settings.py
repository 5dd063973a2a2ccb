"""What an engine may be told, once, when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

EngineKind: TypeAlias = Literal["auto", "stdlib", "pyreqwest", "aiohttp", "httpx"]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The settings of an engine; which proxies there are, the environment says.

    Attributes:
        kind: a library by name, or "auto" for the best that is installed (docs/engines.md).
            stdlib and httpx serve both clients, pyreqwest the plain one, aiohttp the asyncio one.
        pool_idle_timeout: seconds an unused connection is kept.
        pool_size_per_host: unused connections kept per host; never a limit on those in use.
            aiohttp knows no such number and keeps all until `pool_idle_timeout`.
        pool_wave_timeout: seconds that stdlib lets more of them wait in asyncio for the next wave
            of calls.
        ca_file: path of a PEM file with certificates to trust besides the system's own.
        client_cert: path of a PEM file with the client's certificate and its private key.
        proxy_loopback: ask also this machine itself through the proxies of the environment.
    """

    kind: EngineKind = "auto"
    pool_idle_timeout: float = 90.0
    pool_size_per_host: int = 50
    pool_wave_timeout: float = 15.0
    ca_file: str | None = None
    client_cert: str | None = None
    proxy_loopback: bool = False
