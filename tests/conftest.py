"""What every test finds: an environment without tokens, and a home without a login."""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest

from hf_integrations.credentials import ENVIRONMENT
from tests.planted import Watch

if TYPE_CHECKING:
    from hf_integrations.emulator import Emulator

# Where an embedded PostgreSQL of a test lives; not in tmp_path, which pytest shuts to others than
# root, while the server runs as another user. Registered first, so removed after it has stopped.
_DATA = f"{tempfile.gettempdir()}/hf-test-data-{os.getpid()}"
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)

# Programs that tests interrupt would inherit it from a shell that runs the tests in the background.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more about the machine than about the code. The suite draws the
# same examples each time, so that it fails for what was changed and for nothing else; with EXPLORE
# set, as `make soak` does, it draws new ones.
hypothesis.settings.register_profile(
    "ours", deadline=None, derandomize=not os.environ.get("EXPLORE"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.load_profile("ours")

# The home of each test is a path of its own, which is not there until somebody writes to it.
_HOMES = f"{tempfile.gettempdir()}/hf-test-homes-{os.getpid()}"
_NUMBERS = itertools.count()
atexit.register(shutil.rmtree, _HOMES, ignore_errors=True)

_NAMES = {name for names in ENVIRONMENT.values() for name in names}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting comes from the surroundings unless a test puts it there."""
    for name in _NAMES | {"HF_HOME", "HF_TOKEN_PATH"}:
        monkeypatch.delenv(name, raising=False)
    home = f"{_HOMES}/{next(_NUMBERS)}"
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("XDG_CACHE_HOME", f"{home}/.cache")
    monkeypatch.setenv("XDG_DATA_HOME", _DATA)


@pytest.fixture(scope="session")
def logs_of_the_run() -> Iterator[Watch]:
    """A look at every log of the whole run."""
    watch = Watch()
    logging.getLogger().addHandler(watch)
    yield watch
    logging.getLogger().removeHandler(watch)


@pytest.fixture(autouse=True)
def nothing_planted_is_logged(logs_of_the_run: Watch) -> Iterator[None]:
    """Whatever a test does, no token and no prompt of it is in a log."""
    yield
    assert logs_of_the_run.taken() == []


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    """One emulator for all tests of this process; take `emulator`, which is clean."""
    from hf_integrations.emulator import Emulator

    with Emulator() as running:
        yield running


@pytest.fixture
def emulator(shared_emulator: Emulator) -> Emulator:
    """An emulator that has seen nothing yet."""
    shared_emulator.reset()
    return shared_emulator
