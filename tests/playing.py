"""A flow answered by hand: no network, no clock, no patching."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from hf_integrations.errors import HfError
from hf_integrations.flow import About, All, Ask, Flow, OpenResponse, Request, Response, Timeout

T = TypeVar("T")
Reply: TypeAlias = Response | OpenResponse | HfError | None

REQUEST = Request("POST", "https://host/path", Timeout(1.0, total=2.0))


def play(
    flow: Flow[T], answers: Sequence[Reply], steps: list[Ask] | None = None
) -> tuple[T, list[Ask]]:
    """Answer each ask of `flow` with the next of `answers`; the result, and the asks in order.

    An `HfError` is thrown, None answers a `Sleep`. Flows side by side are played one by one. For a
    flow that fails, pass a list as `steps`.
    """
    left, steps = list(answers), [] if steps is None else steps
    result = _run(flow, left, steps)
    assert not left, f"{len(left)} answers were not asked for"
    return result, steps


def _run(flow: Flow[T], left: list[Reply], steps: list[Ask]) -> T:
    try:
        ask = next(flow)
        while True:
            steps.append(ask)
            if isinstance(ask, All):
                ask = flow.send([_run(one, left, steps) for one in ask.flows])
            elif isinstance(answer := left.pop(0), HfError):
                ask = flow.throw(answer)
            else:
                ask = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


def request(body: bytes = b"", *, token: str = "", about: About = REQUEST.about) -> Request:
    """A request as services make them."""
    headers = (("authorization", f"Bearer {token}"),) if token else ()
    return Request(
        "POST",
        "https://host/path",
        Timeout(1.0, total=2.0),
        headers=headers,
        body=body,
        about=about,
    )


def elsewhere(value: T) -> T:
    """What arrives in another process."""
    result: T = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own pickle
    return result
