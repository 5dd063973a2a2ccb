"""An engine that remembers what went through it; what it does is done by another."""

from __future__ import annotations

from msgspec import Struct

from hf_integrations.errors import HfError
from hf_integrations.flow import AsyncBody, AsyncEngine, Engine, Request, Response, SyncBody
from hf_integrations.models.exchanges import Exchange
from hf_integrations.transport.engines.errands import Recalled


class _Log(Struct):
    """Exchanges, written down as they begin and end; may be added to from several threads."""

    exchanges: list[Exchange]

    def begin(self, request: Request) -> Exchange:
        """The exchange of a request: a new one, unless the same was sent before."""
        for known in reversed(self.exchanges):
            if known.request is request:
                known.retries += 1
                return known
        exchange = Exchange(request, cached=isinstance(request, Recalled))
        if request.url.startswith("http"):  # not an errand, such as reading a picture
            self.exchanges.append(exchange)
        return exchange


def _end(exchange: Exchange, answer: Response | SyncBody | AsyncBody) -> None:
    exchange.status, exchange.headers = answer.status, answer.headers
    exchange.body = answer.body if isinstance(answer, Response) else b""


def _fail(exchange: Exchange) -> None:
    exchange.status, exchange.headers, exchange.body = None, {}, b""


class Recorder:
    """A plain engine that remembers."""

    def __init__(self, engine: Engine, exchanges: list[Exchange]) -> None:
        self._engine = engine
        self._log = _Log(exchanges)

    def send(self, request: Request) -> Response:
        """One whole exchange."""
        exchange = self._log.begin(request)
        try:
            answer = self._engine.send(request)
        except HfError:
            _fail(exchange)
            raise
        _end(exchange, answer)
        return answer

    def open(self, request: Request) -> SyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        exchange = self._log.begin(request)
        try:
            answer = self._engine.open(request)
        except HfError:
            _fail(exchange)
            raise
        _end(exchange, answer)
        return answer

    def close(self) -> None:
        """Nothing: the engine is another's to close."""


class AsyncRecorder:
    """An asyncio engine that remembers."""

    def __init__(self, engine: AsyncEngine, exchanges: list[Exchange]) -> None:
        self._engine = engine
        self._log = _Log(exchanges)

    async def send(self, request: Request) -> Response:
        """One whole exchange."""
        exchange = self._log.begin(request)
        try:
            answer = await self._engine.send(request)
        except HfError:
            _fail(exchange)
            raise
        _end(exchange, answer)
        return answer

    async def open(self, request: Request) -> AsyncBody | Response:
        """An open body, or the whole response when its status is not 2xx."""
        exchange = self._log.begin(request)
        try:
            answer = await self._engine.open(request)
        except HfError:
            _fail(exchange)
            raise
        _end(exchange, answer)
        return answer

    async def close(self) -> None:
        """Nothing: the engine is another's to close."""

    def abandon(self) -> None:
        """Nothing: the engine is another's to let go."""
