"""`Emulator`: a local Hugging Face inside this process, and `serve`, the same as a process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from hf_integrations.emulator import server
from hf_integrations.emulator.app import create_app
from hf_integrations.emulator.clock import Clock
from hf_integrations.emulator.endpoints.fleet import Fleet
from hf_integrations.emulator.faults import Sequence, Storm, fault, read
from hf_integrations.emulator.faults.reading import storm
from hf_integrations.emulator.house import House
from hf_integrations.emulator.records import RecordedRequest
from hf_integrations.emulator.settings import DEFAULT_PORT, Settings
from hf_integrations.errors import ConfigurationError


class Emulator:
    """A local Hugging Face on a port of this machine, served by a thread of this process.

    It answers by rule, without a model and always the same: embeddings in which texts with common
    words are near, chat that quotes the context in its prompt. State is in memory and bounded.

    >>> from hf_integrations import HfInferenceClient
    >>> with Emulator() as emulator:
    ...     with HfInferenceClient(base_url=emulator.url, token="hf_test") as client:
    ...         client.chat.complete("Hello!", model="org/name").text
    'Hello! How can I help you?'

    Args:
        token: the only bearer token that is accepted; None accepts any that does not begin with
            `hf_invalid`.
        models: ids of the models that are served; None serves every well-formed id.
        max_batch: most inputs in one embedding request.
        max_body: most bytes in the body of an embedding or generation request.
        dimensions: length of the vectors.
        tasks: for models whose task is not to be guessed: `{"org/m": "text-to-image"}`.
        engine: play one engine alone: tgi, tei, vllm, sglang or llama.cpp; None plays everything.
        mapping: how the Hub tells who serves a model: as an `object` or as a `list`.
        reasoning: the form of reasoning: reasoning, reasoning_content, think or parts; None takes
            that of the provider or the engine.
        oddity: what is odd in every reply, by its name in `settings.ODDITIES`.
        polls: how often a queued job is not done yet when it is asked after.
        hub_quota: requests to the Hub's API that a token has in five minutes.
        host: address to listen on.
        port: 0 takes a free one.

    Raises:
        ConfigurationError: a setting cannot work, or, on entering, the port is taken.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        models: Iterable[str] | None = None,
        max_batch: int = 32,
        max_body: int = 2_000_000,
        dimensions: int = 384,
        tasks: Mapping[str, str] | None = None,
        engine: str | None = None,
        mapping: str = "object",
        reasoning: str | None = None,
        oddity: str = "",
        polls: int = 1,
        hub_quota: int = 1_000,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        served = None if models is None else tuple(models)
        settings = Settings(
            token, served, max_batch, max_body, dimensions, dict(tasks or {}), engine, mapping,
            reasoning, oddity, polls, hub_quota,
        )  # fmt: skip
        self._house = House(settings)
        self._host, self._port = host, port
        self._server: server.Background | None = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        if self._server is None:
            raise ConfigurationError(
                "The emulator is not running.", hint="Enter it with `with`, or call start()."
            )
        return self._server.url

    @property
    def management_url(self) -> str:
        """Where endpoints are managed: the setting of the same name of a client."""
        return f"{self.url}/v2"

    @property
    def clock(self) -> Clock:
        """The time by which endpoints live; `advance(seconds)` puts it forward."""
        return self._house.clock

    @property
    def endpoints(self) -> Fleet:
        """The dedicated endpoints, with what no owner could order: states, failures, times."""
        return self._house.fleet

    @property
    def requests(self) -> list[RecordedRequest]:
        """The latest requests, oldest first; tokens are shown as digests."""
        return self._house.log.all()

    def start(self) -> Self:
        """Start to serve; a second call does nothing."""
        if self._server is None:
            app = create_app(self._house)
            self._server = server.Background(app, host=self._host, port=self._port)
        return self

    def close(self) -> None:
        """Stop to serve and free the port; a second call does nothing."""
        running, self._server = self._server, None
        if running is not None:
            running.close()

    def reset(self) -> None:
        """Forget the recorded requests, the accounts and the waiting faults."""
        self._house.reset()

    def fail_next(self, name: str | None = None, /, **changes: Any) -> None:
        """Spoil the next request, or the next `times` of them.

        Args:
            name: a fault by name, such as "rate_limited", "loading", "cut" or "no_done".
            changes: fields of `faults.Fault`: status, body, headers, delay, event_delay,
                cut_after, hang_up, drop_done, oddity, insert, insert_after, path, model, method,
                times.

        Raises:
            ConfigurationError: there is no such fault, or a field cannot be so.
        """
        self._house.faults.add(Sequence([fault(name, **changes)]))

    def fail(
        self,
        script: str | list[Any] | dict[str, Any],
        *,
        seed: int = 0,
        path: str = "*",
        model: str = "*",
        method: str = "POST",
    ) -> None:
        """Spoil the next requests by a script; what is not in it is fine.

        Args:
            script: a sequence, "2 x loading, then rate_limited, fine"; chances of each request,
                "10% rate_limited, 5% cut"; or the same as JSON (`faults.reading.read`).
            seed: of the chances. The n-th request always meets the n-th draw.
            path: pattern of the paths it is for, as in a shell.
            model: pattern of the models it is for.
            method: the method it is for; `*` is all.

        Raises:
            ConfigurationError: this is no script.
        """
        self._house.faults.add(read(script, seed=seed, path=path, model=model, method=method))

    def storm(
        self,
        odds: Mapping[str, float],
        *,
        seed: int = 0,
        path: str = "*",
        model: str = "*",
        method: str = "POST",
    ) -> Storm:
        """Spoil requests by chance until `calm()`; the arguments are those of `fail`.

        Args:
            odds: a fault, with fields in brackets, and its probability: {"rate_limited": 0.05,
                "slow(delay=0.2)": 0.05}. They add up to 1 at most.

        Returns:
            the storm, which counts: `asked` requests, and how often each fault was `met`.

        Raises:
            ConfigurationError: the odds cannot be.
        """
        made = storm(odds, seed=seed, path=path, model=model, method=method)
        self._house.faults.add(made)
        return made

    def calm(self) -> None:
        """Forget all faults that are still to come, storms included."""
        self._house.faults.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)


def serve(
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    *,
    token: str | None = None,
    models: Iterable[str] | None = None,
    max_batch: int = 32,
    max_body: int = 2_000_000,
    dimensions: int = 384,
    engine: str | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve an emulator until SIGINT or SIGTERM; the settings are some of those of `Emulator`.

    Args:
        on_ready: called with the URL as soon as connections are taken.

    Raises:
        ConfigurationError: a setting cannot work, or the port is taken.
    """
    served = None if models is None else tuple(models)
    house = House(Settings(token, served, max_batch, max_body, dimensions, engine=engine))
    server.run(create_app(house), host=host, port=port, on_ready=on_ready)
