"""Long work over many items: side by side, with progress, partial failures, and a journal.

The journal is a file of one JSON line per finished item. A run that was cut off, at whatever
moment, is taken up by the same call: what is in the journal is not asked for again.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from hf_integrations.errors import ConfigurationError, HfError, ValidationError
from hf_integrations.flow import Flow, side_by_side
from hf_integrations.routing.table import ROWS
from hf_integrations.services.context import Context
from hf_integrations.services.run import run
from hf_integrations.transport.engines.errands import aside

EMBEDDING = "feature-extraction"
_STEP = 256  # items between two writes to the journal

Progress = Callable[[int, int], None]


class BatchReport(Struct, frozen=True):
    """What came of n items.

    Attributes:
        results: n results, in the order of the items; None where an item failed. Vectors are
            float32 arrays of d numbers.
        failed: the error of each item that failed, by index.
        resumed: how many results were taken from the journal.
    """

    results: list[Any]
    failed: dict[int, HfError]
    resumed: int = 0

    @property
    def ok(self) -> bool:
        """Whether no item failed."""
        return not self.failed


def batch(
    context: Context, task: str, items: Sequence[Any], *, model: str | None = None,
    provider: str | None = None, concurrency: int = 8, group: int = 32,
    journal: str | Path | None = None, progress: Progress | None = None, **parameters: Any,
) -> Flow[BatchReport]:  # fmt: skip
    """Do one task for many items; one that fails does not stop the others.

    Args:
        task: its name, as `client.run` takes it.
        items: n inputs.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it.
        concurrency: the most requests at a time.
        group: texts in one request, for `feature-extraction`.
        journal: a file to write what is finished to, and to take it from the next time.
        progress: called with the number of finished items and n.
        **parameters: those of the task.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
    """
    work = _Work(context, task, items, {"model": model, "provider": provider, **parameters})
    _check(work, concurrency, group)
    results: list[Any] = [_MISSING] * len(items)
    keys = work.keys() if journal is not None else []
    if journal is not None:
        known = yield from aside(lambda: _read(Path(journal)))
        for index, key in enumerate(keys):
            if key in known:
                results[index] = work.revived(known[key])
    left = [index for index, result in enumerate(results) if result is _MISSING]
    resumed, failed = len(items) - len(left), dict[int, HfError]()
    for start in range(0, len(left), _STEP):
        step = left[start : start + _STEP]
        size = group if task == EMBEDDING else 1
        groups = [step[at : at + size] for at in range(0, len(step), size)]
        yield from side_by_side(
            [work.done(part, results, failed) for part in groups], limit=concurrency
        )
        if journal is not None:
            lines = [
                work.line(keys[index], results[index]) for index in step if index not in failed
            ]
            yield from aside(lambda lines=lines: _append(Path(journal), lines))  # type: ignore[misc]
        if progress is not None:
            progress(resumed + start + len(step), len(items))
    final = [None if result is _MISSING else result for result in results]
    return BatchReport(final, dict(sorted(failed.items())), resumed)


class _Work(Struct, frozen=True):
    """What all items have in common."""

    context: Context
    task: str
    items: Sequence[Any]
    options: dict[str, Any]

    def done(self, part: list[int], results: list[Any], failed: dict[int, HfError]) -> Flow[None]:
        """Do some items; what comes of them is put in its place."""
        several = self.task == EMBEDDING
        inputs = [self.items[index] for index in part] if several else self.items[part[0]]
        try:
            found = yield from run(self.context, self.task, inputs, **self.options)
        except ValidationError as error:
            refused = {part[place] for place in error.failed} if several else set()
            rows = error.partial.vectors if error.partial is not None else None
            for place, index in enumerate(part):
                if rows is None or index in refused:
                    failed[index] = error
                else:
                    results[index] = rows[place]
        except HfError as error:
            failed.update(dict.fromkeys(part, error))
        else:
            for place, index in enumerate(part):
                results[index] = found.vectors[place] if several else found

    def keys(self) -> list[str]:
        """What says that two items are the same work."""
        whole = blake2b(msgspec.json.encode([self.task, self.options], order="sorted"))
        keys = []
        for item in self.items:
            one = whole.copy()
            one.update(msgspec.json.encode(item))
            keys.append(one.hexdigest()[:32])
        return keys

    def line(self, key: str, result: Any) -> bytes:
        """A finished item as a line."""
        if self.task == EMBEDDING:
            result = base64.b64encode(result.tobytes()).decode()
        return msgspec.json.encode({"key": key, "value": result})

    def revived(self, value: Any) -> Any:
        """A result as it was before it was written."""
        if self.task == EMBEDDING:
            import numpy as np

            return np.frombuffer(base64.b64decode(value), np.float32).copy()
        row = ROWS.get(self.task)
        if row is None:
            return value
        kind = get_origin(row.gives) or row.gives
        if isinstance(kind, type) and issubclass(kind, list) and isinstance(value, list):
            (item,) = get_args(row.gives) or (Any,)
            return kind(msgspec.convert(value, list[item]))  # type: ignore[valid-type]
        return msgspec.convert(value, row.gives)


_MISSING: Any = object()


def _check(work: _Work, concurrency: int, group: int) -> None:
    for name, number in (("concurrency", concurrency), ("group", group)):
        if type(number) is not int or number < 1:
            raise ValidationError(f"{name} must be a whole number, 1 or more, not {number!r}.")
    if isinstance(work.items, (str, bytes)) or not isinstance(work.items, Sequence):
        raise ValidationError("items must be a list, one input each.")
    if work.task == EMBEDDING:
        for index, item in enumerate(work.items):
            if not isinstance(item, str):
                raise ValidationError(f"items[{index}] must be a string.")


def _read(path: Path) -> dict[str, Any]:
    """What is finished; a line that was cut off by a crash is left out."""
    if not path.exists():
        return {}
    found = {}
    for line in path.read_bytes().split(b"\n"):
        try:
            entry = msgspec.json.decode(line)
            found[entry["key"]] = entry["value"]
        except (msgspec.DecodeError, KeyError, TypeError):
            continue
    return found


def _append(path: Path, lines: list[bytes]) -> None:
    """Write lines, and see to it that they are on the disk; begin after whatever was cut off."""
    try:
        with path.open("ab") as file:
            file.write(b"".join(b"\n" + line for line in lines) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ConfigurationError(f"journal: {path} cannot be written: {error.strerror}.") from error
