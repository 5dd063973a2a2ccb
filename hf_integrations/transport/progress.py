"""A bar for what takes long: a model that loads, a batch; in a terminal and in a notebook.

With `rich` installed (the `cli` extra) it is a bar, else a line on standard error now and then.
"""

from __future__ import annotations

import sys
from typing import Any

from hf_integrations.transport.telemetry import ColdStart


class ColdStartBar:
    """Pass it to a client as `on_cold_start=`: shows how long a model has been waited for."""

    def __init__(self) -> None:
        self._shown = _Bar("Waiting for the model")

    def __call__(self, event: ColdStart) -> None:
        """Show a wait, or its end."""
        self._shown.show(event.waited, event.estimate or event.deadline, event.model or event.host)
        if event.over:
            self._shown.end()


class BatchBar:
    """Pass it to `client.batch` as `progress=`: shows how many items are finished."""

    def __init__(self, title: str = "Items") -> None:
        self._shown = _Bar(title)

    def __call__(self, finished: int, total: int) -> None:
        """Show so many."""
        self._shown.show(finished, total, "")
        if finished >= total:
            self._shown.end()


class _Bar:
    """A bar that appears when there is something to show."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._rich: Any = None
        self._row: Any = None

    def show(self, done: float, total: float, what: str) -> None:
        """So much of so much."""
        text = f"{self._title} {what}".strip()
        if self._rich is None:
            self._rich = _progress()
            if self._rich:
                self._rich.start()
                self._row = self._rich.add_task(text, total=total)
        if self._rich:
            self._rich.update(self._row, completed=min(done, total), total=total, description=text)
        else:
            sys.stderr.write(f"{text}: {done:g} of {total:g}\n")

    def end(self) -> None:
        """Away with it."""
        if self._rich:
            self._rich.stop()
        self._rich = None


def _progress() -> Any:
    """A bar of `rich`, or False."""
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        return False
    return Progress(console=Console(stderr=True), transient=True)
