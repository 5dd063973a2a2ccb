"""What a command prints, and how it shows that it is at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from hf_integrations.bulk import Report
from hf_integrations.bulk.ingest import Progress as Tell
from hf_integrations.bulk.ingest import Step
from hf_integrations.cli.rag import Answer

WORDS: dict[Step, str] = {"compare": "Comparing", "embed": "Embedding and storing"}

console = Console(highlight=False)


def line(text: str) -> None:
    """One line of plain words."""
    console.print(escape(text), soft_wrap=True)


@contextmanager
def bars() -> Iterator[Tell]:
    """Progress bars, one for each step; where nobody watches, a line when a step is done."""
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks = {}

        def tell(step: Step, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(WORDS[step], total=total)
            progress.update(tasks[step], completed=done)
            if done == total and not console.is_terminal:
                line(f"{WORDS[step]}: {total} pieces, done.")

        yield tell


def report(result: Report, collection: str, seconds: float) -> None:
    """What an ingestion did."""
    line(
        f"{result.documents} documents, {result.pieces} pieces in collection {collection!r}: "
        f"{result.stored} stored, {result.skipped} unchanged, {result.repeated} repeated, "
        f"{result.removed} removed, "
        f"in {seconds:.1f} s."
    )


def question(text: str) -> None:
    """A question, as a heading."""
    console.print()
    console.print(Text(f"? {text}", style="bold"))


def answer(result: Answer) -> None:
    """An answer with its sources."""
    console.print(Text(f"  {result.framework} ({result.seconds:.2f} s)", style="cyan"))
    console.print(Padding(Text(result.text.strip()), (0, 0, 0, 4)))
    for source in result.sources:
        where = f"{source.name} #{source.piece}"
        where = f"{where}, {source.heading}" if source.heading else where
        console.print(Text(f"    [{source.score:.2f}] {where}", style="dim"), soft_wrap=True)
