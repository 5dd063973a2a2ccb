"""Which texts a model would not read to their end: said before they are embedded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Unpack

from msgspec import Struct

from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.flow import Flow, side_by_side
from hf_integrations.routing.targets import resolve
from hf_integrations.services.context import Context
from hf_integrations.services.options import CallOptions
from hf_integrations.services.servers import server_info, settled
from hf_integrations.services.tokens import TOKENS, encode


class Truncated(Struct, frozen=True):
    """A text that is longer than the model reads.

    Attributes:
        index: its place among the texts.
        tokens: how many it has.
        limit: how many the model reads; what comes after is cut, or the text refused.
    """

    index: int
    tokens: int
    limit: int


def truncated(
    context: Context,
    inputs: str | Sequence[str],
    *,
    model: str | None = None,
    **options: Unpack[CallOptions],
) -> Flow[list[Truncated]]:
    """The texts that are longer than the model reads; servers cut them and do not say so.

    The server counts: only texts that could be too long are sent to it, several at a time.

    Args:
        inputs: one text, or n of them.
        model: the URL of a server of your own; or, at `base_url`, the model there.
        **options: extra_body, extra_headers, timeout.

    Raises:
        ValidationError: the inputs are no texts; nothing was sent.
        UnsupportedTaskError: what answers there tells no limit or no tokens; the router does not.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.

    Source: text-embeddings-inference, `GET /info` (max_input_length), `POST /tokenize`.
    """
    given: object = inputs
    if isinstance(given, (bytes, bytearray, Mapping)) or not isinstance(given, Iterable):
        raise ValidationError("inputs: give a string or a list of strings.")
    texts = [inputs] if isinstance(inputs, str) else list(inputs)
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValidationError(f"inputs[{index}] must be a string, not {type(text).__name__}.")
    target = resolve(context.config, TOKENS, model=model, provider=None)
    target = yield from settled(context, target, TOKENS)
    limit = None
    if not target.provider:
        limit = (yield from server_info(context, target, TOKENS)).max_input_length
    if limit is None:
        raise UnsupportedTaskError(
            f"{target.host} does not say how many tokens it reads.",
            hint="text-embeddings-inference does, in /info.",
            model=model,
        )
    long = [index for index, text in enumerate(texts) if _may_exceed(text, limit)]
    asks = [encode(context, texts[index], model=model, **options) for index in long]
    counts = yield from side_by_side(asks, limit=context.config.embedding_concurrency)
    return [
        Truncated(index, len(tokens), limit)
        for index, tokens in zip(long, counts, strict=True)
        if len(tokens) > limit
    ]


_SPECIAL = 2  # tokens that stand for no text: where it begins and ends


def _may_exceed(text: str, limit: int) -> bool:
    """A token is at least a byte of text."""
    return len(text.encode(errors="replace")) + _SPECIAL > limit
