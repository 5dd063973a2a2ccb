"""What a client says of itself and of those it asks: figures, costs, health, and work on many."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import Flow, adrive, drive

if TYPE_CHECKING:
    from hf_integrations.config import DynamicConfig
    from hf_integrations.services.batching import BatchReport
    from hf_integrations.services.context import Context
    from hf_integrations.services.endpoints.background import AsyncLater, Later
    from hf_integrations.services.health import HealthStatus
    from hf_integrations.transport.cache import CacheStats
    from hf_integrations.transport.connections import Connections
    from hf_integrations.transport.costs import Costs
    from hf_integrations.transport.engines.kept import Pool
    from hf_integrations.transport.lanes import Circuit
    from hf_integrations.transport.metrics import Snapshot

ABOUT_CONNECTIONS = frozenset({
    "http_engine", "pool_size_per_host", "pool_idle_timeout", "pool_wave_timeout", "ca_file",
    "client_cert", "proxy_loopback",
})  # fmt: skip


class Overview:
    """The part of both clients that needs nobody to answer."""

    _context: Context
    _connections: Connections
    _at_close: list[Callable[[], object]]

    def metrics(self) -> Snapshot:
        """Figures about what this client and its views did: counts, durations, errors, tokens."""
        return self._context.memory.metrics.snapshot()

    def circuits(self) -> list[Circuit]:
        """How things stand with each target that was asked: closed, open or half-open."""
        return self._context.memory.lanes.circuits()

    def pool(self) -> Pool:
        """How many connections are open, and how many of them carry a request.

        Engines of other libraries (`http_engine`) do not say, and count as none.
        """
        return self._connections.pool()

    def cache_stats(self) -> dict[str, CacheStats]:
        """How the caches fare: of `embeddings`, and of the `answers` of other tasks."""
        return self._context.memory.cache_stats()

    def clear_caches(self, model: str | None = None) -> int:
        """Forget what was remembered, of one model or all; how many answers they were.

        What an `embedding_cache_store` holds stays; clear it by its own method.
        """
        return self._context.memory.clear_caches(model)

    def clear_costs(self) -> None:
        """Count tokens and dollars anew; a budget begins again."""
        self._context.memory.tally.clear()

    def follow(self, dynamic: DynamicConfig) -> Callable[[], None]:
        """Use the settings of a `DynamicConfig`, now and after each change; ends with the client.

        Settings of the connections cannot change; a change of one is refused.

        Returns:
            How to stop following; the settings of that moment stay.
        """
        from hf_integrations.config import DynamicConfig

        given: object = dynamic
        if not isinstance(given, DynamicConfig):
            raise ConfigurationError(
                f"dynamic must be a DynamicConfig, not {type(given).__name__}."
            )
        self._take_over(dynamic.current)
        stop = dynamic.watch(self._take_over)
        self._at_close.append(stop)
        return stop

    def _take_over(self, config: HfInferenceConfig) -> None:
        from hf_integrations.services.binding import Bound

        now = self._context.config
        if changed := [n for n in ABOUT_CONNECTIONS if getattr(config, n) != getattr(now, n)]:
            raise fixed(changed)
        self._context = self._context.view(config)
        for part in list(vars(self).values()):
            if isinstance(part, Bound):
                part.context = self._context

    def _end(self) -> list[Awaitable[object]]:
        """Stop what runs beside this client; what has to be awaited is returned."""
        stops, self._at_close = self._at_close, []
        return [over for stop in stops if isinstance(over := stop(), Awaitable)]

    def _run(self, task: Any, inputs: Any, parameters: dict[str, Any]) -> Flow[Any]:
        from hf_integrations.services.arranging import arranged
        from hf_integrations.services.run import run
        from hf_integrations.services.tracing import traced, tracer

        config, asked = self._context.config, (task, inputs)
        flow = arranged(run, self._context, asked, parameters)
        found = tracer(config)
        if found is None:
            return flow
        return traced(found, config, "client.run", asked, parameters, flow)

    def _batch(self, task: str, items: Sequence[Any], options: dict[str, Any]) -> Flow[BatchReport]:
        from hf_integrations.services.batching import batch

        return batch(self._context, task, items, **options)

    def _costs(self) -> Flow[Costs]:
        from hf_integrations.services.spending import costs

        return costs(self._context)

    def _health(self) -> Flow[HealthStatus]:
        from hf_integrations.services.health import health_check

        return health_check(self._context)

    def _look(self) -> Flow[frozenset[str]]:
        from hf_integrations.services.watching import look

        return look(self._context)


def fixed(changed: Iterable[str]) -> ConfigurationError:
    """The error for settings that cannot change while connections are shared."""
    return ConfigurationError(
        f"{', '.join(sorted(changed))} cannot change while connections are shared; make a new "
        "client."
    )


class PlainOverview(Overview):
    """The rest of it, plain."""

    def batch(self, task: str, items: Sequence[Any], **options: Any) -> BatchReport:
        """Do a task for many items, with progress, partial failures and a journal.

        Args:
            task: its name, as `run` takes it.
            items: n inputs.
            **options: `model`, `provider`, `concurrency` (8), `group` (texts in one request, 32),
                `journal` (a file to resume from), `progress` (called with finished and total; see
                `hf_integrations.transport.progress.BatchBar`), and the parameters of the task.
        """
        return drive(self._batch(task, items, options), self._connections.engine())

    def costs(self) -> Costs:
        """What was used and spent, by provider and model; asks the router for prices it lacks."""
        return drive(self._costs(), self._connections.engine())

    def health_check(self) -> HealthStatus:
        """Whether the API answers, takes the token, and somebody serves; with timings."""
        return drive(self._health(), self._connections.engine())

    def watch_health(self, seconds: float = 30.0) -> Later:
        """Look at everybody in the failover chain now and every so many seconds, in a thread.

        Who does not answer is asked last. `cancel()` ends it, and so does closing the client.

        Raises:
            ValidationError: the seconds are no number above 0.
        """
        from hf_integrations.services.endpoints.background import Later
        from hf_integrations.services.watching import check_interval

        check_interval(seconds)

        def look() -> None:
            drive(self._look(), self._connections.engine())

        look()
        later = Later(seconds, look, again=True)
        self._at_close.append(later.cancel)
        return later


class AsyncOverview(Overview):
    """The rest of it, awaited."""

    async def batch(self, task: str, items: Sequence[Any], **options: Any) -> BatchReport:
        """Do a task for many items, with progress, partial failures and a journal.

        Args:
            task: its name, as `run` takes it.
            items: n inputs.
            **options: `model`, `provider`, `concurrency` (8), `group` (texts in one request, 32),
                `journal` (a file to resume from), `progress` (called with finished and total; see
                `hf_integrations.transport.progress.BatchBar`), and the parameters of the task.
        """
        return await adrive(self._batch(task, items, options), self._connections.async_engine())

    async def costs(self) -> Costs:
        """What was used and spent, by provider and model; asks the router for prices it lacks."""
        return await adrive(self._costs(), self._connections.async_engine())

    async def health_check(self) -> HealthStatus:
        """Whether the API answers, takes the token, and somebody serves; with timings."""
        return await adrive(self._health(), self._connections.async_engine())

    async def watch_health(self, seconds: float = 30.0) -> AsyncLater:
        """Look at everybody in the failover chain now and every so many seconds, in a task.

        Who does not answer is asked last. `cancel()` ends it, and so does closing the client.

        Raises:
            ValidationError: the seconds are no number above 0.
        """
        from hf_integrations.services.endpoints.background import AsyncLater
        from hf_integrations.services.watching import check_interval

        check_interval(seconds)

        async def look() -> None:
            await adrive(self._look(), self._connections.async_engine())

        await look()
        later = AsyncLater(seconds, look, again=True)
        self._at_close.append(later.cancel)
        return later
