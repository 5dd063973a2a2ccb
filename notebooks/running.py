"""Run the notebooks from top to bottom, and keep of what they show the pictures alone.

`python -m notebooks.running` runs all of them, or those that are named, and writes their pictures
back; the tests run each and write nothing. One kernel serves them one after another, as most of the
time of a notebook goes into starting Python and loading frameworks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
PATIENCE = 120  # seconds for a cell
ANEW = "%reset -f\nimport gc as _gc; _ = _gc.collect()"


class Kernel:
    """A running kernel, in which one notebook after another begins anew."""

    def __init__(self, manager: KernelManager, channels: Any) -> None:
        self._manager, self._channels = manager, channels

    def run(self, notebook: Any, folder: Path = FOLDER) -> None:
        """Run every cell, in place.

        Raises:
            CellExecutionError: a cell failed.
        """
        notebook.cells.insert(0, nbformat.v4.new_code_cell(ANEW))
        try:
            resources = {"metadata": {"path": str(folder)}}
            client = NotebookClient(notebook, self._manager, timeout=PATIENCE, resources=resources)
            client.kc = self._channels
            client.execute()
        finally:
            del notebook.cells[0]


@contextmanager
def kernel(scratch: Path, surroundings: Mapping[str, str]) -> Iterator[Kernel]:
    """A kernel that is spoken to through sockets in a folder: no port can be taken already.

    Args:
        scratch: the folder.
        surroundings: the variables it finds in its environment.
    """
    manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(scratch / "kernel"))
    manager.start_kernel(env=dict(surroundings), extra_arguments=["--HistoryManager.enabled=False"])
    channels = manager.client()
    channels.start_channels()
    try:
        channels.wait_for_ready(timeout=PATIENCE)
        yield Kernel(manager, channels)
    finally:
        channels.stop_channels()
        manager.shutdown_kernel()  # not at once: a database that it started is to be stopped


def read(path: Path) -> Any:
    """A notebook."""
    return nbformat.read(path, as_version=4)


def only_pictures(notebook: Any) -> None:
    """Drop, in place, what a run has left, but for the pictures that a reader should see."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [_bare(one) for one in cell.outputs if _picture(one)]


def _picture(output: Any) -> bool:
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def _bare(output: Any) -> Any:
    pictures = {kind: data for kind, data in output.data.items() if kind.startswith("image/")}
    return nbformat.v4.new_output("display_data", data=pictures)


def main(names: list[str]) -> None:
    """Run notebooks by name, or all, and write their pictures."""
    from tempfile import TemporaryDirectory

    paths = [FOLDER / f"{name}.ipynb" for name in names] or sorted(FOLDER.glob("*.ipynb"))
    with TemporaryDirectory() as scratch, kernel(Path(scratch), os.environ) as running:
        for path in paths:
            notebook = read(path)
            running.run(notebook)
            only_pictures(notebook)
            nbformat.write(notebook, path)


if __name__ == "__main__":
    main(sys.argv[1:])
