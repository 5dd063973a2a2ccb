"""Adapters by name."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from hf_integrations.errors import ConfigurationError
from hf_integrations.platform import (
    HfInferenceAdapter,
    adapter_names,
    make_adapter,
    register_adapter,
    unregister_adapter,
)
from hf_integrations.platform.registry import GROUP

ROOT = Path(__file__).parent.parent.parent


def test_ours_is_there_by_its_id() -> None:
    """And takes settings."""
    assert "hf-inference-endpoints" in adapter_names()
    adapter = make_adapter("hf-inference-endpoints", token="hf_test", model="org/name")
    assert isinstance(adapter, HfInferenceAdapter)
    asyncio.run(adapter.close())


def test_ours_is_an_entry_point_of_the_package() -> None:
    """By which other programs find it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ((name, value),) = project["entry-points"][GROUP].items()
    assert EntryPoint(name, value, GROUP).load() is HfInferenceAdapter


def install(place: Path, name: str, value: str) -> None:
    """Put a distribution with an entry point there, as pip does."""
    facts = place / f"{name}-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")


def test_installed_packages_bring_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded when they are made, and not before."""
    install(tmp_path, "acme", "hf_integrations.platform.hf:HfInferenceAdapter")
    install(tmp_path, "broken", "no_such_module:Adapter")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert {"acme", "broken"} <= set(adapter_names())
    adapter = make_adapter("acme", provider_id="acme", token=False)
    assert adapter.provider_id == "acme"
    asyncio.run(adapter.close())
    with pytest.raises(ConfigurationError, match=r"'broken' cannot be loaded from no_such_module"):
        make_adapter("broken")


def test_a_registered_one_is_found_until_it_is_forgotten() -> None:
    """And its name is taken meanwhile."""
    given: list[dict[str, Any]] = []

    def make(**settings: Any) -> HfInferenceAdapter:
        given.append(settings)
        return HfInferenceAdapter(token=False)

    register_adapter("mine", make)
    register_adapter("mine", make)
    try:
        with pytest.raises(ConfigurationError, match="There is an adapter 'mine' already"):
            register_adapter("mine", HfInferenceAdapter)
        assert "mine" in adapter_names()
        asyncio.run(make_adapter("mine", level=3).close())
        assert given == [{"level": 3}]
    finally:
        unregister_adapter("mine")
        unregister_adapter("mine")
    with pytest.raises(ConfigurationError, match=r"no adapter 'mine'.*hf-inference-endpoints"):
        make_adapter("mine")


def test_nothing_is_loaded_before_it_is_used() -> None:
    """Importing the package costs next to nothing."""
    program = (
        "import sys, hf_integrations.platform as platform\n"
        "assert 'HfInferenceAdapter' in dir(platform)\n"
        "print([n for n in sys.modules if n.startswith('hf_integrations.') and "
        "not n.startswith('hf_integrations._') and n != 'hf_integrations.platform'])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603
    assert found.stdout.decode().strip() == "[]"
