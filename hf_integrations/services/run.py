"""Any task by its name: what `client.run` does."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.flow import Flow
from hf_integrations.models.media import Media
from hf_integrations.models.text import Ranking
from hf_integrations.routing.table import CUSTOM, RANK, ROWS, TASKS, TRANSCRIBE
from hf_integrations.routing.targets import resolve
from hf_integrations.routing.tasks import Task
from hf_integrations.services.context import Context
from hf_integrations.services.infer import ask, checked_parameters, infer
from hf_integrations.services.inputs import prepared
from hf_integrations.services.made import anything
from hf_integrations.services.options import Call
from hf_integrations.services.servers import settled
from hf_integrations.services.wording import path_of, worded


def run(
    context: Context, /, task: Task | str, inputs: Any = None, *,
    model: str | None = None, provider: str | None = None, **parameters: Any,
) -> Flow[Any]:  # fmt: skip
    """Do a task of the table, by its name or its row.

    Args:
        task: the name, as the Hub spells it, or a row of `hf_integrations.routing.table`.
        inputs: what the task takes; a dict for those that take several things.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it.
        **parameters: those of the task, and extra_body, extra_headers, timeout. `custom` takes
            any, and `path=`, where the inputs go as they are, without an envelope.

    Returns:
        What the task gives; `custom` gives media, JSON, or else bytes as `Media`.

    Raises:
        UnsupportedTaskError: there is no such task.
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    name: object = task.name if isinstance(task, Task) else task
    options = parameters | {"model": model, "provider": provider}
    if name == CUSTOM.name:
        return (yield from custom(context, inputs, **options))
    if (flow := _flow_of_its_own(name)) is not None:
        if "context" in parameters:  # the flow's own first argument, which a caller cannot know of
            raise ValidationError(f"context: {name} has no such parameter.", task=str(name))
        return (yield from flow(context, inputs, **options))
    if not isinstance(name, str) or name not in ROWS:
        raise _unknown(name)
    return (
        yield from infer(
            context, ROWS[name], inputs, model=model, provider=provider, options=parameters
        )
    )


def check(
    context: Context, task: object, *, model: str | None, provider: str | None, **parameters: Any
) -> None:
    """Raise for what is wrong with a call whatever its inputs are, before anything is sent.

    Raises:
        UnsupportedTaskError: there is no such task.
        ValidationError: the task has no such parameter, or it cannot be asked of that model.
    """
    if not isinstance(task, str) or task not in TASKS:
        raise _unknown(task)
    if task in ROWS:
        checked_parameters(ROWS[task], Call.split(parameters)[1])
    resolve(context.config, TASKS[task], model=model, provider=provider)


def custom(
    context: Context, inputs: Any, /, *, model: str | None = None, provider: str | None = None,
    path: str | None = None, **options: Any,
) -> Flow[Any]:  # fmt: skip
    """A task of the caller's own: JSON or bytes in, JSON or bytes out."""
    call, parameters = Call.split(options)
    own = path_of(path)
    target = resolve(context.config, CUSTOM, model=model, provider=provider)
    target = yield from settled(context, target, CUSTOM)
    ready = yield from prepared(context, CUSTOM, inputs)
    bare = own and not isinstance(ready, Media)
    content = (
        _beside(call, ready, parameters) if bare else worded(target, CUSTOM, ready, parameters)
    )
    return (yield from ask(context, call, target, CUSTOM, content, anything, path=own))


def _beside(call: Call, inputs: Any, parameters: dict[str, Any]) -> Any:
    """JSON without an envelope; parameters stand beside the fields of a dict."""
    if isinstance(inputs, dict):
        return inputs | parameters
    if parameters or call.extra_body:
        raise ValidationError("inputs must be a dict, or nothing can stand beside them.")
    return inputs


def _flow_of_its_own(name: object) -> Callable[..., Flow[Any]] | None:
    """The flow of a task that is more than one request and one answer."""
    if name in ("chat-completion", "image-text-to-text"):
        from hf_integrations.services.chat import complete

        return complete
    if name == "text-generation":
        from hf_integrations.services.text_generation import generate

        return generate
    if name == "feature-extraction":
        from hf_integrations.services.embeddings import create

        return create
    if name == TRANSCRIBE.name:
        from hf_integrations.services.transcribing import transcribe

        return transcribe
    return _ranked if name == RANK.name else None


def _ranked(context: Context, inputs: Any, **options: Any) -> Flow[Any]:
    from hf_integrations.services.ranking import rank

    if isinstance(inputs, Ranking):
        inputs = {"query": inputs.query, "texts": inputs.texts}
    if not isinstance(inputs, dict) or inputs.keys() != {"query", "texts"}:
        raise ValidationError("inputs must be a dict with query and texts.", task=RANK.name)
    return (yield from rank(context, inputs["query"], inputs["texts"], **options))


def _unknown(name: object) -> UnsupportedTaskError:
    near = get_close_matches(str(name), TASKS, n=3)
    return UnsupportedTaskError(
        f"There is no task {str(name)[:80]!r}.",
        hint=f"Did you mean {' or '.join(near)}?"
        if near
        else "docs/tasks.md lists them; 'custom' is for one of your own.",
    )
