"""Which engine one gets, and what is not loaded for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hf_integrations.errors import ConfigurationError
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine
from hf_integrations.transport.engines.headers import joined
from hf_integrations.transport.engines.shards import Shards
from tests.transport.engines.asking import ask
from tests.transport.engines.callers import KINDS, Kind


def loaded(code: str, *, without: tuple[str, ...] = ()) -> str:
    """What a fresh interpreter prints in which some libraries cannot be imported."""
    blocked = "".join(f"sys.modules[{name!r}] = None\n" for name in without)
    done = subprocess.run(  # noqa: S603  (our own words)
        [sys.executable, "-c", f"import sys\n{blocked}{code}"],
        capture_output=True,
        timeout=60,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def test_the_package_loads_no_library() -> None:
    """Import time is a product's property: each library waits until it is used."""
    code = """
import hf_integrations.transport.engines
print(sorted({"httpx", "aiohttp", "pyreqwest", "asyncio", "ssl"} & set(sys.modules)))"""

    assert loaded(code) == "[]"


def test_plain_python_does_not_pay_for_asyncio() -> None:
    """The default plain engine loads neither asyncio nor any library."""
    code = """
from hf_integrations.transport.engines import EngineSettings, make_engine
make_engine(EngineSettings())
print(sorted({"httpx", "aiohttp", "pyreqwest", "asyncio"} & set(sys.modules)))"""

    assert loaded(code) == "[]"


MADE = """
import asyncio
from hf_integrations.transport.engines import EngineSettings, make_async_engine, make_engine
async def main():
    return make_async_engine(EngineSettings())
print(type(make_engine(EngineSettings())).__name__, type(asyncio.run(main())).__name__)"""


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        ((), "StdlibEngine AsyncStdlibEngine"),
        (("aiohttp", "httpx", "pyreqwest"), "StdlibEngine AsyncStdlibEngine"),
    ],
)
def test_auto_takes_the_best_that_is_installed(without: tuple[str, ...], expected: str) -> None:
    """Python's own, for which nothing needs to be installed."""
    assert loaded(MADE, without=without) == expected


def test_a_named_engine_that_is_not_installed_is_an_error_with_the_command() -> None:
    """Nothing else is taken in its place."""
    code = """
from hf_integrations.transport.engines import EngineSettings, make_engine
try:
    make_engine(EngineSettings(kind="pyreqwest"))
except Exception as error:
    print(type(error).__name__, error)"""

    said = loaded(code, without=("pyreqwest",))
    assert said.startswith("ConfigurationError engine 'pyreqwest' is not installed.")
    assert "pip install pyreqwest" in said


def test_the_default_engine_in_asyncio_loads_no_library() -> None:
    """The first call of a program waits for no import but asyncio's own."""
    code = """
import asyncio
from hf_integrations.transport.engines import EngineSettings, make_async_engine
async def main():
    make_async_engine(EngineSettings())
asyncio.run(main())
print(sorted({"httpx", "aiohttp", "pyreqwest", "http.client", "email"} & set(sys.modules)))"""

    assert loaded(code) == "[]"


async def test_an_engine_of_the_other_colour_is_refused() -> None:
    """The message lists what there is."""
    with pytest.raises(ConfigurationError, match="auto, stdlib, pyreqwest, httpx"):
        make_engine(EngineSettings(kind="aiohttp"))
    with pytest.raises(ConfigurationError, match="auto, stdlib, aiohttp, httpx"):
        make_async_engine(EngineSettings(kind="pyreqwest"))


async def test_an_unknown_name_is_refused() -> None:
    """A spelling mistake in the settings."""
    with pytest.raises(ConfigurationError, match=r"'curl'.*aiohttp"):
        make_async_engine(EngineSettings(kind="curl"))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name != "pyreqwest"], ids=str)
def test_a_proxy_the_library_cannot_use_is_named(
    monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """SOCKS: said with what to do, and nothing goes past the proxy."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    caller = kind.caller(EngineSettings(kind=kind.name))
    with pytest.raises(ConfigurationError, match=r"prox.*(?i:socks)"):
        caller.send(ask("http://model.example"))
    caller.end()


def test_shards_fill_from_the_first_and_grow_when_full() -> None:
    """Few pools are used, so that connections are; and nobody waits."""
    shards = Shards(lambda number: f"pool {number}", places=2)
    places = [shards.take() for _ in range(5)]
    assert [place.pool for place in places if place] == [
        "pool 0", "pool 0", "pool 1", "pool 1", "pool 2",
    ]  # fmt: skip

    assert places[1] is not None
    shards.give(places[1])
    again = shards.take()
    assert again is not None
    assert again.pool == "pool 0"
    assert shards.drain() == ["pool 0", "pool 1", "pool 2"]
    assert shards.drain() == []
    assert shards.take() is None


def test_headers_are_joined() -> None:
    """RFC 9110, 5.3: the values of one name, in order, as one."""
    pairs = [("A", "1"), ("b", "2"), ("a", "3")]

    assert joined(pairs) == {"a": "1, 3", "b": "2"}
