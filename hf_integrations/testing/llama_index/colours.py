"""A component's methods in one colour, each behind a plain one: a test is written once for both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Face:
    """Calls a component's plain methods, or the awaited ones, which share a loop."""

    def __init__(self, subject: Any, *, awaited: bool) -> None:
        self._subject = subject
        self._runner = asyncio.Runner() if awaited else None

    def end(self) -> None:
        """Let the loop go."""
        if self._runner is not None:
            close: Callable[[], Any] | None = getattr(self._subject, "aclose", None)
            if close is not None:
                self._runner.run(close())
            self._runner.close()

    def call(self, plain: str, *args: Any, awaited: str = "", **kwargs: Any) -> Any:
        """Call a method; the awaited one is called `a<plain>` unless another name is given."""
        if self._runner is None:
            return getattr(self._subject, plain)(*args, **kwargs)
        return self._runner.run(getattr(self._subject, awaited or f"a{plain}")(*args, **kwargs))
