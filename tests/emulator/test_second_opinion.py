"""The emulator is a second opinion: it knows nothing of the client that is tested against it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import hf_integrations.emulator
from tests.interrupting import unmeasured

FOLDER = Path(hf_integrations.emulator.__file__).parent
ALLOWED = {
    "hf_integrations.emulator",
    "hf_integrations.errors",
    "hf_integrations._names",  # how any package's names are loaded late: it knows none of them
    "hf_integrations._version",
}


def imports_of(path: Path) -> set[str]:
    """Return the modules of ours that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.startswith("hf_integrations")}


def test_it_imports_nothing_of_the_client() -> None:
    """Only itself, the errors, the version and the loading of names."""
    for path in FOLDER.glob("*.py"):
        for name in imports_of(path):
            assert ".".join(name.split(".")[:2]) in ALLOWED, f"{path.name} imports {name}"


def test_running_it_loads_nothing_of_the_client() -> None:
    """Not even by way of others."""
    code = (
        "import sys\n"
        "from hf_integrations.emulator import Emulator\n"
        "with Emulator(): pass\n"
        "print([m for m in sys.modules if m.startswith('hf_integrations.')])"
    )
    found = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        check=True, capture_output=True, text=True, env=unmeasured(),
    ).stdout  # fmt: skip
    loaded = {".".join(name.split(".")[:2]) for name in ast.literal_eval(found)}

    assert loaded <= ALLOWED
