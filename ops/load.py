"""Let every panel of the dashboard have data: `python ops/load.py [--port 9464] [--seconds 600]`.

A local Hugging Face on this machine is asked in rounds: calls that go well and calls that do not,
streams, cold starts, failovers, endpoints. The metrics are at http://127.0.0.1:PORT/metrics.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from prometheus_client import start_http_server

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import HfError
from hf_integrations.models.endpoint_config import EndpointConfig
from hf_integrations.models.endpoint_images import EndpointImage
from hf_integrations.telemetry import Event, Exchange, PrometheusMetrics

CHAT, EMBED, DEAD = "org/chat", "org/embed", "http://127.0.0.1:9"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
PIECE = b'data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n' % (b"word " * 200)


class Load:
    """Rounds of calls; who is asked, and where they are counted.

    Args:
        emulator: who answers.
        metrics: where it is counted.
    """

    def __init__(self, emulator: Emulator, metrics: PrometheusMetrics) -> None:
        self._emulator, self._metrics = emulator, metrics
        self._port = 0  # of the server that pours; the same in each round, as it is a label
        self._usual = metrics.watch(self._client(generation_cache=True))
        for name in ("works", "rests"):
            emulator.endpoints.create("emulator", _order(name))
        emulator.clock.advance(60)
        emulator.endpoints.pause("emulator", "rests")

    def round(self, *, cold: bool = True) -> None:
        """One round of all there is; what fails is meant to.

        Args:
            cold: also models that have to be loaded, which takes two seconds.
        """
        for part in (
            self._calls, self._streams, self._failures, self._circuits, self._endpoints,
        ):  # fmt: skip
            self._emulator.calm()
            part()
        self._emulator.calm()
        asyncio.run(self._slow_reader())
        if cold:
            asyncio.run(self._cold_starts())

    def close(self) -> None:
        """Let the connections go."""
        self._usual.close()

    def _client(self, **settings: Any) -> HfInferenceClient:
        return HfInferenceClient(**self._settings(settings))

    def _settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] = {
            "base_url": self._emulator.url, "token": "hf_load", "on_event": self._metrics,
            "retry_base_delay": 0.01, "retry_max_delay": 0.02, "cold_start_timeout": 2.0,
        }  # fmt: skip
        return known | settings

    def _calls(self) -> None:
        client = self._usual
        for number in range(3):
            client.chat.complete(f"Question {number}", model=CHAT)
            client.chat.complete("Always this", model=CHAT, temperature=0.0, seed=1)
            client.text_generation.generate("Once upon a time", model=CHAT)
        client.embeddings.create(["one", "two", "three"], model=EMBED)
        client.embeddings.create(["two", "three", str(time.time_ns())], model=EMBED)
        client.run("text-classification", "good", model="org/sentiment")

    def _streams(self) -> None:
        self._emulator.fail("fine, malformed(insert_after=1), cut(cut_after=3)")
        for _ in range(3):
            _tried(lambda: list(self._usual.chat.stream("Tell me", model=CHAT)))

    def _failures(self) -> None:
        self._emulator.fail("rate_limited_bare, fine, 500, fine, invalid, unauthorized")
        for _ in range(4):
            _tried(lambda: self._usual.chat.complete("Is it well?", model=CHAT))
        self._emulator.fail("slow(delay=0.5)")
        _tried(lambda: self._usual.chat.complete("Late?", model=CHAT, timeout=0.05))
        self._emulator.calm()
        with self._client(base_url=DEAD, failover=[self._emulator.url], max_retries=0) as client:
            client.chat.complete("Who else?", model=CHAT)

    async def _cold_starts(self) -> None:
        self._emulator.fail("loading", model="org/sleepy")
        self._emulator.fail("9 x loading", model="org/dead")
        async with AsyncHfInferenceClient(**self._settings({})) as client:
            names = ("org/sleepy", "org/dead")
            calls = [client.chat.complete("Awake?", model=name) for name in names]
            await asyncio.gather(*calls, return_exceptions=True)

    def _circuits(self) -> None:
        rules = {"max_retries": 0, "breaker_window": 2, "breaker_minimum": 2}
        with self._client(base_url=DEAD, **rules) as client:
            for _ in range(3):
                _tried(lambda: client.chat.complete("Anybody?", model="org/gone"))

    def _endpoints(self) -> None:
        with self._client(endpoint="emulator/works") as client:
            client.endpoints.list()
            client.chat.complete("Hello")
        with self._client(endpoint="emulator/rests") as client:
            _tried(lambda: client.chat.complete("Hello"))

    async def _slow_reader(self) -> None:
        """Read a long stream so slowly that the server is made to wait, as is then told."""
        told: list[Event] = []
        server = await asyncio.start_server(_pour, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{self._port}"
        settings = self._settings({
            "base_url": url, "server": "openai", "on_event": [self._metrics, told.append],
        })  # fmt: skip
        async with server, AsyncHfInferenceClient(**settings) as client:
            for pause in (0.1, 0.5, 1.0, 2.0):
                async with client.chat.stream("Go on", model=CHAT) as stream:
                    await anext(stream)
                    await asyncio.sleep(pause)
                if any(isinstance(event, Exchange) and event.pauses for event in told):
                    return


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that writes more than anybody keeps for a slow reader."""
    with suppress(ConnectionError):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD)
        for _ in range(2_000):
            writer.write(PIECE)
            await writer.drain()
    writer.close()


def _tried(call: Callable[[], Any]) -> None:
    with suppress(HfError):
        call()


def _order(name: str) -> dict[str, Any]:
    """An endpoint."""
    return EndpointConfig(
        name=name, repository=CHAT, accelerator="gpu", instance_type="nvidia-l4",
        task="text-generation", image=EndpointImage.vllm(),
    ).body()  # fmt: skip


def main() -> None:
    """Rounds until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9464)
    parser.add_argument("--seconds", type=float, default=600.0)
    options = parser.parse_args()
    metrics = PrometheusMetrics()
    start_http_server(options.port, "127.0.0.1", metrics.registry)
    print(f"http://127.0.0.1:{options.port}/metrics, for {options.seconds:g} s")
    end = time.monotonic() + options.seconds
    with Emulator() as emulator:
        load = Load(emulator, metrics)
        while time.monotonic() < end:
            load.round()
        load.close()


if __name__ == "__main__":
    main()
