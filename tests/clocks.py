"""A clock that moves when it is told to, and a way to play flows by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hf_integrations.errors import HfError
from hf_integrations.flow import Flow, Sleep, Wait

T = TypeVar("T")


class Clock:
    """Seconds that pass only while a flow sleeps, or when they are added."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now

    def play(self, flow: Flow[T], answers: Sequence[Any]) -> T:
        """Answer requests in order, a function by what it returns; sleeps pass in no time."""
        left = list(answers)
        try:
            ask = next(flow)
            while True:
                if isinstance(ask, Sleep):
                    self.now += ask.seconds
                    ask = flow.send(None)
                    continue
                assert not isinstance(ask, Wait), "nobody else is here to wait for"
                answer = left.pop(0)
                answer = answer() if isinstance(answer, Callable) else answer  # type: ignore[arg-type]
                ask = flow.throw(answer) if isinstance(answer, HfError) else flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            assert not left
            return result
