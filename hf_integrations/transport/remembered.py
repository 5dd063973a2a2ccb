"""An exchange whose answer may be remembered: the same request gets the same answer."""

from __future__ import annotations

from hashlib import blake2b

from hf_integrations.flow import Flow, Request, Response
from hf_integrations.transport.cache import Cache
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.patience import Patience
from hf_integrations.transport.report import Report
from hf_integrations.transport.telemetry import CacheLookup, host_of, tell


def remembered(
    request: Request, patience: Patience, cache: Cache[Response], *, seconds: float, most: int
) -> Flow[Response]:
    """The answer that is remembered, or else a new one, which then is.

    Args:
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
        return known
    response = yield from exchange(request, patience)
    cache.put(key, response, size=len(response.body), seconds=seconds, most=most, model=model)
    return response


def _key(request: Request) -> bytes:
    """All that an answer may depend on: where, how, what, and on whose behalf."""
    whole = blake2b(request.url.encode(), digest_size=16)
    for name, value in request.headers:
        whole.update(f"\n{name}: {value}".encode())
    whole.update(b"\n\n" + request.body)
    return whole.digest()
