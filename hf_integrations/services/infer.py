"""One request, one answer: the flow of every task that is a row of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from hf_integrations.errors import HfError, ValidationError
from hf_integrations.flow import Flow, Request, Response
from hf_integrations.models.media import Audio, Image, Media, Video
from hf_integrations.models.options import CallOptions
from hf_integrations.models.shapes import checked
from hf_integrations.routing.targets import Target, resolve
from hf_integrations.routing.tasks import Kind, Row
from hf_integrations.services.context import Context
from hf_integrations.services.inputs import prepared
from hf_integrations.services.made import Place, made
from hf_integrations.services.options import Call
from hf_integrations.services.remembering import asked
from hf_integrations.services.servers import settled
from hf_integrations.services.wording import worded

Out = TypeVar("Out")
T = TypeVar("T")

# huggingface_hub asks for PNG by name; servers without other formats ignore it.
ACCEPT: dict[Any, str] = {Image: "image/png", Audio: "audio/*", Video: "video/*", Media: "*/*"}


def infer(
    context: Context, row: Row[Any, Out], inputs: Any, *, model: str | None,
    provider: str | None, options: Mapping[str, Any],
) -> Flow[Out]:  # fmt: skip
    """Do a task.

    Args:
        inputs: what the row takes; a dict will do for its fields.
        options: the parameters of the row, and what every call may be told.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    call, given = Call.split(options)
    parameters = checked_parameters(row, given)
    target = resolve(context.config, row, model=model, provider=provider)
    target = yield from settled(context, target, row)
    target.url(row)  # raises where the task is not served, before anything is read or fetched
    ready = yield from prepared(context, row, inputs, as_url=target.kind is Kind.PROVIDER)
    return (yield from done(context, call, target, row, ready, parameters))


def done(
    context: Context, call: Call, target: Target, row: Row[Any, Out], ready: Any,
    parameters: dict[str, Any],
) -> Flow[Out]:  # fmt: skip
    """Do a task with inputs that are at hand, in the words of what answers."""
    if target.kind is Kind.PROVIDER:
        from hf_integrations.services.ordering import ordered

        return (yield from ordered(context, call, target, row, ready, parameters))
    content = worded(target, row, ready, parameters)
    found = yield from ask(context, call, target, row, content, partial(understood, row))
    return (yield from _at_hand(context, row, found))


def ask(
    context: Context, call: Call, target: Target, row: Row[Any, Any],
    content: Media | dict[str, Any], read: Callable[[Response], T], *, path: str = "",
) -> Flow[T]:  # fmt: skip
    """Send media or fields, and wait for the answer, as it is read."""
    return asked(context, row, _request(context, call, target, row, content, path), read)


def _request(
    context: Context, call: Call, target: Target, row: Row[Any, Any],
    content: Media | dict[str, Any], path: str,
) -> Request:  # fmt: skip
    if isinstance(content, Media) and not call.extra_body:
        body, media_type = content.data, content.media_type
    else:
        fields = {"inputs": content.base64} if isinstance(content, Media) else content
        body, media_type = call.body(fields), "application/json"
    named = {"content-type": media_type, "accept": ACCEPT.get(row.gives, "application/json")}
    if target.kind is Kind.OWN and row.name != "custom":
        named["x-hf-task"] = row.name  # for a server that does several, such as the emulator
    extra = {name.lower(): value for name, value in (call.extra_headers or {}).items()}
    call = Call(call.extra_body, named | extra, call.timeout)
    return call.request(context, target, row, body, path=path, repeat_after_timeout=row.repeatable)


def read(context: Context, row: Row[Any, Out], response: Response) -> Flow[Out]:
    """An answer that is there, in its shape."""
    return (yield from _at_hand(context, row, understood(row, response)))


def understood(row: Row[Any, Any], response: Response) -> Any:
    """The answer in its shape, or where it is; its errors say which task it was of."""
    try:
        if row.reads is not None:
            return row.reads(response)
        return made(response, row.gives)
    except HfError as error:
        error.task = error.task or row.name
        raise


def _at_hand(context: Context, row: Row[Any, Out], found: Any) -> Flow[Out]:
    """The answer, fetched where it is elsewhere."""
    if not isinstance(found, Place):
        return found  # type: ignore[no-any-return]
    try:
        fetched: Any = yield from found.fetched(context)
        return fetched  # type: ignore[no-any-return]
    except HfError as error:
        error.task = error.task or row.name
        raise


def checked_parameters(row: Row[Any, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Parameters as the task knows them; one that it does not know is named."""
    if row.parameters is None:
        return given
    known = row.parameters.__annotations__.keys() - CallOptions.__annotations__.keys()
    if unknown := sorted(given.keys() - known):
        raise ValidationError(
            f"{', '.join(unknown)}: {row.name} has no such parameter; extra_body= sends what is "
            "not listed.",
            hint=f"It knows {', '.join(sorted(known)) or 'none'}.",
            task=row.name,
        )
    parameters: dict[str, Any] = checked(given, row.parameters)
    return parameters
