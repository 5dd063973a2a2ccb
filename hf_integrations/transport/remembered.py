"""An exchange whose answer may be remembered: the same request gets the same answer."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import TypeVar

from hf_integrations.flow import Flow, Request, Response, send
from hf_integrations.transport.cache import Cache
from hf_integrations.transport.engines.errands import Recalled
from hf_integrations.transport.exchange import answered
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.report import Report
from hf_integrations.transport.telemetry import CacheLookup, host_of, tell

T = TypeVar("T")


def remembered(
    request: Request, patience: Patience, cache: Cache[Response], read: Callable[[Response], T], *,
    seconds: float, most: int,
) -> Flow[T]:  # fmt: skip
    """The answer that is remembered, or else a new one; what cannot be read never is.

    Args:
        read: an answer in its shape.
        seconds: how long a new answer is remembered.
        most: bytes that all answers may take.
    """
    key = _key(request)
    known = cache.get(key)
    model = request.about.model or host_of(request.url)
    hits = int(known is not None)
    found = CacheLookup(cache="answers", model=model, hits=hits, misses=1 - hits)
    tell(patience.listeners, found)
    if known is not None:
        if patience.listeners:
            Report(request, patience.listeners).recalled(known)
        return read((yield from send(Recalled.of(request, _own(known)))))

    def kept(response: Response) -> T:
        found = read(response)
        size = len(response.body)
        cache.put(key, _own(response), size=size, seconds=seconds, most=most, model=model)
        return found

    return (yield from answered(request, patience, kept))


def _own(response: Response) -> Response:
    """The same with headers of its own, which whoever holds it may change."""
    return Response(response.status, dict(response.headers), response.body)


def _key(request: Request) -> bytes:
    """All that an answer may depend on: where, how, what, and on whose behalf."""
    whole = blake2b(request.url.encode(), digest_size=16)
    for name, value in request.headers:
        whole.update(f"\n{name}: {value}".encode())
    whole.update(b"\n\n" + request.body)
    return whole.digest()
