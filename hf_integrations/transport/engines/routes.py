"""Where a request of the engines 'stdlib' goes: directly to its host, or through a proxy."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from ssl import SSLContext
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import Request
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.proxies import Proxies
from hf_integrations.transport.engines.settings import EngineSettings
from hf_integrations.transport.engines.trust import ssl_context

# Parsing a URL costs as much as sending to it, and a program asks few.
KNOWN_ROUTES = 256

# What would break the first line of a request.
_ILLEGAL = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach a host, directly or through a proxy, and what to say there.

    Attributes:
        key: requests with the same key may share a connection.
        target: what stands after the method.
        lines: the headers that belong to the route.
        first: host and port to connect to.
        host: whose certificate is to be shown, where there is TLS.
        context: with what to begin TLS; None without TLS.
        tunnel: what to ask of a proxy before TLS begins; empty where nothing is.
    """

    key: Hashable
    target: str
    lines: tuple[str, ...]
    first: tuple[str, int]
    host: str
    context: SSLContext | None
    tunnel: bytes


class Routes:
    """Where requests go, by the proxies of the environment as they were at the beginning."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._proxies = Proxies(settings)
        self._known: dict[str, Route] = {}

    def to(self, request: Request) -> Route:
        """The route of a request."""
        route = self._known.get(request.url)
        if route is None:
            if len(self._known) >= KNOWN_ROUTES:
                self._known.clear()
            route = self._known[request.url] = self._found(request)
        return route

    def _found(self, request: Request) -> Route:
        try:
            url = urlsplit(request.url)
            port = url.port or (443 if url.scheme == "https" else 80)
        except ValueError as error:
            raise faults.malformed(request) from error
        known = url.scheme in {"http", "https"} and url.hostname
        if not known or _ILLEGAL.search(request.url):
            raise faults.malformed(request)
        host, name = url.netloc.rpartition("@")[2], url.hostname or ""
        proxy = self._proxy(url.scheme, name, host)
        key = (url.scheme, host, proxy)
        target = urlunsplit(("", "", url.path or "/", url.query, ""))
        lines: tuple[str, ...] = (f"Host: {host}",)
        context = self._trust(url.scheme)
        if proxy is None:
            return Route(key, target, lines, (name, port), name, context, b"")
        first = (proxy.hostname or "", proxy.port or 80)
        if context is None:  # it wants all of the URL
            lines = (*lines, *_permit(proxy))
            return Route(key, f"http://{host}{target}", lines, first, name, None, b"")
        return Route(key, target, lines, first, name, context, _tunnel(name, port, proxy))

    def _trust(self, scheme: str) -> SSLContext | None:
        return self._context if scheme == "https" else None

    @cached_property
    def _context(self) -> SSLContext:
        return ssl_context(self._settings)

    def _proxy(self, scheme: str, host: str, authority: str) -> SplitResult | None:
        named = self._proxies.to(scheme, host, authority)
        if named is None:
            return None
        proxy = urlsplit(named)
        if proxy.scheme != "http" or not proxy.hostname:
            raise ConfigurationError(
                f"a proxy of kind {proxy.scheme!r} is not served by engine 'stdlib'.",
                hint="Name one like http://host:port, or use engine 'pyreqwest'.",
            )
        return proxy


def _permit(proxy: SplitResult) -> tuple[str, ...]:
    """The header in which a proxy finds its password."""
    if proxy.username is None:
        return ()
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return (f"Proxy-Authorization: Basic {b64encode(pair.encode()).decode()}",)


def _tunnel(host: str, port: int, proxy: SplitResult) -> bytes:
    """What opens a way through a proxy that can read nothing of what goes there."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}", *_permit(proxy), "", ""]
    return "\r\n".join(lines).encode("latin-1")
