"""What calls have used and cost: tokens as servers count them, by provider and model."""

from __future__ import annotations

from msgspec import Struct

from hf_integrations.flow import About
from hf_integrations.transport.telemetry import Event, Exchange, Gathering

_MILLION = 1_000_000


class Price(Struct, frozen=True):
    """US dollars for a million tokens; None where nobody says."""

    input: float | None = None
    output: float | None = None


class Cost(Struct, frozen=True):
    """What one model has used at one provider.

    Attributes:
        provider: who was asked; a host at a server of one's own.
        model: which model.
        requests: exchanges that were answered.
        input_tokens: as far as servers counted them.
        output_tokens: the same of the answers.
        dollars: what they cost by the price list; None where it names no price.
    """

    provider: str
    model: str
    requests: int
    input_tokens: int
    output_tokens: int
    dollars: float | None


class Costs(Struct, frozen=True):
    """What all have used; `dollars` is the sum of what has a price."""

    by_model: list[Cost]

    @property
    def dollars(self) -> float:
        """All that has a price."""
        return sum(one.dollars or 0.0 for one in self.by_model)

    @property
    def unpriced(self) -> list[str]:
        """Models without a price, which count as nothing."""
        return [one.model or one.provider for one in self.by_model if one.dollars is None]

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said, things

        return said("", below=things(self.by_model), notes=[f"{self.dollars:.4f} USD together"])


class Tally(Gathering):
    """Adds up tokens, knows prices that it was told, and what calls on their way may cost."""

    def __init__(self) -> None:
        super().__init__()
        self._reserved = 0.0
        self._used: dict[tuple[str, str], list[int]] = {}
        self._prices: dict[tuple[str, str], Price | None] = {}

    def __call__(self, event: Event) -> None:
        """Add an exchange."""
        if not isinstance(event, Exchange) or event.cached:
            return
        whose = (event.provider or event.host, event.model)
        with self._lock:
            self._add(whose, event.provider, event.input_tokens, event.output_tokens)

    def unknown(self) -> list[tuple[str, str]]:
        """Providers and models whose price has not been looked up yet."""
        with self._lock:
            self._count_noted()
            return [key for key in self._used if key not in self._prices]

    def learn(self, provider: str, model: str, price: Price | None) -> None:
        """A price, or that there is none."""
        with self._lock:
            self._prices[provider, model] = price

    def knows(self, provider: str, model: str) -> bool:
        """Whether a price, or that there is none, was told."""
        return (provider, model) in self._prices

    def estimate(self, provider: str, model: str, read: int, written: int) -> float:
        """Dollars that so many tokens cost; nothing where there is no price."""
        return self._cost(provider, model, 0, read, written).dollars or 0.0

    def reserve(self, dollars: float, budget: float) -> float | None:
        """Keep dollars of a budget for a call on its way; what is left of it if that is too few."""
        with self._lock:
            left = budget - self._costs().dollars - self._reserved
            if left <= 0 or dollars > left:
                return max(0.0, left)
            self._reserved += dollars
            return None

    def release(self, dollars: float) -> None:
        """The call is over; what it has used is counted."""
        with self._lock:
            self._reserved = max(0.0, self._reserved - dollars)

    def costs(self) -> Costs:
        """What was used so far."""
        with self._lock:
            return self._costs()

    def clear(self) -> None:
        """Begin anew; prices stay known."""
        with self._lock:
            self._noted.clear()
            self._used.clear()

    def _count(
        self, whose: str, about: About, seconds: float, read: int | None, written: int | None
    ) -> None:
        self._add((whose, about.model), about.provider, read, written)

    def _add(
        self, key: tuple[str, str], provider: str, read: int | None, written: int | None
    ) -> None:
        if read is None and written is None:
            return
        used = self._used.get(key) or self._used.setdefault(key, [0, 0, 0])
        used[0] += 1
        used[1] += read or 0
        used[2] += written or 0
        if not provider:
            self._prices.setdefault(key, None)  # a server of one's own has no list

    def _costs(self) -> Costs:
        self._count_noted()
        return Costs([self._cost(*key, *used) for key, used in self._used.items()])

    def _cost(self, provider: str, model: str, requests: int, read: int, written: int) -> Cost:
        price, dollars = self._prices.get((provider, model)), None
        if price is not None and (price.input is not None or price.output is not None):
            dollars = (read * (price.input or 0) + written * (price.output or 0)) / _MILLION
        return Cost(provider, model, requests, read, written, dollars)
