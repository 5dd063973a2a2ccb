"""The emulator as a fixture of pytest, for tests of programs that ask Hugging Face.

In a `conftest.py`: `pytest_plugins = ["hf_integrations.testing.emulator"]`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hf_integrations.emulator import Emulator


@pytest.fixture(scope="session")
def shared_hf_emulator() -> Iterator[Emulator]:
    """One emulator for the whole run."""
    with Emulator() as running:
        yield running


@pytest.fixture
def hf_emulator(shared_hf_emulator: Emulator) -> Iterator[Emulator]:
    """An emulator as if it were new: no request was seen yet, no fault waits, all budgets are full.

    `hf_emulator.url` is the `base_url` of a client; any `token` is accepted.
    """
    shared_hf_emulator.reset()
    yield shared_hf_emulator
    shared_hf_emulator.reset()
