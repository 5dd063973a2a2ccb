"""What has connections in both colours is a context manager in both."""

from __future__ import annotations

from typing import Self


class Closing:
    """`with` ends in `close()`, `async with` in `aclose()`; a mixin for the frameworks' classes."""

    def close(self) -> None:
        """Let the connections of the plain methods go."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Let all connections go."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
