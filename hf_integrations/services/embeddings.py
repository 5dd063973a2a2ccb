"""Embeddings: n texts in, n vectors out, in as many requests as the server wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Literal, TypedDict, Unpack

from msgspec import Meta, Struct

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Flow, Response, side_by_side
from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.embeddings import EmbeddingResponse
from hf_integrations.models.shapes import Sent, as_dict, checked
from hf_integrations.routing.requests import credential
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import FEATURE_EXTRACTION, Kind
from hf_integrations.services.batches import Batch, as_json, split
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.services.gathering import Gathered
from hf_integrations.services.options import Call, CallOptions
from hf_integrations.services.recalling import recalled
from hf_integrations.services.servers import settled
from hf_integrations.services.truncation import truncated
from hf_integrations.services.unpacking import Vectors, unpack
from hf_integrations.services.vectors import normalized, similarity, top_k
from hf_integrations.transport.exchange import answered

DEFAULT_BATCH = 32  # what TEI takes unless told otherwise, and so what every server takes
_FEW = 5  # texts that may as well be asked one by one
_TOO_MANY = re.compile(r"batch size", re.IGNORECASE)


class EmbeddingParameters(TypedDict, total=False):
    """The parameters of embeddings; `EmbeddingSettings` says what each takes."""

    dimensions: int | None
    normalize: bool | None
    prompt_name: str | None
    truncate: bool | None
    truncation_direction: Literal["left", "right"] | None


class EmbeddingSettings(Sent, frozen=True, kw_only=True):
    """How texts are embedded, checked."""

    dimensions: Annotated[int, Meta(ge=1)] | None = None
    normalize: bool | None = None
    prompt_name: str | None = None
    truncate: bool | None = None
    truncation_direction: Literal["left", "right"] | None = None


class EmbeddingOptions(EmbeddingParameters, CallOptions, total=False):
    """Everything embeddings may be told besides inputs, model and provider."""


def create(
    context: Context,
    inputs: str | Sequence[str],
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[EmbeddingOptions],
) -> Flow[EmbeddingResponse]:
    """Turn n texts into n vectors.

    Texts travel in batches, several at a time; what the server finds too large is halved. The
    settings `embedding_batch_size`, `embedding_batch_bytes` and `embedding_concurrency` say how.

    Args:
        inputs: one text, or n of them.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `EmbeddingOptions`: normalize (scale each vector to length 1), truncate (cut
            what is too long instead of refusing it), truncation_direction, prompt_name (one the
            model defines, such as `query`), dimensions, and extra_body, extra_headers, timeout.

    Returns:
        The vectors, float32 n × d, in the order of the texts.

    Raises:
        ValidationError: an argument cannot be right, or texts were refused: `failed` says which
            and why, by index, and `partial` has the vectors of the others.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.

    Source: text-embeddings-inference, `POST /embed`; the OpenAI API, `POST /v1/embeddings`;
    huggingface_hub, `feature_extraction`.
    """
    call, parameters = Call.split(options)
    settings = checked(parameters, EmbeddingSettings)
    texts = as_json(inputs)
    target = context.requests.target(
        context.config, FEATURE_EXTRACTION, model=model, provider=provider
    )
    target = yield from settled(context, target, FEATURE_EXTRACTION)
    form = _form(target, settings)
    work = _Work(context, call, target, form)

    def embed(places: Sequence[int]) -> Flow[EmbeddingResponse]:
        wanted = [texts[place] for place in places]
        batches = split(wanted, most=_batch_size(context, target), most_bytes=work.room())
        into = Gathered(len(places))
        flows = [_embedded(work, batch, into) for batch in batches]
        found = yield from side_by_side(flows, limit=context.config.embedding_concurrency)
        return _joined([piece for pieces in found for piece in pieces], places, work, into)

    if not context.config.embedding_cache:
        return (yield from embed(range(len(texts))))
    said = sorted({**context.config.headers, **(call.extra_headers or {})}.items())
    # An endpoint may change its model, a gateway may choose one by a header, and not everybody
    # may see what a model gives.
    who = credential(context.config, target, target.url(FEATURE_EXTRACTION))
    place = f"{target.root}\n{target.hub_model}\n{form.path}\n{said}\n{who}"
    shape = place.encode() + b"\n" + work.call.body(form.rest) + (b"scaled" if form.scale else b"")
    return (yield from recalled(context, shape, target.model or target.host, texts, embed))


class _Form(Struct, frozen=True):
    """The dialect a batch is written in.

    Attributes:
        path: instead of the task's own.
        field: the name of the texts.
        rest: the other fields.
        scale: whether the vectors are scaled here, where the server cannot.
    """

    path: str
    field: str
    rest: dict[str, Any]
    scale: bool = False


def _form(target: Target, settings: EmbeddingSettings) -> _Form:
    target.url(FEATURE_EXTRACTION)  # raises where the task is not served
    given = as_dict(settings)
    native = given.keys() - {"dimensions"}
    if target.kind in (Kind.ROUTER, Kind.OWN):
        return _Form("", "inputs", given)
    if target.kind is Kind.TEI and native:
        return _Form("", "inputs", given)
    if unknown := sorted(native - {"normalize"}):
        raise ValidationError(
            f"{', '.join(unknown)}: {target.host} does not know it; of servers, TEI does.",
            hint="Leave it out, or put the server's own word into extra_body=.",
            task=FEATURE_EXTRACTION.name,
        )
    rest: dict[str, Any] = {"model": target.model} if target.model else {}
    if target.row is None:  # not every provider has base64
        rest["encoding_format"] = "base64"
    rest |= {name: value for name, value in given.items() if name == "dimensions"}
    path = "" if target.kind is Kind.OPENAI else "/v1/embeddings"
    return _Form(path, "input", rest, scale=bool(given.get("normalize")))


def _batch_size(context: Context, target: Target) -> int:
    known = context.servers.get(target.root)
    limit = known.max_client_batch_size if known else None
    return context.config.embedding_batch_size or limit or DEFAULT_BATCH


class _Work(Struct, frozen=True):
    """What the batches of one call have in common.

    Attributes:
        sent: an entry for each request; lists may be added to from several threads.
        passed: an entry for each request that was not refused.
    """

    context: Context
    call: Call
    target: Target
    form: _Form
    sent: list[None] = []
    passed: list[None] = []

    def room(self) -> int:
        """The bytes that texts may take in a body."""
        frame = len(Batch(0, []).body(self.form.field, self.call.body(self.form.rest)))
        return self.context.config.embedding_batch_bytes - frame

    def ask(self, batch: Batch, into: Gathered | None = None) -> Flow[Vectors]:
        """The vectors of a batch, put into their rows."""
        body = batch.body(self.form.field, self.call.body(self.form.rest))
        request = self.call.request(
            self.context, self.target, FEATURE_EXTRACTION, body,
            path=self.form.path, repeat_after_timeout=True, amount=len(batch.texts),
        )  # fmt: skip
        self.sent.append(None)
        read = partial(_vectors, batch=batch, form=self.form, into=into)
        found = yield from answered(request, self.context.patience, read)
        self.passed.append(None)
        return found


class _Piece(Struct, frozen=True):
    """What was said of a batch besides its vectors, or why its one text was refused."""

    start: int
    usage: TokenUsage | None = None
    model: str | None = None
    refusal: ValidationError | None = None


def _embedded(work: _Work, batch: Batch, into: Gathered) -> Flow[list[_Piece]]:
    """The pieces of a batch; what is too large, or holds a bad text, is halved until it fits."""
    try:
        found = yield from work.ask(batch, into)
        return [_Piece(batch.start, found.usage, found.model)]
    except ValidationError as error:
        if error.status is None:  # not the server's word: the call cannot be written at all
            raise
        refusal = error
    if len(batch.texts) == 1:
        return [_Piece(batch.start, refusal=refusal)]
    if len(batch.texts) > _FEW and not _about_size(refusal):
        yield from _check_some_text_passes(work, batch, refusal)
    pieces = []
    for half in batch.halves():
        pieces += yield from _embedded(work, half, into)
    return pieces


def _about_size(error: ValidationError) -> bool:
    return error.status == 413 or bool(_TOO_MANY.search(error.message))


def _check_some_text_passes(work: _Work, batch: Batch, refusal: ValidationError) -> Flow[None]:
    """Raise `refusal` if none passes of a few texts asked alone: then it is not the texts.

    Without this, a call that is wrong as a whole would be asked twice for each of its texts. Once
    anything has passed in this call, it is the texts.
    """
    last = len(batch.texts) - 1
    for place in sorted({0, last // 4, last // 2, 3 * last // 4, last}):
        if work.passed:
            return
        with suppress(ValidationError):
            yield from work.ask(Batch(batch.start + place, [batch.texts[place]]))
    if not work.passed:
        raise refusal


def _vectors(response: Response, batch: Batch, form: _Form, into: Gathered | None) -> Vectors:
    found = unpack(response)
    if len(found.array) != len(batch.texts):
        raise DecodeError(f"{len(batch.texts)} texts gave {len(found.array)} vectors.")
    if form.scale:
        found = Vectors(normalized(found.array), found.usage, found.model)
    if into is not None:
        into.put(batch.start, found.array)
    return found


def _joined(
    pieces: list[_Piece], places: Sequence[int], work: _Work, into: Gathered
) -> EmbeddingResponse:
    """The vectors together; a refused text is named by its place among all."""
    refused = {places[piece.start]: piece.refusal for piece in pieces if piece.refusal is not None}
    result = _response(pieces, work, into) if len(refused) < len(places) else None
    if result is not None and not refused:
        return result
    index, first = min(refused.items())
    others = f" (and {len(refused) - 1} more, see .failed)" if len(refused) > 1 else ""
    error = ValidationError(
        f"inputs[{index}] was refused{others}: {first.message}",
        hint="`partial` has the vectors of the other texts; rows of refused ones are NaN."
        if result is not None else first.hint,
        status=first.status, provider=first.provider, model=first.model, task=first.task,
        request_id=first.request_id,
    )  # fmt: skip
    error.failed = {index: refusal.message for index, refusal in sorted(refused.items())}
    error.partial = result
    raise error


def _response(pieces: list[_Piece], work: _Work, into: Gathered) -> EmbeddingResponse:
    vectors = into.array([piece.start for piece in pieces if piece.refusal is not None])
    parts = [piece for piece in pieces if piece.refusal is None]
    model = parts[0].model or work.target.model
    return EmbeddingResponse(vectors, model=model, usage=_usage(parts), requests=len(work.sent))


def _usage(parts: list[_Piece]) -> TokenUsage | None:
    counts = [part.usage for part in parts if part.usage is not None]
    if len(counts) < len(parts):
        return None
    return TokenUsage(
        prompt_tokens=sum(count.prompt_tokens for count in counts),
        total_tokens=sum(count.total_tokens for count in counts),
    )


class _Embeddings:
    create = method(create)
    truncated = method(truncated)
    similarity = staticmethod(similarity)
    top_k = staticmethod(top_k)


class RawEmbeddings(_Embeddings, RawService):
    """`client.embeddings.with_raw_response`."""


class Embeddings(_Embeddings, Service):
    """`client.embeddings`."""

    with_raw_response = raw(RawEmbeddings)


class AsyncRawEmbeddings(_Embeddings, AsyncRawService):
    """`client.embeddings.with_raw_response`, awaited."""


class AsyncEmbeddings(_Embeddings, AsyncService):
    """`client.embeddings`, awaited; `similarity` and `top_k` are plain arithmetic."""

    with_raw_response = raw(AsyncRawEmbeddings)
