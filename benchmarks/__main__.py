"""Run every benchmark: `python -m benchmarks [NAME …] [--data DIR] [--quick] [--write]`.

A benchmark is a module of this folder with `measure(data: Path | None, quick: bool)` that gives
tables. `--write` puts them into docs/benchmarks.md, each module's between its own two marks, with a
plot beside each; what was not measured stays as it is.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import benchmarks
from benchmarks.table import Table

Measure = Callable[[Path | None, bool], list[Table]]

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PLOTS = PAGE.parent / "benchmarks"


def found() -> Iterator[tuple[str, Measure]]:
    """Name and function of each benchmark."""
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name == "__main__":
            continue
        measure = getattr(importlib.import_module(f"benchmarks.{module.name}"), "measure", None)
        if measure and list(inspect.signature(measure).parameters) == ["data", "quick"]:
            yield module.name, measure


def write(name: str, tables: list[Table]) -> None:
    """Put the tables of a benchmark into the page, and their plots beside it."""
    PLOTS.mkdir(exist_ok=True)
    for table in tables:
        if table.bars:
            (PLOTS / f"{table.slug}.svg").write_text(table.plot(), encoding="utf-8")
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    page = PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(begin)
    after = rest.partition(end)[2] if found else ""
    text = "\n".join(table.render(PLOTS.name) for table in tables)
    PAGE.write_text(f"{before.rstrip()}\n\n{begin}\n{text}\n{end}{after}", encoding="utf-8")


def main() -> None:
    """Measure and print, one benchmark after another."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="some of them, instead of all")
    parser.add_argument("--data", type=Path, help="folder with cranfield/ and the like")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for daily work")
    parser.add_argument("--write", action="store_true", help="also into docs/benchmarks.md")
    options = parser.parse_args()
    begun = time.perf_counter()
    for name, measure in found():
        if options.names and name not in options.names:
            continue
        print(f"# {name}\n", file=sys.stderr)
        since = time.perf_counter()
        tables = measure(options.data, options.quick)
        for table in tables:
            print(table.render(), flush=True)
        if options.write:
            write(name, tables)
        print(f"{name} took {time.perf_counter() - since:.0f} s\n", file=sys.stderr)
    minutes, seconds = divmod(round(time.perf_counter() - begun), 60)
    print(f"In all {minutes}:{seconds:02} minutes.")


if __name__ == "__main__":
    main()
