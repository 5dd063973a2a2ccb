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
from threading import Lock
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from hf_integrations.config import ROUTER_URL
from hf_integrations.errors import ConfigurationError, HfError, ValidationError
from hf_integrations.flow import Flow, side_by_side
from hf_integrations.models.decoders import converted
from hf_integrations.models.forms import Form
from hf_integrations.routing.table import ROWS
from hf_integrations.routing.targets import root_of
from hf_integrations.services.arranging import arranged
from hf_integrations.services.context import Context
from hf_integrations.services.run import check, run
from hf_integrations.services.tracing import traced, tracer
from hf_integrations.transport.engines.errands import aside

EMBEDDING = "feature-extraction"
_STEP = 4096  # items of which the requests are made at a time

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

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import facts, table

        rows = [(index, type(error).__name__, str(error)) for index, error in self.failed.items()]
        done = len(self.results) - len(rows)
        known = facts(done=done, failed=len(rows), resumed=self.resumed or None)
        return known + (table(("item", "error", "reason"), rows) if rows else "")


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
        UnsupportedTaskError: there is no such task.
        ValidationError: an argument cannot be right, whatever the item; nothing was sent.
    """
    _check_aside(journal, progress)
    work = _Work(context, task, items, {"model": model, "provider": provider, **parameters})
    _check(work, concurrency, group)
    check(context, task, **work.options)
    results: list[Any] = [_MISSING] * len(items)
    failed: dict[int, HfError] = {}
    keys = work.keys() if journal is not None else []
    if journal is not None:
        known = yield from aside(lambda: _read(Path(journal)))
        for index, key in enumerate(keys):
            if key in known:
                results[index] = work.revived(known[key])
    left = [index for index, result in enumerate(results) if result is _MISSING]
    log = _Log(
        len(items), len(items) - len(left), None if journal is None else Path(journal), progress
    )
    size = group if task == EMBEDDING else 1
    for start in range(0, len(left), _STEP):
        step = left[start : start + _STEP]
        groups = [step[at : at + size] for at in range(0, len(step), size)]
        flows = [_noted(work, part, results, failed, keys, log) for part in groups]
        yield from side_by_side(flows, limit=concurrency)
    final = [None if result is _MISSING else result for result in results]
    return BatchReport(final, dict(sorted(failed.items())), len(items) - len(left))


def _noted(
    work: _Work, part: list[int], results: list[Any], failed: dict[int, HfError],
    keys: list[str], log: _Log,
) -> Flow[None]:  # fmt: skip
    """Do some items, and note that they are finished."""
    yield from work.done(part, results, failed)
    if log.journal is not None:
        lines = [work.line(keys[index], results[index]) for index in part if index not in failed]
        yield from aside(lambda: log.write(lines))
    log.count(len(part))


class _Log:
    """What is finished: counted, told, and written down; from several threads."""

    def __init__(
        self, total: int, finished: int, journal: Path | None, progress: Progress | None
    ) -> None:
        self.journal = journal
        self._total, self._finished = total, finished
        self._progress = progress
        self._lock = Lock()

    def write(self, lines: list[bytes]) -> None:
        """Into the journal."""
        if self.journal is not None and lines:
            with self._lock:
                _append(self.journal, lines)

    def count(self, items: int) -> None:
        """So many more."""
        with self._lock:
            self._finished += items
            if self._progress is not None:
                self._progress(self._finished, self._total)


class _Work(Struct, frozen=True):
    """What all items have in common."""

    context: Context
    task: str
    items: Sequence[Any]
    options: dict[str, Any]

    def _ran(self, inputs: Any) -> Flow[Any]:
        config = self.context.config
        flow = arranged(run, self.context, (self.task, inputs), self.options)
        told = tracer(config)
        if told is None:
            return flow
        return traced(told, config, "client.run", (self.task, inputs), self.options, flow)

    def done(self, part: list[int], results: list[Any], failed: dict[int, HfError]) -> Flow[None]:
        """Do some items; what comes of them is put in its place."""
        several = self.task == EMBEDDING
        inputs = [self.items[index] for index in part] if several else self.items[part[0]]
        try:
            found = yield from self._ran(inputs)
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
        """What says that two items are the same work: what is done, how, where and by whom."""
        config = self.context.config
        provider = self.options["provider"] or config.default_provider
        where = [root_of(config.base_url or ROUTER_URL), config.endpoint, dict(config.headers)]
        said = self.options | {"provider": provider}
        whole = blake2b(_encoded("an option", [self.task, said, where]))
        keys = []
        for index, item in enumerate(self.items):
            one = whole.copy()
            one.update(_encoded(f"items[{index}]", item))
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
        if (whole := _answers(self.task)) is not None:
            answer = converted(value, whole)
            if self.options.get("response_format") is not None:
                answer.__dict__["_form"] = Form.of(self.options["response_format"])
            return answer
        row = ROWS.get(self.task)
        if row is None:
            return value
        kind = get_origin(row.gives) or row.gives
        if isinstance(kind, type) and issubclass(kind, list) and isinstance(value, list):
            (item,) = get_args(row.gives) or (Any,)
            return kind(converted(value, list[item]))  # type: ignore[valid-type]
        return converted(value, row.gives)


_MISSING: Any = object()


def _answers(task: str) -> type[Any] | None:
    """What a task gives that stands in no row of the table."""
    if task in ("chat-completion", "image-text-to-text"):
        from hf_integrations.models.chat import ChatResponse

        return ChatResponse
    if task == "text-generation":
        from hf_integrations.models.text_generation import TextGenerationResponse

        return TextGenerationResponse
    return None


def _encoded(what: str, value: Any) -> bytes:
    """Something as JSON, by which it is known again."""

    def named(part: Any) -> Any:
        if isinstance(part, type):
            return f"{part.__module__}.{part.__qualname__}"
        if isinstance(part, os.PathLike):
            return os.fspath(part)
        raise NotImplementedError

    try:
        return msgspec.json.encode(value, enc_hook=named, order="sorted")
    except (TypeError, NotImplementedError, UnicodeEncodeError):
        raise ValidationError(
            f"journal: {what} cannot be known again.", hint="Pass texts, bytes, paths or media."
        ) from None


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


def _check_aside(journal: object, progress: object) -> None:
    if journal is not None and not isinstance(journal, (str, Path)):
        raise ValidationError(f"journal must be a path, not {type(journal).__name__}.")
    if progress is not None and not callable(progress):
        raise ValidationError(f"progress must be a function, not {type(progress).__name__}.")


def _read(path: Path) -> dict[str, Any]:
    """What is finished; a line that was cut off by a crash is left out."""
    _append(path, [])  # before anything is asked for that could not be noted
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
            file.write(b"".join(b"\n" + line for line in lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ConfigurationError(f"journal: {path} cannot be written: {error.strerror}.") from error
