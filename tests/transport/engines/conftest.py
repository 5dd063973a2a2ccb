"""Every engine in every colour, and a server that says what a test tells it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import trustme

from hf_integrations.transport.engines import EngineSettings
from tests.transport.engines.callers import KINDS, Caller, Kind
from tests.transport.engines.scripted import Script, Server

MakeCaller = Callable[..., Caller]
MakeServer = Callable[..., Server]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own proxies stay out of the tests."""
    for scheme in ("HTTP", "HTTPS", "ALL", "NO"):
        monkeypatch.delenv(f"{scheme}_PROXY", raising=False)
        monkeypatch.delenv(f"{scheme.lower()}_proxy", raising=False)


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    """One engine in one colour; a test that takes it runs for all."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def make_caller(kind: Kind, serve: MakeServer) -> Iterator[MakeCaller]:
    """Makes the engine with settings; ends it after the test and looks for what it left.

    It takes `serve` so that the server, which waits for its clients, ends after them.
    """
    with ExitStack() as stack:

        def make(**settings: Any) -> Caller:
            caller = kind.caller(EngineSettings(kind=kind.name, **settings))
            stack.callback(caller.end)
            return caller

        yield make
    gc.collect(1)  # a socket left behind warns now, and a warning is an error


@pytest.fixture
def caller(make_caller: MakeCaller) -> Caller:
    """The engine with default settings."""
    return make_caller()


@pytest.fixture
def serve() -> Iterator[MakeServer]:
    """Starts a server with a script."""
    with ExitStack() as stack:

        def start(script: Script, **options: Any) -> Server:
            server = Server(script, **options)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that no system trusts."""
    return trustme.CA()
