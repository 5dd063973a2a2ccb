"""Requests that differ in nothing but their bodies: all else of them is worked out once.

Where a call goes, its headers and what its errors will say depend on settings, target and task
alone, and take longer to work out than all the rest of a request (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from msgspec.structs import replace

from hf_integrations.flow import Request

MOST = 256  # a program asks few models; one that asks many must not fill memory


class Requests:
    """Requests without their bodies, under the settings of one client or view."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, Request] = {}

    def like(self, key: Hashable, make: Callable[[], Request], body: bytes) -> Request:
        """The request that `make` would give, from the one that was made for the same key."""
        known = self._known.get(key)
        if known is not None:
            return replace(known, body=body)
        request = make()
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[key] = replace(request, body=b"")
        return request
