"""The two routes of `HfInferenceLLM`: what each is told, and how its answers read; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.outputs import Generation, GenerationChunk

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ValidationError
from hf_integrations.langchain.usage import token_usage
from hf_integrations.models.chat import TokenUsage
from hf_integrations.routing.targets import resolve
from hf_integrations.routing.tasks import CHAT

# What a chat understands of the words of a generation, and its own words for it.
_CHAT_WORDS = {
    "frequency_penalty": "frequency_penalty",
    "max_new_tokens": "max_tokens",
    "seed": "seed",
    "stop": "stop",
    "temperature": "temperature",
    "top_p": "top_p",
}
_CALL = frozenset({"model", "provider", "timeout", "extra_body", "extra_headers"})


@dataclass(frozen=True, slots=True)
class Route:
    """One way to have a text continued.

    Attributes:
        service: the client's service, by name.
        whole: its method for a whole answer.
        arguments: what the method is called with, for a prompt and its parameters.
        keeps_stop: whether the answer ends with the stop sequence that ended it.
    """

    service: str
    whole: str
    arguments: Callable[[str, dict[str, Any]], dict[str, Any]]
    keeps_stop: bool


def route_of(
    config: HfInferenceConfig, via: str, *, model: str | None, provider: str | None
) -> Route:
    """The route by the setting `via`; `auto` chats where the router chooses among providers."""
    if via != "auto":
        return ROUTES[via]
    target = resolve(config, CHAT, model=model, provider=provider)
    chats = target.provider not in ("", "hf-inference")  # empty at a server of one's own
    return ROUTES["chat" if chats else "generation"]


def generation(answer: Any, stops: Sequence[str]) -> Generation:
    """A whole answer of either route, without the stop sequence that ended it."""
    text = StopTrimmer(stops)
    return Generation(
        text=text.feed(answer.text) + text.rest(),
        generation_info=_info(answer.finish_reason, answer.usage),
    )


def piece(text: str) -> GenerationChunk:
    """A piece of a stream."""
    return GenerationChunk(text=text)


def last_piece(text: str, finish_reason: str | None, usage: TokenUsage | None) -> GenerationChunk:
    """The last piece of a stream, which says how it went."""
    return GenerationChunk(text=text, generation_info=_info(finish_reason, usage))


class StopTrimmer:
    """Takes the stop sequence off the end of a text that comes in pieces.

    Source: text-generation-inference leaves it there; OpenAI's API does not.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._held = ""

    def feed(self, text: str) -> str:
        """What is certain to stay of the text so far and was not given yet."""
        self._held += text
        keep = max((_overlap(self._held, stop) for stop in self._stops), default=0)
        ready = self._held[: len(self._held) - keep]
        self._held = self._held[len(ready) :]
        return ready

    def rest(self) -> str:
        """What was held back, without the stop sequence at its end."""
        held, self._held = self._held, ""
        ending = max((stop for stop in self._stops if held.endswith(stop)), key=len, default="")
        return held.removesuffix(ending)


def _overlap(text: str, stop: str) -> int:
    """How long the longest end of `text` is that `stop` begins with."""
    most = min(len(text), len(stop))
    return next((n for n in range(most, 0, -1) if text.endswith(stop[:n])), 0)


def _info(finish_reason: str | None, usage: TokenUsage | None) -> dict[str, Any]:
    info = {"finish_reason": finish_reason, "token_usage": token_usage(usage)}
    return {name: value for name, value in info.items() if value}


def _generation_arguments(prompt: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": prompt, **parameters}


def _chat_arguments(prompt: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters in a chat's words; one that a chat does not know raises."""
    meant = {name: value for name, value in parameters.items() if value is not False}
    if unknown := sorted(meant.keys() - _CHAT_WORDS.keys() - _CALL):
        raise ValidationError(
            f"{', '.join(unknown)}: a chat does not know it.",
            hint="Leave it out, put the server's own word into extra_body=, "
            "or set via='generation'.",
        )
    told = {_CHAT_WORDS.get(name, name): value for name, value in meant.items()}
    return {"messages": prompt, **told}


ROUTES = {
    "generation": Route("text_generation", "generate", _generation_arguments, keeps_stop=True),
    "chat": Route("chat", "complete", _chat_arguments, keeps_stop=False),
}
