"""What is looked up in clients when Prometheus asks: connections and caches."""

from __future__ import annotations

import weakref
from collections import Counter as Counts
from collections.abc import Iterator
from typing import Any, Protocol

from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from hf_integrations.telemetry.catalogue import BY_NAME
from hf_integrations.transport.cache import CacheStats
from hf_integrations.transport.engines.kept import Pool


class Watched(Protocol):
    """What a client says of itself."""

    def pool(self) -> Pool:
        """Its connections."""

    def cache_stats(self) -> dict[str, CacheStats]:
        """How its caches fare."""


class Gauges(Collector):
    """Asks the clients that are watched, as long as they are there.

    Views of a client share its connections and caches; watch one of them.
    """

    def __init__(self) -> None:
        self._clients: weakref.WeakSet[Any] = weakref.WeakSet()

    def watch(self, client: Watched) -> None:
        """Ask a client, too, from now on."""
        self._clients.add(client)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """The names, so that nobody else takes them."""
        for name in ("hf_pool_connections", "hf_cache_entries", "hf_cache_bytes"):
            yield _family(name, {})

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures as they are now."""
        pool, entries, size = Pool(), Counts[str](), Counts[str]()
        for client in list(self._clients):
            pool += client.pool()
            for name, stats in client.cache_stats().items():
                entries[name] += stats.entries
                size[name] += stats.bytes
        yield _family("hf_pool_connections", {"idle": pool.idle, "in_use": pool.in_use})
        yield _family("hf_cache_entries", entries)
        yield _family("hf_cache_bytes", size)


def _family(name: str, values: dict[str, int]) -> GaugeMetricFamily:
    metric = BY_NAME[name]
    family = GaugeMetricFamily(name, metric.help, labels=metric.labels)
    for value, number in values.items():
        family.add_metric([value], number)
    return family
