"""The house keeps its shape: small files, small functions, a test file for each module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "hf_integrations"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE, LONGEST_BODY = 350, 40

# Rooms in which each module has a test file of its name; the others are tested by what they do.
MIRRORED = {".", "models", "routing", "services", "transport"}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without signature and docstring."""
    first = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0


def has_code(module: Path) -> bool:
    """Whether a module is more than names: an `__init__` that only passes them on is not."""
    tree = ast.parse(module.read_text())
    return any(isinstance(node, (ast.FunctionDef, ast.ClassDef)) for node in ast.walk(tree))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_small_and_tested(module: Path) -> None:
    """At most 350 lines, bodies of at most 40, absolute imports, tests in the mirrored place."""
    place, text = module.relative_to(PACKAGE), module.read_text()
    tree = ast.parse(text)
    functions = [
        node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]

    assert len(text.splitlines()) <= LONGEST_FILE
    assert [node.name for node in functions if body_lines(node) > LONGEST_BODY] == []
    assert [
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level
    ] == []
    tests = ROOT / "tests" / place.parent
    if str(place.parent) not in MIRRORED:
        assert list((ROOT / "tests" / place.parts[0]).rglob("test_*.py"))
    elif has_code(module) and not module.stem.startswith("_"):
        assert (tests / f"test_{place.name}").is_file()
