"""One endpoint: what it is to be, and which state it is in by the clock.

Nothing here runs by itself: whoever looks calls `settle` first, which lets pass what was due.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

MOST_LINES = 1_000

# The states in which some replica may answer.
SERVING = frozenset(("running", "updating", "updateFailed"))
STARTING = frozenset(("pending", "initializing"))


@dataclass(frozen=True, slots=True)
class Times:
    """How long things take, in seconds of the clock.

    Attributes:
        pending: until a machine is found.
        initializing: until the model is loaded.
        updating: until a new version has taken over.
        warming: from `running` until the health route answers.
    """

    pending: float = 1.0
    initializing: float = 2.0
    updating: float = 2.0
    warming: float = 0.0


@dataclass(slots=True)
class Deployment:
    """One endpoint.

    Attributes:
        spec: what the owner asked for, in the words of the API.
        used: when it was last asked something.
        start_fails: the message with which the next start ends; empty for one that goes well.
        update_fails: the same of the next update.
    """

    namespace: str
    name: str
    spec: dict[str, Any]
    times: Times
    created: float
    updated: float = 0.0
    state: str = "pending"
    message: str = ""
    since: float = 0.0
    used: float = 0.0
    deployed: bool = False
    start_fails: str = ""
    update_fails: str = ""
    answers: dict[int, int] = field(default_factory=dict)
    lines: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    _due: list[tuple[float, str, str]] = field(default_factory=list)

    def start(self, now: float, *, machine: bool = True) -> None:
        """Begin to start; with a `machine` one has to be found first."""
        first = "pending" if machine else "initializing"
        found = now + (self.times.pending if machine else 0.0)
        self._enter(now, first, "Waiting for hardware" if machine else "Endpoint is initializing")
        self._due = [(found, "initializing", "Endpoint is initializing")] if machine else []
        end = found + self.times.initializing
        failed, self.start_fails = self.start_fails, ""
        self._due.append((end, "failed", failed) if failed else (end, "running", "Ready"))

    def change(self, now: float) -> None:
        """Begin to run what `spec` says now."""
        self.updated = now
        if self.state in ("failed", *STARTING):
            self.start(now)
        elif self.state in SERVING:
            failed, self.update_fails = self.update_fails, ""
            self._enter(now, "updating", "Endpoint is updating")
            end = now + self.times.updating
            self._due = [(end, "updateFailed", failed) if failed else (end, "running", "Ready")]

    def stop(self, now: float, state: str) -> None:
        """Go to `paused` or `scaledToZero`."""
        self._due = []
        self._enter(now, state, "Endpoint is paused" if state == "paused" else "Scaled to zero")

    def force(self, now: float, state: str, message: str = "") -> None:
        """Be in any state from now on, also in one that nobody knows."""
        self._due = []
        self.deployed = self.deployed or state in SERVING
        self._enter(now, state, message)

    def settle(self, now: float) -> None:
        """Let pass what was due until now."""
        while True:
            if self._due and self._due[0][0] <= now:
                moment, state, message = self._due.pop(0)
                self.deployed = self.deployed or state in ("initializing", "running")
                self._enter(moment, state, message)
            elif (asleep := self._asleep_at()) is not None and asleep <= now:
                self.stop(asleep, "scaledToZero")
            else:
                return

    def _asleep_at(self) -> float | None:
        scaling = self.spec["compute"]["scaling"]
        minutes = scaling.get("scaleToZeroTimeout")
        if self.state != "running" or scaling["minReplica"] > 0 or not minutes:
            return None
        return max(self.used, self.since) + 60.0 * float(minutes)

    def _enter(self, now: float, state: str, message: str) -> None:
        if (state, message) != (self.state, self.message):
            self.lines.append((now, f"{state}: {message}" if message else state))
        self.state, self.message, self.since = state, message, now
        self.updated = max(self.updated, now)

    def answers_at(self, now: float) -> bool:
        """Whether a replica answers."""
        warming = self.times.warming if self.state == "running" else 0.0
        return self.state in SERVING and now >= self.since + warming

    @property
    def replicas(self) -> tuple[int, int]:
        """How many replicas are ready, and how many there are to be."""
        wanted = max(1, int(self.spec["compute"]["scaling"]["minReplica"]))
        if self.state in SERVING:
            return wanted, wanted
        return 0, wanted if self.state in STARTING else 0

    def log(self, now: float, line: str) -> None:
        """Write a line into the log."""
        self.lines.append((now, line))

    def count(self, status: int) -> None:
        """Count an answer."""
        self.answers[status] = self.answers.get(status, 0) + 1
