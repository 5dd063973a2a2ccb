"""All faults that are to come: queued ones, storms, and scripts that ride on their requests."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from hf_integrations.emulator.faults.fault import Fault
from hf_integrations.emulator.faults.reading import from_header
from hf_integrations.emulator.faults.script import Script
from hf_integrations.emulator.records import RecordedRequest
from hf_integrations.errors import ConfigurationError

MOST_FAULTS = 1_000
MOST_RIDING = 1_000  # different texts of the header that are remembered


class Plan:
    """What is to go wrong; of several scripts for one request the first one decides."""

    def __init__(self) -> None:
        self._scripts: list[Script] = []
        self._riding: OrderedDict[str, Script] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, script: Script) -> None:
        """Let the faults of `script` wait for the requests that they are for."""
        with self._lock:
            if self._left() + script.left > MOST_FAULTS:
                raise ConfigurationError(f"More than {MOST_FAULTS} faults wait; reset first.")
            self._scripts.append(script)

    def take(self, request: RecordedRequest) -> Fault | None:
        """Return the fault for this request, and count it."""
        if not self._scripts:
            return None
        with self._lock:
            for script in self._scripts:
                if (found := script.take(request)) is not None:
                    if script.spent:
                        self._scripts.remove(script)
                    return found
        return None

    def ride(self, text: str, request: RecordedRequest) -> Fault | None:
        """Return the fault that the header of a request asks for.

        One fault spoils every request that asks for it. A script goes on with each request that has
        the same text; after its last step all is fine.

        Raises:
            ConfigurationError: the text is no script.
        """
        with self._lock:
            asked = self._riding.get(text) or from_header(text)
            if isinstance(asked, Fault):
                return asked
            self._riding[text] = asked
            self._riding.move_to_end(text)
            if len(self._riding) > MOST_RIDING:
                self._riding.popitem(last=False)
            return asked.take(request)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._scripts.clear()
            self._riding.clear()

    def shown(self) -> list[dict[str, Any]]:
        """Return what is to come, as JSON objects."""
        with self._lock:
            return [script.shown() for script in self._scripts]

    def __len__(self) -> int:
        with self._lock:
            return self._left()

    def _left(self) -> int:
        return sum(script.left for script in self._scripts)
