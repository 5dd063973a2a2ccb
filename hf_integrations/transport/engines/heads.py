"""The head of a request as it goes over the wire; made once, as a program's calls are alike."""

from __future__ import annotations

from dataclasses import dataclass

from hf_integrations.flow import Request
from hf_integrations.transport.engines import faults
from hf_integrations.transport.engines.routes import Route, Routes
from hf_integrations.transport.engines.settings import EngineSettings

# A chat client needs one or two; a program whose headers differ each time must not fill memory.
KNOWN_HEADS = 64

_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Head:
    """Where a request goes, and the lines that it has in common with others.

    Attributes:
        route: how to get there.
        lines: the head without the length of the body.
        sized: whether a length is said also of an empty body.
    """

    route: Route
    lines: bytes
    sized: bool

    def before(self, body: bytes) -> bytes:
        """The whole head of a request with this body."""
        if body or self.sized:
            return b"%bContent-Length: %d\r\n\r\n" % (self.lines, len(body))
        return self.lines + b"\r\n"


class Heads:
    """Heads by method, URL and headers."""

    def __init__(self, settings: EngineSettings) -> None:
        self._routes = Routes(settings)
        self._known: dict[tuple[str, str, tuple[tuple[str, str], ...]], Head] = {}

    def of(self, request: Request) -> Head:
        """The head of a request.

        Raises:
            ConfigurationError: the URL or a header cannot be sent, or the proxy is of a kind
                that is not served.
        """
        key = (request.method, request.url, request.headers)
        head = self._known.get(key)
        if head is None:
            if len(self._known) >= KNOWN_HEADS:
                self._known.clear()
            head = self._known[key] = self._made(request)
        return head

    def _made(self, request: Request) -> Head:
        if faults.illegal_header(request) is not None:
            raise faults.malformed(request)
        route = self._routes.to(request)
        lines = [f"{request.method} {route.target} HTTP/1.1", *route.lines]
        lines += [f"{name}: {value}" for name, value in request.headers]
        if "accept-encoding" not in {name.lower() for name, _ in request.headers}:
            lines.append("Accept-Encoding: gzip")
        text = "\r\n".join([*lines, ""]).encode("latin-1")
        return Head(route, text, request.method in _WITH_LENGTH)
