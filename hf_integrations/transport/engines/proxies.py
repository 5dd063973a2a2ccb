"""Which proxy leads to a host: those of the environment, and to this machine itself none."""

from __future__ import annotations

import os
from typing import Any

from hf_integrations.transport.engines.settings import EngineSettings

# What a machine calls itself. A proxy would ask its own machine by these names, not this one.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_MOUNTS = [f"all://[{name}]" if ":" in name else f"all://{name}" for name in LOOPBACK]


def past_proxies(settings: EngineSettings) -> dict[str, None]:
    """What httpx is told so that it asks this machine directly: its `mounts`."""
    return {} if settings.proxy_loopback else dict.fromkeys((*_MOUNTS, "all://*.localhost"))


class Proxies:
    """The proxies of the environment, as they were at the beginning."""

    def __init__(self, settings: EngineSettings) -> None:
        named = any(name.lower().endswith("_proxy") for name in os.environ)
        self._named: dict[str, str] = _environment().getproxies_environment() if named else {}
        self._spares_loopback = not settings.proxy_loopback

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._named)

    def to(self, scheme: str, host: str, authority: str) -> str | None:
        """The URL of the proxy that leads to a host, or None to ask it directly.

        Args:
            scheme: http or https.
            host: the name of the host, in lower case and without brackets.
            authority: the same as it stands in the URL, with its port.
        """
        named = self._named
        if not named or self.spares(host):
            return None
        if _environment().proxy_bypass_environment(authority, named):
            return None
        proxy = named.get(scheme) or named.get("all")
        return proxy if proxy is None or "://" in proxy else f"http://{proxy}"

    def spares(self, host: str) -> bool:
        """Whether a host is asked directly because it is this machine."""
        return self._spares_loopback and (host in LOOPBACK or host.endswith(".localhost"))


def _environment() -> Any:
    """Python's reader of proxies, which loads the parser of e-mails: only where there are some."""
    from urllib import request

    return request
