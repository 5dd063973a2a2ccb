"""Tokens as each engine's `/tokenize` tells them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.decoders import converted
from hf_integrations.models.replies import json_of, shaped, unfit
from hf_integrations.models.shapes import Received


class Token(Received):
    """One token of a text.

    Attributes:
        id: its number in the model's vocabulary.
        text: None where the server does not tell.
        special: it stands for no text, as a beginning does; only text-embeddings-inference tells.
        start: where it begins in the text, in characters; None where the server does not tell.
        stop: where it ends.
    """

    id: int
    text: str | None = None
    special: bool = False
    start: int | None = None
    stop: int | None = None


class _Pieces(Received):
    """What `/tokenize` of vLLM and SGLang says."""

    tokens: list[int]
    token_strs: list[str] | None = None


class _Told(Received):
    """What `/chat_tokenize` of text-generation-inference says."""

    tokenize_response: list[Token]


class Words(Struct, frozen=True):
    """How an engine is asked for tokens.

    Attributes:
        field: the name of the text.
        rest: what else is said.
        back: the route from tokens to text; None where there is none.
        ids: the name of the ids there.
        texts: the name of the text in its answer; None where that is a list of texts.
        chat: the route for a conversation; None where there is none.
    """

    field: str
    rest: dict[str, Any] = {}
    back: str | None = "/detokenize"
    ids: str = "tokens"
    texts: str | None = None
    chat: str | None = None


# Sources: router/src/lib.rs of text-generation-inference and text-embeddings-inference; vLLM,
# `entrypoints/openai/protocol.py`; SGLang, the same; llama.cpp, `tools/server/README.md`.
WORDS = {
    "tgi": Words("inputs", back=None, chat="/chat_tokenize"),
    "tei": Words("inputs", back="/decode", ids="ids"),
    "vllm": Words("prompt", {"return_token_strs": True}, texts="prompt", chat="/tokenize"),
    "sglang": Words("prompt", texts="text"),
    "llama.cpp": Words(
        "content", {"with_pieces": True, "add_special": True}, texts="content",
        chat="/apply-template",
    ),
}  # fmt: skip


def tokens_in(response: Response) -> list[Token]:
    """The tokens an engine has found, in any of their forms.

    Raises:
        DecodeError: there are none.
    """
    value = json_of(response)
    if isinstance(value, dict):
        if "tokenize_response" in value:
            return shaped(response, value, _Told).tokenize_response
        listed = value.get("tokens")
        if isinstance(listed, list) and listed and isinstance(listed[0], dict):
            return [_of_llama(response, one) for one in listed]
        return _of_vllm(shaped(response, value, _Pieces))
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return shaped(response, value, list[Token])


def text_in(response: Response, words: Words) -> str:
    """The text that tokens stand for."""
    value = json_of(response)
    found = value.get(words.texts) if isinstance(value, dict) and words.texts else value
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, str):
        raise unfit(response, "there is no text in it")
    return found


def prompt_in(response: Response) -> str:
    """The prompt that llama.cpp has made of a conversation."""
    return text_in(response, Words("", texts="prompt"))


def _of_vllm(pieces: _Pieces) -> list[Token]:
    texts = pieces.token_strs or []
    return [
        Token(number, texts[place] if place < len(texts) else None)
        for place, number in enumerate(pieces.tokens)
    ]


def _of_llama(response: Response, one: Any) -> Token:
    piece = one.get("piece") if isinstance(one, dict) else None
    if isinstance(piece, list):  # the bytes of what is no whole character
        try:
            piece = bytes(piece).decode("utf-8", "replace")
        except (TypeError, ValueError):
            raise unfit(response, "a piece is no text") from None
    try:
        return converted({"id": one.get("id"), "text": piece}, Token)
    except (msgspec.ValidationError, AttributeError) as error:
        raise DecodeError(f"The answer does not fit its shape: {error}.") from None
