"""Tokens: how a server of one's own cuts a text, counted by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, TypeVar, Unpack

from hf_integrations.errors import UnsupportedTaskError, ValidationError
from hf_integrations.flow import Flow, Response
from hf_integrations.models.estimates import Estimate, by_tokenizer, estimate, of_messages
from hf_integrations.models.messages import ChatMessage, as_messages
from hf_integrations.models.servers import ServerInfo
from hf_integrations.models.tokens import WORDS, Token, Words, prompt_in, text_in, tokens_in
from hf_integrations.routing.targets import Target, resolve
from hf_integrations.routing.tasks import Kind, Task
from hf_integrations.services import materials
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.services.options import Call, CallOptions
from hf_integrations.services.servers import engine_info
from hf_integrations.transport.exchange import answered

T = TypeVar("T")

TOKENS = Task("tokenization", dict.fromkeys((Kind.TGI, Kind.TEI, Kind.OPENAI), "/tokenize"))


def encode(
    context: Context, text: str, *, model: str | None = None, **options: Unpack[CallOptions]
) -> Flow[list[Token]]:
    """The tokens of a text, as the server's own tokenizer cuts it.

    Args:
        text: what to cut.
        model: the URL of a server of your own; or, at `base_url`, the model there.
        **options: extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        UnsupportedTaskError: what answers there has no such route; the router has none.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.

    Source: `POST /tokenize` of TGI, TEI, vLLM, SGLang and llama.cpp.
    """
    if not isinstance(text, str):
        raise ValidationError(f"text must be a string, not {type(text).__name__}.")
    asked = yield from _asked(context, model, options)
    if not text:
        return []  # some engines refuse it
    return (
        yield from asked.ask("/tokenize", {asked.words.field: text, **asked.words.rest}, tokens_in)
    )


def decode(
    context: Context,
    tokens: Sequence[int | Token],
    *,
    model: str | None = None,
    **options: Unpack[CallOptions],
) -> Flow[str]:
    """The text that tokens stand for; see `encode`.

    Args:
        tokens: their ids, or what `encode` gave.
        model: the URL of a server of your own; or, at `base_url`, the model there.
        **options: extra_body, extra_headers, timeout.

    Source: `POST /decode` of TEI, `POST /detokenize` of vLLM, SGLang and llama.cpp.
    """
    ids = [token.id if isinstance(token, Token) else token for token in _listed(tokens)]
    if not all(type(number) is int for number in ids):
        raise ValidationError("tokens must be whole numbers, or what encode() gave.")
    asked = yield from _asked(context, model, options)
    if asked.words.back is None:
        raise asked.unserved("has no way back from tokens to text")
    if not ids:
        return ""
    read = partial(text_in, words=asked.words)
    return (yield from asked.ask(asked.words.back, {asked.words.ids: ids}, read))


def _listed(tokens: Any) -> list[Any]:
    try:
        return list(tokens.tolist() if hasattr(tokens, "tolist") else tokens)
    except TypeError:
        raise ValidationError("tokens must be a list of whole numbers, or of tokens.") from None


def count(
    context: Context,
    text: str | ChatMessage | list[Any],
    *,
    by: Literal["server"] | Estimate = "server",
    tokenizer: Any = None,
    model: str | None = None,
    **options: Unpack[CallOptions],
) -> Flow[int]:
    """How many tokens a text has, or a conversation with all that the chat template adds.

    Args:
        text: a text; or messages, as `chat.complete` takes them.
        by: `server` asks the one that will read it, which knows exactly; `heuristic` guesses by
            characters and `words` by words, and ask nobody: of a conversation they count texts,
            and a few tokens for each message.
        tokenizer: one that is here, instead: of `tokenizers`, of `transformers`, or a function of
            a text.
        model: the URL of a server of your own; or, at `base_url`, the model there.
        **options: extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        UnsupportedTaskError: what answers there has no such route; of a conversation, TEI and
            SGLang have none.
    """
    if tokenizer is not None or by != "server":
        one = estimate(by) if tokenizer is None else by_tokenizer(tokenizer)
        return one(text) if isinstance(text, str) else of_messages(as_messages(text), one)
    if isinstance(text, str):
        return len((yield from encode(context, text, model=model, **options)))
    messages = as_messages(text)
    asked = yield from _asked(context, model, options)
    if asked.words.chat is None:
        raise asked.unserved("does not count the tokens of a conversation")
    if not materials.are_plain(messages):
        messages = yield from materials.in_words(context, messages)
    said = {"messages": messages}
    if asked.engine != "llama.cpp":
        return len((yield from asked.ask(asked.words.chat, said, tokens_in)))
    prompt = yield from asked.ask(asked.words.chat, said, prompt_in)
    written = {asked.words.field: prompt, **asked.words.rest}
    return len((yield from asked.ask("/tokenize", written, tokens_in)))


def info(context: Context, *, model: str | None = None) -> Flow[ServerInfo]:
    """What is known of a server of one's own: its engine, its model, its limits.

    It is asked once; what the setting `server` says is not asked.

    Args:
        model: the URL of a server of your own; or, at `base_url`, the model there.
    """
    target = resolve(context.config, TOKENS, model=model, provider=None)
    if target.provider or target.kind is Kind.ROUTER:
        raise UnsupportedTaskError(
            "The router tells nothing of its servers.",
            hint="Pass the URL of a server as model=; client.hub.profile() tells of models.",
        )
    return (yield from engine_info(context, target, TOKENS))


class _Asked:
    """An engine that has tokens, and how it is asked for them."""

    def __init__(self, context: Context, target: Target, call: Call, engine: str) -> None:
        self.engine, self._context, self._target, self._call = engine, context, target, call
        if engine not in WORDS:
            raise self.unserved("tells no tokens")
        self.words: Words = WORDS[engine]

    def ask(self, path: str, body: dict[str, Any], read: Callable[[Response], T]) -> Flow[T]:
        """The answer of a route, as it is read."""
        model = self._target.model if self.engine in ("vllm", "sglang") else None
        written = self._call.body(({"model": model} if model else {}) | body)
        request = self._call.request(
            self._context, self._target, TOKENS, written, path=path, repeat_after_timeout=True
        )
        return answered(request, self._context.patience, read)

    def unserved(self, why: str) -> UnsupportedTaskError:
        """The error that says so."""
        return UnsupportedTaskError(
            f"{self._target.host} ({self.engine or 'unknown'}) {why}.",
            hint="Served by TGI, TEI, vLLM, SGLang and llama.cpp; if it is one of these, set "
            "server=.",
            task=TOKENS.name,
            model=self._target.model,
        )


def _asked(context: Context, model: str | None, options: Any) -> Flow[_Asked]:
    call, others = Call.split(options)
    if others:
        raise ValidationError(f"{', '.join(others)}: there is no such parameter.")
    target = resolve(context.config, TOKENS, model=model, provider=None)
    if target.provider or target.kind is Kind.ROUTER:
        return _Asked(context, target, call, "the router")
    known = yield from engine_info(context, target, TOKENS)
    return _Asked(context, target, call, known.engine)


class _Tokens:
    count = method(count)
    decode = method(decode)
    encode = method(encode)
    info = method(info)


class RawTokens(_Tokens, RawService):
    """`client.tokens.with_raw_response`."""


class Tokens(_Tokens, Service):
    """`client.tokens`."""

    with_raw_response = raw(RawTokens)


class AsyncRawTokens(_Tokens, AsyncRawService):
    """`client.tokens.with_raw_response`, awaited."""


class AsyncTokens(_Tokens, AsyncService):
    """`client.tokens`, awaited."""

    with_raw_response = raw(AsyncRawTokens)
