"""What was learnt about endpoints: bounded, for a while, and found by name and by URL."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeAlias

from hf_integrations.transport.lookups import Lookups

if TYPE_CHECKING:
    from hf_integrations.models.endpoints import EndpointInfo
    from hf_integrations.models.hardware import Hardware

MOST = 1_000
HOT = 2  # look-ups since it was last asked about, from which an entry is worth asking again

Key: TypeAlias = tuple[str, Hashable, str]  # management URL, token, namespace/name


class EndpointMemory:
    """Endpoints that were asked about, prices, and whose a token is.

    A look-up costs less than a microsecond; nothing in here asks anybody anything.

    Attributes:
        namespaces: the account of a token.
        hardware: the catalogue, with its prices.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self.known: Lookups[EndpointInfo] = Lookups(most=most)
        self.namespaces: Lookups[str] = Lookups()
        self.hardware: Lookups[list[Hardware]] = Lookups(most=100)
        self._of_url: dict[str, Key] = {}
        self._hits: dict[Key, int] = {}
        self._most = most
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.known)

    def find(self, key: Key) -> EndpointInfo | None:
        """What is known of an endpoint, if it is not too old."""
        found = self.known.find(key)
        if found is not None:
            with self._lock:
                self._hits[key] = self._hits.get(key, 0) + 1
        return found

    def keep(self, key: Key, info: EndpointInfo, seconds: float) -> None:
        """Remember an endpoint for so many seconds; not at all for 0."""
        with self._lock:
            if info.url is not None:
                self._of_url[info.url] = key
            self._hits[key] = 0
            self._bound()
        if seconds > 0:
            self.known.keep(key, info, seconds)

    def forget(self, key: Key) -> None:
        """Forget an endpoint; its URL is still known to be that of one."""
        self.known.drop(key)
        with self._lock:
            self._hits.pop(key, None)

    def key_of(self, url: str) -> Key | None:
        """The endpoint to which the URL of a request belongs, if it is one that was seen."""
        if not self._of_url:
            return None
        if (found := self._of_url.get(_root(url))) is not None:
            return found
        with self._lock:
            known = self._of_url.items()
            return next((key for root, key in known if url.startswith(f"{root}/")), None)

    def hot(self) -> list[Key]:
        """Those that were looked up since they were last asked about."""
        with self._lock:
            return [key for key, hits in self._hits.items() if hits >= HOT]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._of_url.clear()
            self._hits.clear()
        for kept in (self.known, self.namespaces, self.hardware):
            kept.clear()

    def _bound(self) -> None:
        """Let the oldest go; the lock is held."""
        while len(self._of_url) > self._most:
            del self._of_url[next(iter(self._of_url))]
        while len(self._hits) > self._most:
            del self._hits[next(iter(self._hits))]


def _root(url: str) -> str:
    """Scheme and host."""
    return "/".join(url.split("/", 3)[:3])
