"""Rate limits: how long the next request has to wait, by the settings and by what servers say.

Only arithmetic: who holds it sees to it that one thread at a time asks, and tells the time. Turns
are given in the order in which they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hf_integrations.config.guards import RateLimit

SCARCE = 0.1  # of the allowance; below, what is left is spread over the time until it is renewed
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Buckets:
    """What the settings allow: one bucket of tokens for each period of a limit.

    A bucket is kept as the time at which it will be full again, which needs no clock of its own.
    """

    __slots__ = ("_full",)

    def __init__(self) -> None:
        self._full: dict[float, float] = {}

    def wait(self, limit: RateLimit | None, now: float) -> float:
        """Seconds until the next turn."""
        wait = 0.0
        for seconds, count in limit.periods() if limit is not None else ():
            room = seconds - seconds / count  # a full bucket gives `count` tokens at once
            wait = max(wait, self._full.get(seconds, 0.0) - room - now)
        return wait

    def take(self, limit: RateLimit | None, now: float) -> None:
        """Take the next turn."""
        for seconds, count in limit.periods() if limit is not None else ():
            self._full[seconds] = max(self._full.get(seconds, 0.0), now) + seconds / count


class Allowance:
    """What a server said last of what one account may ask.

    Attributes:
        alert: whether somebody may have to wait for it.
    """

    __slots__ = ("_hold", "_interval", "_slot", "_until", "alert")

    def __init__(self) -> None:
        self.alert = False
        self._hold = self._until = self._slot = self._interval = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next turn."""
        paced = now < self._until
        self.alert = paced or now < self._hold
        return max(0.0, self._hold - now, self._slot - now if paced else 0.0)

    def take(self, now: float) -> None:
        """Take the next turn."""
        if now < self._until:
            self._slot = max(self._slot, now) + self._interval

    def learn(self, headers: Mapping[str, str], now: float) -> bool:
        """Take note of what a server says is left; whether it is scarce."""
        said = allowance(headers)
        if said is None:
            return False
        limit, left, reset = said
        if left >= SCARCE * limit:
            self._until = 0.0
            return False
        self.alert = True
        self._interval = reset / max(left, 1.0)
        self._until = now + reset
        self._slot = self._until if left < 1 else max(self._slot, now + self._interval)
        return True

    def hold(self, seconds: float, now: float) -> None:
        """Let nobody pass for so long: the server asked for it."""
        self.alert = True
        self._hold = max(self._hold, now + seconds)


def allowance(headers: Mapping[str, str]) -> tuple[float, float, float] | None:
    """Requests allowed, requests left, and seconds until they are renewed, if headers say so.

    Source: `x-ratelimit-*-requests` as OpenAI-compatible providers send them;
    draft-ietf-httpapi-ratelimit-headers, as the Hub sends it; `x-ratelimit-*` of older gateways.
    """
    for end in ("-requests", ""):
        left = _number(headers.get(f"x-ratelimit-remaining{end}"))
        if left is not None:
            limit = _number(headers.get(f"x-ratelimit-limit{end}"))
            reset = _duration(headers.get(f"x-ratelimit-reset{end}"))
            return None if limit is None or reset is None else (limit, left, reset)
    if "ratelimit" not in headers:
        return None
    given = headers["ratelimit"] + ";" + headers.get("ratelimit-policy", "")
    found = dict(re.findall(r"\b([rtq])=(\d+)", given))
    if not {"r", "t", "q"} <= found.keys():
        return None
    return float(found["q"]), float(found["r"]), float(found["t"])


def _number(text: str | None) -> float | None:
    return float(text) if text and _NUMBER.fullmatch(text.strip()) else None


def _duration(text: str | None) -> float | None:
    """`1.5`, `20ms`, `6m0s`; in seconds. A point in time, as some gateways send, is none."""
    if text is None:
        return None
    number = _number(text)
    if number is not None:
        return number if number < 1e8 else None
    parts = _PART.findall(text)
    return sum(float(count) * _UNITS[unit] for count, unit in parts) if parts else None
