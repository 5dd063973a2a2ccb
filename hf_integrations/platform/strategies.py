"""In which order a `ModelRouter` asks its adapters: plain arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

Strategy: TypeAlias = Literal["fallback", "cheapest", "fastest", "round_robin", "sticky"]
STRATEGIES: tuple[str, ...] = get_args(Strategy)
_WEIGHT = 0.3  # of the newest measurement; the older ones fade


class Candidate(Struct, frozen=True, kw_only=True):
    """What is known of an adapter when a request is at hand.

    Attributes:
        provider: its id.
        dollars: what the request will cost; None where nobody says.
        seconds: how long such requests take it; None where none was measured.
    """

    provider: str
    dollars: float | None = None
    seconds: float | None = None


def ordered(
    strategy: Strategy, candidates: Sequence[Candidate], *, turn: int = 0, session: str | None
) -> list[str]:
    """The ids, whom to ask first at the front.

    Args:
        strategy: `fallback`, as they were given; `cheapest`, those without a price last;
            `fastest`, those not measured yet first, so that they are; `round_robin`, each in turn;
            `sticky`, the same for the same session, and when adapters come or go, few move.
        candidates: in the order in which the router was given them.
        turn: how many requests there were before.
        session: of the request; without one, `sticky` is `fallback`.
    """
    found = list(candidates)
    if strategy == "cheapest":
        found.sort(key=lambda one: (one.dollars is None, one.dollars or 0.0))
    elif strategy == "fastest":
        found.sort(key=lambda one: (one.seconds is not None, one.seconds or 0.0))
    elif strategy == "round_robin" and found:
        found = found[turn % len(found) :] + found[: turn % len(found)]
    elif strategy == "sticky" and session is not None:
        found.sort(key=lambda one: sha256(f"{session}\n{one.provider}".encode()).digest())
    return [one.provider for one in found]


class Latencies:
    """How long adapters take for each kind of work, in seconds; the past fades.

    A measurement that is older than `keep` seconds is forgotten, so that who was slow is tried
    again.
    """

    def __init__(self, keep: float) -> None:
        self._keep = keep
        self._known: dict[tuple[str, str], tuple[float, float]] = {}

    def of(self, provider: str, kind: str, now: float) -> float | None:
        """Seconds, as far as known."""
        seconds, at = self._known.get((provider, kind), (None, 0.0))
        return seconds if now - at <= self._keep else None

    def answered(self, provider: str, kind: str, seconds: float, now: float) -> None:
        """One has answered."""
        old = self.of(provider, kind, now)
        mixed = seconds if old is None else old + _WEIGHT * (seconds - old)
        self._known[provider, kind] = (mixed, now)

    def failed(self, provider: str, kind: str, seconds: float, now: float) -> None:
        """One has failed: it is taken for twice as slow as the slowest."""
        same = [of for (_, what), (of, _) in self._known.items() if what == kind]
        self._known[provider, kind] = (2 * max([seconds, *same]), now)
