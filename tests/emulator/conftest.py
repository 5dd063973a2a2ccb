"""One emulator for all tests that only ask, and a fresh one for those that change it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from hf_integrations.emulator import Emulator

TOKEN = "hf_test"
# Without certificates, which nobody needs here and which take longer to load than a test to run.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """An emulator with its defaults, shared by tests that leave it as it is."""
    with Emulator() as running:
        yield running


@pytest.fixture
def fresh() -> Iterator[Emulator]:
    """An emulator of the test's own."""
    with Emulator() as running:
        yield running


@pytest.fixture
def http(emulator: Emulator) -> Iterator[httpx.Client]:
    """A plain client of the shared emulator, with a token."""
    with client_of(emulator) as client:
        yield client


@pytest.fixture
def fresh_http(fresh: Emulator) -> Iterator[httpx.Client]:
    """A plain client of the test's own emulator, with a token."""
    with client_of(fresh) as client:
        yield client


def client_of(emulator: Emulator) -> httpx.Client:
    """Return a plain client of `emulator`."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    return httpx.Client(base_url=emulator.url, headers=headers, timeout=10, verify=PLAIN)
