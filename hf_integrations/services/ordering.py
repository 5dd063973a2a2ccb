"""A task told to a provider in its own words, and waited for where it is queued."""

from __future__ import annotations

import re
from typing import Any, TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from hf_integrations.config import HUB_URL
from hf_integrations.errors import DecodeError, InferenceTimeoutError, ServerError
from hf_integrations.flow import Flow, Request, Response, sleep
from hf_integrations.models.media import Image, Media
from hf_integrations.models.replies import json_of
from hf_integrations.models.shapes import encode
from hf_integrations.routing.forms import merged, multipart
from hf_integrations.routing.orders import Elsewhere, Form, Order, Queue, found_at
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import Row
from hf_integrations.services.context import Context
from hf_integrations.services.infer import ACCEPT, read
from hf_integrations.services.options import Call
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.failures import told_instead, told_of
from hf_integrations.transport.masking import without_secrets

Out = TypeVar("Out")

_ID = re.compile(r"[\w.:-]{1,200}")
_PATH = re.compile(r"/[\w.:/%-]{1,500}")
_FIRST, _GROWTH, _LONGEST = 0.5, 1.5, 5.0  # seconds between two questions how far work is


def ordered(
    context: Context, call: Call, target: Target, row: Row[Any, Out], inputs: Any,
    parameters: dict[str, Any],
) -> Flow[Out]:  # fmt: skip
    """Do a task at a provider with words of its own.

    Raises:
        InferenceTimeoutError: queued work was not done within `job_timeout`.
        ServerError: the provider could not do it.
        HfError: as for every task.
    """
    route = target.route
    assert route is not None  # noqa: S101 - what a target of this kind has
    assert route.write is not None  # noqa: S101
    order = _order(context, target, inputs, parameters)
    request = _request(context, call, target, row, route.write(order))
    response = yield from exchange(request, context.patience)
    try:
        if route.queue is not None:
            response = yield from _finished(context, call, target, row, request, response)
        if route.read is not None:
            response = yield from _in_our_words(context, response, route.read)
        return (yield from read(context, row, response))
    except DecodeError as error:
        raise told_instead(request, response) or told_of(error, request, response) from None


def _order(context: Context, target: Target, inputs: Any, parameters: dict[str, Any]) -> Order:
    repository = f"{context.config.hub_url or HUB_URL}/{target.hub_model}"
    weights = f"{repository}/resolve/main/{target.weights}"
    if not target.weights:
        weights = repository = ""
    return Order(inputs, parameters, target.model or "", weights, repository)


def _request(
    context: Context, call: Call, target: Target, row: Row[Any, Any], content: Any
) -> Request:
    if isinstance(content, Form):
        form = replace(content, fields=content.fields | (call.extra_body or {}))
        body, media_type = multipart(form)
    else:
        body, media_type = encode(merged(content, call.extra_body or {})), "application/json"
    accept = ACCEPT[Image] if row.gives is Image else "*/*"  # as huggingface_hub asks
    said = {"content-type": media_type, "accept": accept}
    extra = {name.lower(): value for name, value in (call.extra_headers or {}).items()}
    call = Call(None, said | extra, call.timeout)
    return call.request(context, target, row, body, repeat_after_timeout=row.repeatable)


def _finished(
    context: Context, call: Call, target: Target, row: Row[Any, Any], order: Request,
    response: Response,
) -> Flow[Response]:  # fmt: skip
    """The answer of queued work, asked after until it is done; 0.5 s at first, then every 5 s."""
    queue = target.route.queue if target.route else None
    assert queue is not None  # noqa: S101 - only called where there is one
    place, waited, pause = "", 0.0, _FIRST
    while not _is_done(queue, response, order):
        if waited >= context.config.job_timeout:
            raise _late(context, target, row)
        place = place or _place(queue, response)
        pause_now = min(pause, context.config.job_timeout - waited)
        yield from sleep(pause_now)
        waited, pause = waited + pause_now, min(_LONGEST, pause * _GROWTH)
        response = yield from _asked(context, call, target, row, place + queue.state)
    if queue.state:
        place = place or _place(queue, response)
        response = yield from _asked(context, call, target, row, place)
    return response


def _asked(
    context: Context, call: Call, target: Target, row: Row[Any, Any], path: str
) -> Flow[Response]:
    """Nothing is taken from the place that the provider names but its path: the token stays."""
    question = Call(None, call.extra_headers, call.timeout).request(
        context, target, row, b"", path=path + target.query, repeat_after_timeout=True
    )
    return (yield from exchange(question, context.patience))


def _is_done(queue: Queue, response: Response, order: Request) -> bool:
    """Whether an answer says that the work is done.

    Raises:
        ServerError: it will never be.
    """
    value = json_of(response)
    status = found_at(value, queue.status)
    if isinstance(status, str) and status in queue.failed:
        reason = found_at(value, queue.error)
        said = f": {without_secrets(reason, order)}" if isinstance(reason, str) and reason else "."
        about = order.about
        error = ServerError(
            f"The provider could not do it{said}",
            status=response.status, provider=about.provider, model=about.model, task=about.task,
        )  # fmt: skip
        error.retryable = False  # it has been tried, and paid for
        raise error
    if status is None and queue.output:
        return bool(found_at(value, queue.output))
    return bool(status == queue.done)


def _place(queue: Queue, response: Response) -> str:
    """The path under which work is asked after."""
    value = json_of(response)
    if queue.path:
        name = found_at(value, queue.id)
        if isinstance(name, str) and _ID.fullmatch(name):
            return queue.path.replace("{id}", name)
    else:
        url = found_at(value, queue.place)
        try:
            path = urlsplit(url).path if isinstance(url, str) else ""
        except ValueError:
            path = ""
        if _PATH.fullmatch(path) and "/../" not in f"{path}/":
            return path
    raise DecodeError("The answer does not say where the work is asked after.")


def _late(context: Context, target: Target, row: Row[Any, Any]) -> InferenceTimeoutError:
    about = target.about(row)
    return InferenceTimeoutError(
        f"The work was still queued after {context.config.job_timeout:g} s.",
        hint="Raise job_timeout; the provider may still be working on it.",
        provider=about.provider, model=about.model, task=about.task,
    )  # fmt: skip


def _in_our_words(context: Context, response: Response, words: Any) -> Flow[Response]:
    value = words(json_of(response))
    if isinstance(value, Elsewhere):
        from hf_integrations.transport.media.loading import download

        retry = context.patience.retry
        file = yield from download(value.url, Media, context.media, retry=retry)
        value = value.becomes(file.data)
    return replace(response, body=encode(value))
