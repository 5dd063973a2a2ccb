"""Chat: a conversation in, the next message out, whole or as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import msgspec
from msgspec.structs import asdict, replace

from hf_integrations.errors import ValidationError
from hf_integrations.flow import Flow, OpenResponse
from hf_integrations.models.chat import (
    ChatChunk,
    ChatMessage,
    ChatParameters,
    ChatRequest,
    ChatResponse,
    as_messages,
)
from hf_integrations.models.shapes import answer, checked
from hf_integrations.routing.targets import resolve
from hf_integrations.routing.tasks import CHAT
from hf_integrations.services.binding import AsyncService, Opening, Service, method, streaming
from hf_integrations.services.context import Context
from hf_integrations.services.options import Call, CallOptions
from hf_integrations.services.servers import settled
from hf_integrations.transport.exchange import exchange, opening
from hf_integrations.transport.reading import Reader


class ChatOptions(ChatParameters, CallOptions, total=False):
    """Everything a chat may be told besides messages, model and provider."""


def complete(
    context: Context,
    messages: str | ChatMessage | list[Any] | ChatRequest,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[ChatOptions],
) -> Flow[ChatResponse]:
    """The next message of a conversation.

    Args:
        messages: a string, or dicts or `ChatMessage`s, oldest first; or a whole `ChatRequest`.
        model: `organisation/name`, perhaps with `:provider`, `:fastest`, `:cheapest` or
            `:preferred`; or the URL of a server of your own.
        provider: who serves it; the setting `default_provider` if left out.
        **options: `ChatOptions`: temperature, max_tokens, tools, response_format, …, and
            extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.

    Source: https://huggingface.co/docs/inference-providers, chat completion.
    """
    call, body = _body(messages, model, options)
    if body.stream:
        raise ValidationError("stream: this request is for stream(), which gives its pieces.")
    target = resolve(context.config, CHAT, model=body.model, provider=provider)
    target = yield from settled(context, target, CHAT)
    body = replace(body, model=target.model)
    request = call.request(context, target, CHAT, call.body(body), amount=body.max_tokens or 0)
    response = yield from exchange(request, context.patience)
    return answer(response, ChatResponse)


def stream(
    context: Context,
    messages: str | ChatMessage | list[Any] | ChatRequest,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[ChatOptions],
) -> Opening[ChatChunk]:
    """The next message of a conversation, as it is written; see `complete` for the arguments.

    Usage comes in the last chunk, unless `stream_options` says otherwise.
    """
    call, body = _body(messages, model, options)
    target = resolve(context.config, CHAT, model=body.model, provider=provider)
    body = replace(
        body,
        model=target.model,
        stream=True,
        stream_options=body.stream_options or {"include_usage": True},
    )
    payload = call.body(body)
    reader = Reader(_CHUNKS.decode, target.about(CHAT))

    def flow() -> Flow[OpenResponse]:
        known = yield from settled(context, target, CHAT)
        request = call.request(context, known, CHAT, payload, streamed=True)
        reader.request = request
        return (yield from opening(request, context.patience))

    return Opening(flow(), reader)


def _body(messages: Any, model: str | None, options: Mapping[str, Any]) -> tuple[Call, ChatRequest]:
    call, parameters = Call.split(options)
    if "stream" in parameters:
        raise ValidationError("stream: there is a method for each; call complete() or stream().")
    if isinstance(messages, ChatRequest):
        given = {name: value for name, value in asdict(messages).items() if value is not None}
        messages = given.pop("messages")
        model, parameters = model or given.pop("model", None), given | parameters
    fields = {"model": model, "messages": as_messages(messages)}
    return call, checked(parameters | fields, ChatRequest)


_CHUNKS = msgspec.json.Decoder(ChatChunk)


class _Chat:
    complete = method(complete)
    stream = streaming(stream)


class Chat(_Chat, Service):
    """`client.chat`."""


class AsyncChat(_Chat, AsyncService):
    """`client.chat`, awaited."""
