"""Texts by how well they answer a query, in as many requests as the server wants."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Unpack

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Flow, Response
from hf_integrations.models import parameters as said
from hf_integrations.models.replies import Answers
from hf_integrations.models.text import Ranked
from hf_integrations.routing.table import RANK
from hf_integrations.routing.targets import Target, resolve
from hf_integrations.routing.tasks import Kind
from hf_integrations.services.context import Context
from hf_integrations.services.infer import ask, checked_parameters, understood
from hf_integrations.services.inputs import prepared
from hf_integrations.services.options import Call
from hf_integrations.services.servers import settled
from hf_integrations.services.wording import worded

DEFAULT_BATCH = 32  # what TEI takes unless told otherwise


def rank(
    context: Context,
    query: str,
    texts: Sequence[str],
    *,
    top_k: int | None = None,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.TextRanking],
) -> Flow[Answers[Ranked]]:
    """Texts by how well they answer a query, the best first.

    A score is of one text and the query alone, so many texts may travel in several requests.

    Args:
        query: what is asked.
        texts: what may answer it.
        top_k: how many of the best are given; all of them by default.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.TextRanking`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        DecodeError: not every text has a score.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.

    Source: text-embeddings-inference, `POST /rerank`; vLLM and llama.cpp, `POST /v1/rerank`.
    """
    number: object = top_k
    if number is not None and (not isinstance(number, int) or number < 1):
        raise ValidationError("top_k must be a whole number, 1 or more.", task=RANK.name)
    call, given = Call.split(options)
    parameters = checked_parameters(RANK, given)
    target = resolve(context.config, RANK, model=model, provider=provider)
    target = yield from settled(context, target, RANK)
    yield from prepared(context, RANK, {"query": query, "texts": texts})
    result: Answers[Ranked] = Answers()
    size = _batch_size(context, target, len(texts))
    for start in range(0, len(texts), size):
        part = {"query": query, "texts": list(texts[start : start + size])}
        content = worded(target, RANK, part, parameters)
        read = partial(_placed, texts=texts, start=start, n=len(part["texts"]))
        found = yield from ask(context, call, target, RANK, content, read)
        result.http = found.http
        result += found
    result.sort(key=lambda one: -one.score)
    del result[top_k or len(texts) :]
    return result


def _batch_size(context: Context, target: Target, n: int) -> int:
    """What TEI takes at a time; others take all."""
    if target.kind is not Kind.TEI:
        return n
    known = context.servers.get(target.root)
    return (known.max_client_batch_size if known else None) or DEFAULT_BATCH


def _placed(response: Response, texts: Sequence[str], start: int, n: int) -> Answers[Ranked]:
    """Ranks with their texts and their places among all."""
    found: Answers[Ranked] = understood(RANK, response)
    if sorted(one.index for one in found) != list(range(n)):
        raise DecodeError(f"{n} texts gave {len(found)} ranks.", task=RANK.name)
    places = [start + one.index for one in found]
    found[:] = [Ranked(at, one.score, texts[at]) for at, one in zip(places, found, strict=True)]
    return found
