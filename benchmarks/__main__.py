"""Run every benchmark: `python -m benchmarks [--data DIR] [--quick]`.

A benchmark is a module of this folder with `measure(data: Path | None, quick: bool)` that gives
tables.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import benchmarks
from benchmarks.table import Table

Measure = Callable[[Path | None, bool], list[Table]]


def found() -> Iterator[tuple[str, Measure]]:
    """Name and function of each benchmark."""
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name == "__main__":
            continue
        measure = getattr(importlib.import_module(f"benchmarks.{module.name}"), "measure", None)
        if measure and list(inspect.signature(measure).parameters) == ["data", "quick"]:
            yield module.name, measure


def main() -> None:
    """Measure and print, one benchmark after another."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with cranfield/ and the like")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for daily work")
    options = parser.parse_args()
    for name, measure in found():
        print(f"# {name}\n", file=sys.stderr)
        for table in measure(options.data, options.quick):
            print(table.render(), flush=True)


if __name__ == "__main__":
    main()
