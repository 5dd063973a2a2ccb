"""What an emulator can be told, with its defaults."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hf_integrations.errors import ConfigurationError

DEFAULT_PORT = 4756
LONGEST_INPUT = 8_192  # tokens that an embedding reads, as of today's long-context models
LARGEST_BODY = 64 * 2**20  # bytes; what the router takes, with images in it

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
    """

    token: str | None = None
    models: tuple[str, ...] | None = None
    max_batch: int = 32
    max_body: int = 2_000_000
    dimensions: int = 384

    def __post_init__(self) -> None:
        for name in ("max_batch", "max_body", "dimensions"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} must be at least 1.")
        if self.token == "":
            raise ConfigurationError("token must not be empty; pass None to accept any token.")
        wrong = [model for model in self.models or () if not _MODEL.fullmatch(model)]
        if wrong:
            raise ConfigurationError("models must hold ids of the form name or org/name.")

    def serves(self, model: str) -> bool:
        """Tell whether `model` is served; a `:suffix` names a provider or policy."""
        if not _MODEL.fullmatch(model):
            return False
        return self.models is None or model in self.models or model.split(":")[0] in self.models

    def accepts(self, token: str) -> bool:
        """Tell whether `token` opens the door."""
        if self.token is not None:
            return token == self.token
        return bool(token) and not token.startswith("hf_invalid")
