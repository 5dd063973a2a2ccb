"""An emulator for each engine, for tests that leave it as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import PLAIN

Play = Callable[[str], httpx.Client]


@pytest.fixture(scope="session")
def play() -> Iterator[Play]:
    """Return clients, without a token, of the engine that is named."""
    with ExitStack() as stack:
        clients: dict[str, httpx.Client] = {}

        def client(engine: str) -> httpx.Client:
            if engine not in clients:
                url = stack.enter_context(Emulator(engine=engine)).url
                found = httpx.Client(base_url=url, timeout=10, verify=PLAIN)
                clients[engine] = stack.enter_context(found)
            return clients[engine]

        yield client
