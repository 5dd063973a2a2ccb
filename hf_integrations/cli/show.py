"""What a command prints: results to the output, all else beside it.

Somebody who pipes a result somewhere gets the result alone: notes and progress go to the error
output, and only where a terminal shows them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from hf_integrations.cli.plain import plain

if TYPE_CHECKING:
    from hf_integrations.bulk import Report, Step
    from hf_integrations.bulk.ingest import Progress as Tell
    from hf_integrations.cli.rag import Answer

WORDS: dict[str, str] = {"compare": "Comparing", "embed": "Embedding and storing"}

console = Console(highlight=False)
beside = Console(highlight=False, stderr=True)


def line(text: str) -> None:
    """One line of the result."""
    console.print(Text(plain(text)), soft_wrap=True)


def piece(text: str) -> None:
    """A part of a line that is still being written."""
    sys.stdout.write(plain(text))
    sys.stdout.flush()


def note(text: str) -> None:
    """A word to whoever watches."""
    if beside.is_terminal:
        beside.print(Text(plain(text), style="dim"), soft_wrap=True)


def as_json(value: Any) -> None:
    """The result as JSON; in one line where a program reads it."""
    built = msgspec.to_builtins(value, enc_hook=_known)
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    indent = 2 if console.is_terminal else None
    sys.stdout.write(json.dumps(built, ensure_ascii=not unicode, indent=indent) + "\n")
    sys.stdout.flush()


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows with heads; where a program reads them, without heads and with tabs between."""
    texts = [["" if cell is None else plain(str(cell)) for cell in row] for row in rows]
    if not console.is_terminal:
        for row in texts:
            piece("\t".join(" ".join(cell.split()) for cell in row) + "\n")
        return
    drawn = Table(*heads, box=None, header_style="bold", pad_edge=False)
    for row in texts:
        drawn.add_row(*map(Text, row))
    console.print(drawn)


@contextmanager
def bars() -> Iterator[Tell]:
    """Progress bars, one for each step."""
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=beside, disable=not beside.is_terminal) as progress:
        tasks = {}

        def tell(step: Step, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(WORDS[step], total=total)
            progress.update(tasks[step], completed=done)

        yield tell


@contextmanager
def waiting(text: str) -> Iterator[Callable[[str], None]]:
    """A word about what is waited for, changed as it goes on; only where somebody watches."""
    if not beside.is_terminal:
        yield lambda _: None
        return
    with beside.status(Text(plain(text))) as status:
        yield lambda now: status.update(Text(plain(now)))


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
    console.print(Text(f"? {plain(text)}", style="bold"))


def answer(result: Answer) -> None:
    """An answer with its sources."""
    console.print(Text(f"  {result.framework} ({result.seconds:.2f} s)", style="cyan"))
    console.print(Padding(Text(plain(result.text.strip())), (0, 0, 0, 4)))
    for source in result.sources:
        where = f"{source.name} #{source.piece}"
        where = f"{where}, {source.heading}" if source.heading else where
        shown = Text(f"    [{source.score:.2f}] {plain(where)}", style="dim")
        console.print(shown, soft_wrap=True)


def _known(value: Any) -> Any:
    """What is no shape of ours, as JSON has it."""
    if hasattr(value, "tolist"):  # numbers of numpy, alone or in arrays
        return value.tolist()
    if hasattr(value, "media_type"):
        return {"media_type": value.media_type, "base64": value.base64}
    return str(value)
