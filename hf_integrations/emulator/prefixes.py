"""Prompts that were read before: how much of a new one a server would not read again.

As OpenAI's cache does: from 1,024 tokens on, in whole steps of 128, whole messages only.
Source: https://platform.openai.com/docs/guides/prompt-caching.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b

from hf_integrations.emulator import tokens

LEAST, STEP = 1_024, 128  # tokens
MOST = 10_000  # prefixes that are remembered


class Prefixes:
    """The beginnings of all prompts, as digests."""

    def __init__(self, *, most: int = MOST) -> None:
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def read(self, model: str, messages: Iterable[str]) -> int:
        """Return the tokens of `messages` that were read before; all of them are remembered."""
        state, size, cached = blake2b(model.encode("utf-8", "replace"), digest_size=16), 0, 0
        with self._lock:
            for message in messages:
                state.update(b"\0" + message.encode("utf-8", "replace"))
                size += tokens.count(message)
                if state.digest() in self._known:
                    cached = size
                self._known[state.digest()] = None
                self._known.move_to_end(state.digest())
                if len(self._known) > self._most:
                    self._known.popitem(last=False)
        return cached // STEP * STEP if cached >= LEAST else 0

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._known.clear()
