"""What a server says of the time a request took: in seconds, whatever it counts in itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from msgspec import Struct


class Timings(Struct, frozen=True, omit_defaults=True):
    """Seconds; None where the server does not say.

    Attributes:
        total: from the arrival of the request to its answer.
        compute: what is charged for; on one machine the same as total.
        validation: reading and checking the request.
        tokenization: cutting its text.
        queue: waiting for others.
        inference: the model's work.
        time_per_token: of the tokens that were written.

    Source: text-generation-inference, `router/src/server.rs`; text-embeddings-inference,
    `router/src/http/types.rs`; the OpenAI API, `openai-processing-ms`.
    """

    total: float | None = None
    compute: float | None = None
    validation: float | None = None
    tokenization: float | None = None
    queue: float | None = None
    inference: float | None = None
    time_per_token: float | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        """Those that stand in headers, whose names are in lower case."""
        total = _number(headers, "x-total-time", 1e-3)
        if total is None:
            total = _number(headers, "openai-processing-ms", 1e-3)
        # Of all these, text-generation-inference has this one alone in seconds, and it is the
        # other of the two engines that counts the tokens it has read.
        in_milliseconds = "x-compute-tokens" in headers or "x-tokenization-time" in headers
        return cls(
            total,
            _number(headers, "x-compute-time", 1e-3 if in_milliseconds else 1.0),
            _number(headers, "x-validation-time", 1e-3),
            _number(headers, "x-tokenization-time", 1e-3),
            _number(headers, "x-queue-time", 1e-3),
            _number(headers, "x-inference-time", 1e-3),
            _number(headers, "x-time-per-token", 1e-3),
        )


def _number(headers: Mapping[str, str], name: str, unit: float) -> float | None:
    try:
        number = float(headers[name]) * unit
    except (KeyError, ValueError):
        return None
    return number if 0 <= number < float("inf") else None
