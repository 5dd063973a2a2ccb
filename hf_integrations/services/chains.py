"""What is known of failover chains: whose turn it is, who answered, who is ill."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from hf_integrations.config.failover import Alternative
from hf_integrations.transport.locked import Locked

if TYPE_CHECKING:
    from hf_integrations.services.context import Context

MOST_PINS = 10_000  # tool calls whose maker is remembered
_MOST_VIEWS = 256


class Chains(Locked):
    """Memory of a client and its views; safe to share between threads.

    Attributes:
        ill: the names of those that a background check found not to answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ill: frozenset[str] = frozenset()
        self._turns: dict[Any, int] = {}
        self._last: dict[Any, str] = {}
        self._pins: OrderedDict[str, str] = OrderedDict()
        self._views: OrderedDict[Any, tuple[Context, Context]] = OrderedDict()

    def turn(self, chain: Any) -> int:
        """The number of this turn."""
        key = _key(chain)
        with self._lock:
            number = self._turns.get(key, 0)
            self._turns[key] = number + 1
            return number

    def last(self, chain: Any) -> str | None:
        """Who answered last."""
        return self._last.get(_key(chain))

    def answered(self, chain: Any, name: str) -> None:
        """Somebody answered."""
        self._last[_key(chain)] = name

    def pin(self, call: str, name: str) -> None:
        """A tool was called for by somebody."""
        with self._lock:
            self._pins[call] = name
            while len(self._pins) > MOST_PINS:
                self._pins.popitem(last=False)

    def who_called(self, call: str) -> str | None:
        """Who called for a tool."""
        return self._pins.get(call)

    def view(self, context: Context, other: Alternative, changes: dict[str, Any]) -> Context:
        """The context for an alternative; made once for each, as settings are checked again."""
        key = (id(context), id(other), "base_url" in changes)
        with self._lock:
            kept = self._views.get(key)
        if kept is not None and kept[0] is context:
            return kept[1]
        view = context.view(context.config.with_options(**changes))
        with self._lock:
            self._views[key] = (context, view)
            while len(self._views) > _MOST_VIEWS:
                self._views.popitem(last=False)
        return view


def _key(chain: Any) -> tuple[tuple[str, str | None], ...]:
    return tuple((one.name, one.model) for one in chain)
