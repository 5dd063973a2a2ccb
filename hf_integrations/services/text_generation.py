"""Text generation: a prompt in, its continuation out, whole or as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Flow, OpenResponse, Response
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
from hf_integrations.routing.targets import Target, resolve
from hf_integrations.routing.tasks import TEXT_GENERATION, Kind
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
from hf_integrations.transport.assembling import GenerationAssembly
from hf_integrations.transport.exchange import opening
from hf_integrations.transport.reading import Reader

# The words of `/v1/completions`, by ours. Source: the OpenAI API, and vLLM's and llama.cpp's
# documentation for top_k and repetition_penalty.
COMPLETION_WORDS = {
    "best_of": "best_of",
    "frequency_penalty": "frequency_penalty",
    "max_new_tokens": "max_tokens",
    "repetition_penalty": "repetition_penalty",
    "return_full_text": "echo",
    "seed": "seed",
    "stop": "stop",
    "temperature": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
}


# Flags whose False says nothing that a server without them would do otherwise.
_OFF_ANYWAY = frozenset({"decoder_input_details", "details", "watermark"})


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
    target = resolve(context.config, TEXT_GENERATION, model=model, provider=provider)
    target = yield from settled(context, target, TEXT_GENERATION)
    body = call.body(_body(target, prompt, settings))
    request = call.request(
        context, target, TEXT_GENERATION, body, amount=settings.get("max_new_tokens") or 0
    )
    response = yield from generated(context, request, _temperature(settings), settings.get("seed"))
    return _response(target, response)


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
    target = resolve(context.config, TEXT_GENERATION, model=model, provider=provider)
    reader = Reader(_chunk, target.about(TEXT_GENERATION), GenerationAssembly())

    def flow() -> Flow[OpenResponse]:
        known = yield from settled(context, target, TEXT_GENERATION)
        body = call.body(_body(known, prompt, settings) | _STREAMED[known.kind])
        path = "/generate_stream" if known.kind is Kind.TGI else ""
        request = call.request(context, known, TEXT_GENERATION, body, path=path, streamed=True)
        reader.request = request
        return (yield from opening(request, context.patience))

    return Opening(flow(), reader)


_STREAMED: dict[Kind | None, dict[str, Any]] = {
    Kind.ROUTER: {"stream": True},
    Kind.TGI: {},
    Kind.OPENAI: {"stream": True, "stream_options": {"include_usage": True}},
    Kind.TEI: {},
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
    return call, inputs, as_dict(checked(parameters, GenerationSettings))


def _temperature(settings: dict[str, Any]) -> float | None:
    """What was set; TGI knows no 0, and says the same by `do_sample`."""
    return 0.0 if settings.get("do_sample") is False else settings.get("temperature")


def _body(target: Target, prompt: str, settings: dict[str, Any]) -> dict[str, Any]:
    if target.kind is not Kind.OPENAI:
        return {"inputs": prompt} | ({"parameters": settings} if settings else {})
    meant = {name: value for name, value in settings.items() if value or name not in _OFF_ANYWAY}
    if unknown := sorted(meant.keys() - COMPLETION_WORDS.keys()):
        raise ValidationError(
            f"{', '.join(unknown)}: {target.host} is {Kind.OPENAI.value}, which does not know it.",
            hint="Leave it out, put the server's own word into extra_body=, or set server='tgi'.",
            task=TEXT_GENERATION.name,
        )
    words = {COMPLETION_WORDS[name]: value for name, value in meant.items()}
    return ({"model": target.model} if target.model else {}) | {"prompt": prompt} | words


def _response(target: Target, response: Response) -> TextGenerationResponse:
    """An answer in any of its three forms: `choices`, a list of one, or the object itself."""
    if target.kind is Kind.OPENAI:
        result = _of_completion(answer(response, Completion))
    elif response.body.lstrip()[:1] == b"[":
        result = next(iter(answer(response, list[TextGenerationResponse])), None)
    else:
        return answer(response, TextGenerationResponse)
    if result is None:
        raise DecodeError("The answer holds no text.", task=TEXT_GENERATION.name)
    result.__dict__["_http"] = response
    return result


def _of_completion(completion: Completion) -> TextGenerationResponse | None:
    if not completion.choices:
        return None
    choice = completion.choices[0]
    return TextGenerationResponse(choice.text, _details(choice, completion), completion.usage)


def _details(choice: CompletionChoice, completion: Completion) -> GenerationDetails:
    usage = completion.usage
    return GenerationDetails(
        finish_reason=choice.finish_reason,
        generated_tokens=usage.completion_tokens if usage else None,
        input_length=usage.prompt_tokens if usage else None,
    )


class _AnyChunk(TextGenerationChunk):
    """A chunk in either form."""

    choices: list[CompletionChoice] | None = None


_CHUNKS = decoding(_AnyChunk)


def _chunk(data: bytes) -> TextGenerationChunk:
    chunk = _CHUNKS(data)
    if not chunk.choices:
        return chunk
    choice = chunk.choices[0]
    chunk.token = GeneratedToken(text=choice.text)
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
