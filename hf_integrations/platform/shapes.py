"""What an adapter says of itself and of a model: capabilities, status, costs."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from hf_integrations.transport.costs import Price

Capability: TypeAlias = Literal[
    "chat", "text_generation", "embeddings", "image_generation", "classification",
    "transcription", "speech", "function_calling", "structured_output", "vision", "streaming",
]  # fmt: skip


class Capabilities(Struct, frozen=True, kw_only=True):
    """What can be asked of a model, or of an adapter as a whole.

    Attributes:
        provider: the id of the adapter.
        model: which model; empty for the adapter as a whole.
        abilities: what is known to work.
        context_length: tokens of prompt and answer together; None where nobody says.
        price: US dollars for a million tokens; None where nobody says.
    """

    provider: str
    model: str = ""
    abilities: frozenset[Capability] = frozenset()
    context_length: int | None = None
    price: Price | None = None

    def __contains__(self, ability: object) -> bool:
        return ability in self.abilities


class AdapterStatus(Struct, frozen=True, kw_only=True):
    """How an adapter has fared so far; found without asking anybody.

    Attributes:
        provider: the id of the adapter.
        available: whether a call would be sent at all; False while all circuits are open.
        calls: exchanges that are over.
        errors: those that ended in an error, by its class.
        seconds: half of them took no longer; None before the first.
    """

    provider: str
    available: bool = True
    calls: int = 0
    errors: dict[str, int] = {}
    seconds: float | None = None


class CostEstimate(Struct, frozen=True, kw_only=True):
    """What a request will cost, reckoned before it is sent.

    Attributes:
        provider: the id of the adapter.
        model: which model.
        input_tokens: of the prompt, by its length.
        output_tokens: the most the answer may have, or what was assumed.
        price: US dollars for a million tokens; None where nobody says.
    """

    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    price: Price | None = None

    @property
    def dollars(self) -> float | None:
        """US dollars; None where nobody says a price."""
        price = self.price
        if price is None or (price.input is None and price.output is None):
            return None
        written = self.output_tokens * (price.output or 0)
        return (self.input_tokens * (price.input or 0) + written) / 1_000_000
