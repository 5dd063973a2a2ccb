"""Scripts: faults in sequence, and faults by chance that are the same in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Any, Protocol

from hf_integrations.emulator.faults.fault import Fault
from hf_integrations.emulator.records import RecordedRequest
from hf_integrations.errors import ConfigurationError

MOST_KNOWN = 100_000  # different requests whose draws a storm counts


class Script(Protocol):
    """What goes wrong with which request."""

    def take(self, request: RecordedRequest) -> Fault | None:
        """Return the fault for this request, and count it; None when it is not concerned."""

    @property
    def left(self) -> int:
        """How many faults are still to come; a storm, which does not end, counts as one."""

    @property
    def spent(self) -> bool:
        """Whether nothing is to come any more."""

    def shown(self) -> dict[str, Any]:
        """Return the script as a JSON object, for people."""


class Sequence:
    """Faults one after another, each for the next request that fits it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = list(faults)
        self._faults.reverse()  # the next one is at the end
        if not self._faults:
            raise ConfigurationError("A script has no faults in it.")

    def take(self, request: RecordedRequest) -> Fault | None:
        """Return the next fault if it fits this request."""
        if not self._faults or not self._faults[-1].fits(request):
            return None
        found = self._faults[-1]
        if found.times > 1:
            self._faults[-1] = replace(found, times=found.times - 1)
        else:
            self._faults.pop()
        return found

    @property
    def left(self) -> int:
        """How many faults are still to come, without their repetitions."""
        return len(self._faults)

    @property
    def spent(self) -> bool:
        """Whether all have come."""
        return not self._faults

    def shown(self) -> dict[str, Any]:
        """Return what is still to come."""
        return {"sequence": [_shown(one) for one in reversed(self._faults)]}


class Storm:
    """Faults by chance: one draw for each request that fits, the same draws for the same seed.

    A draw belongs to a request, not to its place in line: callers that race for the server meet
    the same faults in every run.

    Args:
        odds: faults with their probabilities, which add up to 1 at most; what is missing is fine.
        seed: of the draws. The n-th time that a request comes it always meets the same one.

    Raises:
        ConfigurationError: the probabilities cannot be.
    """

    def __init__(self, odds: Mapping[str, tuple[Fault, float]], *, seed: int = 0) -> None:
        chances = [chance for _, chance in odds.values()]
        if not odds or min(chances) < 0 or not 0 < sum(chances) <= 1 + 1e-9:
            raise ConfigurationError("The probabilities of a storm must add up to more than 0 and "
                                     "1 at most.")  # fmt: skip
        self._odds, self.seed = dict(odds), seed
        self._times: dict[bytes, int] = {}
        self.met: dict[str, int] = dict.fromkeys(odds, 0)
        self.asked = 0

    def take(self, request: RecordedRequest) -> Fault | None:
        """Draw for this request."""
        if not any(one.fits(request) for one, _ in self._odds.values()):
            return None
        self.asked += 1
        drawn = self._draw(request)
        for name, (fault, chance) in self._odds.items():
            drawn -= chance
            if drawn < 0:
                self.met[name] += 1
                return fault if fault.fits(request) else None
        return None

    def _draw(self, request: RecordedRequest) -> float:
        """Return a number below 1 that seed, request and how often it came decide."""
        words = f"{self.seed} {request.method} {request.path}?{request.query} ".encode()
        known = hashlib.blake2b(words + request.raw, digest_size=16).digest()
        times = self._times.pop(known, 0) + 1
        if len(self._times) >= MOST_KNOWN:
            del self._times[next(iter(self._times))]
        self._times[known] = times
        return Random(known + times.to_bytes(8)).random()  # noqa: S311 - weather, not secrets

    @property
    def left(self) -> int:
        """One, as it does not end."""
        return 1

    @property
    def spent(self) -> bool:
        """Never."""
        return False

    def shown(self) -> dict[str, Any]:
        """Return the odds, and what came of them so far."""
        odds = {name: chance for name, (_, chance) in self._odds.items()}
        return {"odds": odds, "seed": self.seed, "requests": self.asked, "met": dict(self.met)}


def _shown(fault: Fault) -> dict[str, Any]:
    plain = Fault()
    names = (name for name in Fault.__slots__ if getattr(fault, name) != getattr(plain, name))
    return {name: getattr(fault, name) for name in names}
