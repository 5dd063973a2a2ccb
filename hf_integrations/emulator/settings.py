"""What an emulator can be told, with its defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hf_integrations.emulator.tasks.table import NAMES
from hf_integrations.errors import ConfigurationError

DEFAULT_PORT = 4756
LONGEST_INPUT = 8_192  # tokens that an embedding reads, as of today's long-context models
LARGEST_BODY = 64 * 2**20  # bytes; what the router takes, with images in it

ENGINES = ("tgi", "tei", "vllm", "sglang", "llama.cpp")
MAPPINGS = ("object", "list")
# What may be odd in a reply; each was seen in the wild (issues of TGI, vLLM, the Hub's clients).
ODDITIES: dict[str, str] = {
    "arguments_object": "a call's arguments as an object, not as text",
    "calls_object": "tool_calls as an object, not as a list",
    "no_index": "fragments of calls without an index",
    "same_index": "all calls of a stream with the index 0",
    "empty_ids": "calls with an empty id",
    "null_ids": "calls without an id",
    "repeated_ids": "the id and the name in every fragment of a call",
    "one_chunk": "two fragments of one call in one event",
    "finish_stop": "the reason stop with calls",
    "no_space": "events that begin with data: and no space",
    "pings": "comments between the events",
    "null_output": "replicate's reply of a cold model, once: no output yet",
    "job_fails": "a queued job that fails",
}
REASONINGS = ("reasoning", "reasoning_content", "think", "parts")

MODEL = "emulator/hashed-ngrams"  # of an engine that is told no other
_MODEL = re.compile(r"[\w.-]{1,96}(?:/[\w.-]{1,96})?(?::[\w.-]{1,64})?")


@dataclass(frozen=True, slots=True)
class Settings:
    """How one emulator behaves.

    Attributes:
        token: the only bearer token that is accepted; None accepts any that does not begin with
            `hf_invalid`.
        models: the ids that are served; None serves every id of the form `name` or `org/name`.
        max_batch: most inputs in one embedding request.
        max_body: most bytes in the body of an embedding or generation request.
        dimensions: length of the vectors.
        tasks: for models whose task is not to be guessed, its name on the Hub.
        engine: the one engine that is played; None plays everything at once.
        mapping: how the Hub tells who serves a model: as an `object` or as a `list`.
        reasoning: the form in which reasoning is told; None takes that of the provider or engine.
        oddity: what is odd in every reply, by its name in `ODDITIES`; "" is nothing.
        polls: how often a queued job is "not yet" done.
        hub_quota: requests to the Hub's API that a token has in five minutes.
    """

    token: str | None = None
    models: tuple[str, ...] | None = None
    max_batch: int = 32
    max_body: int = 2_000_000
    dimensions: int = 384
    tasks: Mapping[str, str] = field(default_factory=dict)
    engine: str | None = None
    mapping: str = "object"
    reasoning: str | None = None
    oddity: str = ""
    polls: int = 1
    hub_quota: int = 1_000

    def __post_init__(self) -> None:
        for name in ("max_batch", "max_body", "dimensions"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} must be at least 1.")
        if self.token == "":
            raise ConfigurationError("token must not be empty; pass None to accept any token.")
        wrong = [model for model in self.models or () if not _MODEL.fullmatch(model)]
        if wrong:
            raise ConfigurationError("models must hold ids of the form name or org/name.")
        if self.polls < 0 or self.hub_quota < 0:
            raise ConfigurationError("polls and hub_quota must be at least 0.")
        self._check_names()

    def _check_names(self) -> None:
        if set(self.tasks.values()) - NAMES:
            told = ", ".join(sorted(NAMES))
            raise ConfigurationError(f"tasks must name tasks of the Hub: {told}.")
        for name, value, known in (
            ("engine", self.engine, (None, *ENGINES)),
            ("mapping", self.mapping, MAPPINGS),
            ("reasoning", self.reasoning, (None, *REASONINGS)),
            ("oddity", self.oddity, ("", *ODDITIES)),
        ):
            if value not in known:
                told = ", ".join(str(one) for one in known if one)
                raise ConfigurationError(f"{name} must be one of {told}.")

    def task_of(self, model: str) -> str | None:
        """Return the task that was told for `model`."""
        return self.tasks.get(model)

    @property
    def own(self) -> str:
        """The id of the model that an engine serves: the first of `models`."""
        return next(iter(self.models or ()), MODEL)

    @property
    def is_alone(self) -> bool:
        """Whether there is but one model, as behind an engine or an endpoint."""
        return self.engine is not None or "endpoint" in self.tasks

    def serves(self, model: str) -> bool:
        """Tell whether `model` is served; a `:suffix` names a provider or policy."""
        if not _MODEL.fullmatch(model):
            return False
        return self.models is None or model in self.models or model.split(":")[0] in self.models

    def accepts(self, token: str) -> bool:
        """Tell whether `token` opens the door."""
        if self.token is not None:
            return token == self.token
        if self.engine is not None:
            return True  # an engine at home asks for nothing, unless it is told to
        return bool(token) and not token.startswith("hf_invalid")
