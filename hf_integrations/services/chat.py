"""Chat: a conversation in, the next message out, whole or as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from msgspec import Struct
from msgspec.structs import asdict, replace

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Flow, OpenResponse, Request, Response
from hf_integrations.models.chat import ChatParameters, ChatRequest, ChatResponse
from hf_integrations.models.chunks import ChatChunk
from hf_integrations.models.forms import Form
from hf_integrations.models.messages import ChatMessage, as_messages
from hf_integrations.models.shapes import answer, checked, decoding
from hf_integrations.models.tools import as_tool_choice, as_tools, chosen_name
from hf_integrations.routing.response_formats import for_tgi
from hf_integrations.routing.structured import in_words_of
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import CHAT, Kind
from hf_integrations.services import materials
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    Opening,
    RawService,
    Service,
    method,
    raw,
    streaming,
)
from hf_integrations.services.context import Context
from hf_integrations.services.options import Call, CallOptions
from hf_integrations.services.remembering import generated
from hf_integrations.services.servers import settled
from hf_integrations.transport.assembling import ChatAssembly, without_tags
from hf_integrations.transport.exchange import opening
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
            Pictures, sound, film and files may stand among the parts of a message.
        model: `organisation/name`, perhaps with `:provider`, `:fastest`, `:cheapest` or
            `:preferred`; or the URL of a server of your own.
        provider: who serves it; the setting `default_provider` if left out.
        **options: `ChatOptions`: temperature, max_tokens, tools, tool_choice, response_format (a
            class, whose object is then `.parsed`, or a dict), …, and extra_body, extra_headers,
            timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.

    Source: https://huggingface.co/docs/inference-providers, chat completion.
    """
    asked = _asked(context, messages, model, options)
    if asked.body.stream:
        raise ValidationError("stream: this request is for stream(), which gives its pieces.")
    target = _target(context, asked, provider)
    request = yield from _request(context, asked, target)

    def read(response: Response) -> ChatResponse:
        result = answer(response, ChatResponse)
        if not result.choices and b'"error"' in response.body:
            raise DecodeError("The answer holds no message.")
        without_tags(result, context.config.think_tags)
        result.__dict__["_form"] = asked.form
        return result

    return (yield from generated(context, request, asked.body.temperature, asked.body.seed, read))


def stream(
    context: Context,
    messages: str | ChatMessage | list[Any] | ChatRequest,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[ChatOptions],
) -> Opening[ChatChunk, ChatResponse]:
    """The next message of a conversation, as it is written; see `complete` for the arguments.

    Usage comes in the last chunk, unless `stream_options` says otherwise. `response()` of the
    stream is the whole answer.
    """
    asked = _asked(context, messages, model, options)
    target = _target(context, asked, provider)
    usage = asked.body.stream_options or {"include_usage": True}
    asked = replace(asked, body=replace(asked.body, stream=True, stream_options=usage))
    assembly = ChatAssembly(context.config.think_tags, asked.form)
    reader = Reader(_READ, target.about(CHAT), assembly, context.config.stream_buffer)

    def flow() -> Flow[OpenResponse]:
        request = reader.request = yield from _request(context, asked, target)
        return (yield from opening(request, context.patience))

    return Opening(flow(), reader)


class _Asked(Struct, frozen=True):
    """A call as the caller said it, checked.

    Attributes:
        plain: there is nothing in the messages that must be read first.
        matters: it is written in different words for different servers.
    """

    call: Call
    body: ChatRequest
    form: Form | None
    plain: bool
    matters: bool


def _asked(
    context: Context, messages: Any, model: str | None, options: Mapping[str, Any]
) -> _Asked:
    call, parameters = Call.split(options)
    if "stream" in parameters:
        raise ValidationError("stream: there is a method for each; call complete() or stream().")
    if isinstance(messages, ChatRequest):
        given = {name: value for name, value in asdict(messages).items() if value is not None}
        messages = given.pop("messages")
        model, parameters = model or given.pop("model", None), given | parameters
    said = as_messages(messages, context.config.return_reasoning)
    form = _worded(parameters) if parameters else None
    body = checked(parameters | {"model": model, "messages": said}, ChatRequest)
    choice = body.tool_choice
    matters = body.response_format is not None or (
        choice is not None and chosen_name(choice) is not None
    )
    return _Asked(call, body, form, materials.are_plain(said), matters)


def _worded(parameters: dict[str, Any]) -> Form | None:
    """Put tools, choice and form into OpenAI's words, in place; the form, when one is wanted."""
    if "tools" in parameters:
        parameters["tools"] = as_tools(parameters["tools"]) or None  # servers refuse an empty list
    if "tool_choice" in parameters:
        tools = parameters.get("tools") or ()
        parameters["tool_choice"] = as_tool_choice(parameters["tool_choice"], tools)
    if parameters.get("top_logprobs") and not parameters.get("logprobs"):
        raise ValidationError("top_logprobs goes with logprobs=True; set it too.")
    if "response_format" not in parameters:
        return None
    form = Form.of(parameters["response_format"])
    parameters["response_format"] = form.wire
    return form


def _target(context: Context, asked: _Asked, provider: str | None) -> Target:
    return context.requests.target(
        context.config, CHAT, model=asked.body.model, provider=provider, matters=asked.matters
    )


def _request(context: Context, asked: _Asked, target: Target) -> Flow[Request]:
    """The request, in the words of what answers at the target; it is found out if it matters."""
    body = asked.body
    if not target.is_placed:
        target = yield from settled(context, target, CHAT, matters=asked.matters)
    if not asked.plain:
        body = replace(body, messages=(yield from materials.in_words(context, body.messages)))
    if body.model != target.model:
        body = replace(body, model=target.model)
    if target.kind is Kind.TGI and asked.matters:
        body = _for_tgi(body)
    written = asked.call.body(body if body.response_format is None else in_words_of(target, body))
    return asked.call.request(
        context, target, CHAT, written, streamed=body.stream,
        amount=0 if body.stream else body.max_tokens or 0,
    )  # fmt: skip


def _for_tgi(body: ChatRequest) -> ChatRequest:
    """Every version of text-generation-inference knows a tool by its bare name."""
    if (choice := chosen_name(body.tool_choice)) is not None:
        body = replace(body, tool_choice=choice)
    if body.response_format is None:
        return body
    wanted = for_tgi(body.response_format, tools=bool(body.tools))
    return replace(body, response_format=wanted)


_READ = decoding(ChatChunk)


class _Chat:
    complete = method(complete)
    stream = streaming(stream)


class RawChat(_Chat, RawService):
    """`client.chat.with_raw_response`."""


class Chat(_Chat, Service):
    """`client.chat`."""

    with_raw_response = raw(RawChat)


class AsyncRawChat(_Chat, AsyncRawService):
    """`client.chat.with_raw_response`, awaited."""


class AsyncChat(_Chat, AsyncService):
    """`client.chat`, awaited."""

    with_raw_response = raw(AsyncRawChat)
