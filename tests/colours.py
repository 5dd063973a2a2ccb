"""One test for both clients: the call is written once, and asked of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient


class Colour(Protocol):
    """A way to ask a client; each call has a client of its own, closed at its end."""

    def __call__(self, call: Callable[[Any], Any], **settings: Any) -> Any:
        """What `call` returns for a client of this colour."""

    def items(self, call: Callable[[Any], Any], **settings: Any) -> list[Any]:
        """All items of the stream that `call` returns."""


class Plain:
    """The plain client."""

    def __call__(self, call: Callable[[Any], Any], **settings: Any) -> Any:
        """Ask."""
        with HfInferenceClient(**settings) as client:
            return call(client)

    def items(self, call: Callable[[Any], Any], **settings: Any) -> list[Any]:
        """Read a stream."""
        with HfInferenceClient(**settings) as client, call(client) as stream:
            return list(stream)


class Looped:
    """The asyncio client, in a loop of its own."""

    def __call__(self, call: Callable[[Any], Any], **settings: Any) -> Any:
        """Ask."""

        async def main() -> Any:
            async with AsyncHfInferenceClient(**settings) as client:
                return await call(client)

        return asyncio.run(main())

    def items(self, call: Callable[[Any], Any], **settings: Any) -> list[Any]:
        """Read a stream."""

        async def main() -> list[Any]:
            async with AsyncHfInferenceClient(**settings) as client, call(client) as stream:
                return [item async for item in stream]

        return asyncio.run(main())
