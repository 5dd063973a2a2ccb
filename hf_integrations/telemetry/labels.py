"""Texts as labels: short, printable, and few, whatever models are called."""

from __future__ import annotations

from hf_integrations.transport.locked import Locked

LONGEST = 100  # characters
OTHERS = "others"


def label(text: str) -> str:
    """A text as the value of a label."""
    if len(text) <= LONGEST and text.isprintable():
        return text
    shown = "".join(char if char.isprintable() else "?" for char in text[:LONGEST])
    return shown if len(text) <= LONGEST else f"{shown[:-1]}…"


class Few(Locked):
    """Lets so many different texts be labels; those that come later are counted together."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The label of a text."""
        known = self._known.get(text)
        if known is not None:
            return known
        with self._lock:
            if len(self._known) >= self._most:
                return self._known.get(text, OTHERS)
            return self._known.setdefault(text, label(text))
