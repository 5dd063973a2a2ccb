"""Text generation: a prompt in, its continuation out, whole or as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Unpack

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Flow, OpenResponse, Response
from hf_integrations.models.servers import ServerInfo
from hf_integrations.models.shapes import answer, as_dict, checked, decoding
from hf_integrations.models.text_generation import (
    Completion,
    CompletionChoice,
    GeneratedToken,
    GenerationDetails,
    GenerationSettings,
    TextGenerationChunk,
    TextGenerationParameters,
    TextGenerationRequest,
    TextGenerationResponse,
)
from hf_integrations.routing.response_formats import check_grammar
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import TEXT_GENERATION, Kind
from hf_integrations.services import completions
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
from hf_integrations.services.servers import engine_info, settled
from hf_integrations.transport.assembling import GenerationAssembly
from hf_integrations.transport.exchange import opening
from hf_integrations.transport.reading import Reader


class TextGenerationOptions(TextGenerationParameters, CallOptions, total=False):
    """Everything a generation may be told besides inputs, model and provider."""


def generate(
    context: Context,
    inputs: str | TextGenerationRequest,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[TextGenerationOptions],
) -> Flow[TextGenerationResponse]:
    """The continuation of a prompt.

    Args:
        inputs: the prompt; or a whole `TextGenerationRequest`.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `TextGenerationOptions`: max_new_tokens, temperature, stop, details, grammar, …,
            and extra_body, extra_headers, timeout. An OpenAI-compatible server understands part
            of them; the rest raises.

    Raises:
        ValidationError: an argument cannot be right, here or for this server; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.

    Source: text-generation-inference, `POST /generate`; the OpenAI API, `POST /v1/completions`.
    """
    call, prompt, settings = _checked(inputs, options)
    if isinstance(inputs, TextGenerationRequest) and inputs.stream:
        raise ValidationError("stream: this request is for stream(), which gives its pieces.")
    target = context.requests.target(
        context.config, TEXT_GENERATION, model=model, provider=provider
    )
    target = yield from settled(context, target, TEXT_GENERATION)
    body = call.body((yield from _body(context, target, prompt, settings)))
    request = call.request(
        context, target, TEXT_GENERATION, body, amount=settings.get("max_new_tokens") or 0
    )
    read = partial(_response, target)
    return (
        yield from generated(context, request, _temperature(settings), settings.get("seed"), read)
    )


def stream(
    context: Context,
    inputs: str | TextGenerationRequest,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[TextGenerationOptions],
) -> Opening[TextGenerationChunk, TextGenerationResponse]:
    """The continuation of a prompt, as it is written; see `generate` for the arguments."""
    call, prompt, settings = _checked(inputs, options)
    target = context.requests.target(
        context.config, TEXT_GENERATION, model=model, provider=provider
    )
    about, most = target.about(TEXT_GENERATION), context.config.stream_buffer
    reader = Reader(_chunk, about, GenerationAssembly(), most)

    def flow() -> Flow[OpenResponse]:
        known = yield from settled(context, target, TEXT_GENERATION)
        plain = yield from _body(context, known, prompt, settings)
        body = call.body(plain | _STREAMED.get(known.kind, {"stream": True}))
        path = "/generate_stream" if known.kind is Kind.TGI else ""
        request = call.request(context, known, TEXT_GENERATION, body, path=path, streamed=True)
        reader.request = request
        return (yield from opening(request, context.patience))

    return Opening(flow(), reader)


_STREAMED: dict[Kind | None, dict[str, Any]] = {
    Kind.TGI: {},
    Kind.OPENAI: {"stream": True, "stream_options": {"include_usage": True}},
}


def _checked(inputs: Any, options: Mapping[str, Any]) -> tuple[Call, str, dict[str, Any]]:
    call, parameters = Call.split(options)
    if "stream" in parameters:
        raise ValidationError("stream: there is a method for each; call generate() or stream().")
    if isinstance(inputs, TextGenerationRequest):
        given = as_dict(inputs)
        inputs, parameters = given["inputs"], given.get("parameters", {}) | parameters
    if not isinstance(inputs, str) or not inputs:
        raise ValidationError("inputs must be a non-empty string.", task=TEXT_GENERATION.name)
    settings = as_dict(checked(parameters, GenerationSettings))
    if "grammar" in settings:
        check_grammar(settings["grammar"])
    return call, inputs, settings


def _temperature(settings: dict[str, Any]) -> float | None:
    """What was set; TGI knows no 0, and says the same by `do_sample`."""
    return 0.0 if settings.get("do_sample") is False else settings.get("temperature")


def _body(
    context: Context, target: Target, prompt: str, settings: dict[str, Any]
) -> Flow[dict[str, Any]]:
    """The body, in the words of what answers at the target."""
    if target.kind is not Kind.OPENAI:
        if target.kind is Kind.TGI and "grammar" in settings:
            check_grammar(settings["grammar"], tgi=True)
        if target.kind is Kind.TGI and (info := context.servers.get(target.root)):
            _check_limits(info, settings)
        return {"inputs": prompt} | ({"parameters": settings} if settings else {})
    engine = "openai"
    if completions.engine_matters(settings):
        info = yield from engine_info(context, target, TEXT_GENERATION)
        engine = info.engine
    words = completions.words(settings, engine, target.host)
    return ({"model": target.model} if target.model else {}) | {"prompt": prompt} | words


def _check_limits(info: ServerInfo, settings: dict[str, Any]) -> None:
    """Refuse what the server has said it will not take."""
    asked = {
        "max_new_tokens": (settings.get("max_new_tokens"), info.max_total_tokens),
        "truncate": (settings.get("truncate"), info.max_input_tokens),
        "best_of": (settings.get("best_of"), info.max_best_of),
        "stop": (len(settings.get("stop") or ()), info.max_stop_sequences),
    }
    for name, (value, most) in asked.items():
        if value is not None and most is not None and value > most:
            what = f"{value} sequences are" if name == "stop" else f"{value} is"
            raise ValidationError(
                f"{name}: {what} more than this server takes; at most {most}.",
                task=TEXT_GENERATION.name,
            )


def _response(target: Target, response: Response) -> TextGenerationResponse:
    """An answer in any of its three forms: `choices`, a list of one, or the object itself."""
    if target.kind is Kind.OPENAI:
        result = completions.of_completion(answer(response, Completion))
    elif response.body.lstrip()[:1] == b"[":
        result = next(iter(answer(response, list[TextGenerationResponse])), None)
    else:
        return answer(response, TextGenerationResponse)
    if result is None:
        raise DecodeError("The answer holds no text.", task=TEXT_GENERATION.name)
    result.__dict__["_http"] = response
    return result


class _AnyChunk(TextGenerationChunk):
    """A chunk in either form."""

    choices: list[CompletionChoice] | None = None


_CHUNKS = decoding(_AnyChunk)


def _chunk(data: bytes) -> TextGenerationChunk:
    chunk = _CHUNKS(data)
    if not chunk.choices:
        return chunk
    choice = chunk.choices[0]
    told = completions.tokens_of(choice) if choice.logprobs else []
    chunk.token = GeneratedToken(text=choice.text, logprob=told[0].logprob if told else None)
    if choice.finish_reason:
        chunk.details = GenerationDetails(finish_reason=choice.finish_reason)
    return chunk


class _TextGeneration:
    generate = method(generate)
    stream = streaming(stream)


class RawTextGeneration(_TextGeneration, RawService):
    """`client.text_generation.with_raw_response`."""


class TextGeneration(_TextGeneration, Service):
    """`client.text_generation`."""

    with_raw_response = raw(RawTextGeneration)


class AsyncRawTextGeneration(_TextGeneration, AsyncRawService):
    """`client.text_generation.with_raw_response`, awaited."""


class AsyncTextGeneration(_TextGeneration, AsyncService):
    """`client.text_generation`, awaited."""

    with_raw_response = raw(AsyncRawTextGeneration)
