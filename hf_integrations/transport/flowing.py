"""An open response that is watched: at its end its place is given back, and it is reported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from hf_integrations.flow import OpenResponse
from hf_integrations.models.shapes import request_id
from hf_integrations.transport.report import Report


class Flowing:
    """A body of either colour around another; iterating it costs nothing.

    Attributes:
        report: what will be told of it, if anybody listens.
    """

    def __init__(self, body: OpenResponse, leave: Callable[[], None]) -> None:
        self.status, self.headers = body.status, body.headers
        self.report: Report | None = None
        self._body: Any = body
        self._leave: Callable[[], None] | None = leave
        self._last: Callable[[], None] | None = None

    @classmethod
    def watched(cls, body: OpenResponse, report: Report) -> Flowing:
        """A body of which a report is made."""
        flowing = body if isinstance(body, Flowing) else cls(body, _nothing)
        flowing.report = report
        return flowing

    @classmethod
    def before(cls, body: OpenResponse, leave: Callable[[], None]) -> Flowing:
        """A body after which something is done, once it was told what came of it."""
        if not isinstance(body, Flowing):
            return cls(body, leave)
        body._last = leave
        return body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)

    def close(self) -> Any:
        """Close the body: at once, or when what is returned is awaited."""
        self._end()
        return self._body.close()

    def abandon(self) -> None:
        """Cut the connection from where nothing can be awaited."""
        self._end()
        self._body.abandon()

    def told(self, *, error: str, usage: Any, estimated: bool = False) -> None:
        """Tell what came of it; a second call does nothing."""
        report, self.report = self.report, None
        if report is not None:
            report.ended(
                status=self.status,
                request_id=request_id(self.headers),
                error=error,
                pauses=getattr(self._body, "pauses", 0),
                input_tokens=getattr(usage, "prompt_tokens", None),
                output_tokens=getattr(usage, "completion_tokens", None),
                estimated=estimated,
            )

    def _end(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()
        self.told(error="", usage=None)
        last, self._last = self._last, None
        if last is not None:
            last()


def _nothing() -> None:
    pass
