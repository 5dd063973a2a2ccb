"""Calls as traces: whether one is to be watched, and its flow when it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec.structs import replace

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import Flow, OpenResponse
from hf_integrations.transport.tracing import Trace, begin, end

if TYPE_CHECKING:
    from hf_integrations.services.binding import Opening

T = TypeVar("T")

# An SDK that was not even loaded cannot be set up; looking here costs next to nothing. Its resource
# is needed by spans and metrics alike.
_SDK = "opentelemetry.sdk.resources"


class Tracer(Protocol):
    """What begins traces: `hf_integrations.telemetry.OpenTelemetry`."""

    def trace(
        self, config: HfInferenceConfig, name: str, args: tuple[Any, ...], kwargs: dict[str, Any],
        *, streamed: bool,
    ) -> Trace | None:  # fmt: skip
        """The trace of a call; None when it is not to be watched."""


def named(owner: type, name: str) -> str:
    """How a method is called in traces: `chat.complete`."""
    room = owner.__module__.removeprefix("hf_integrations.services.").partition(".")[0]
    return f"{room}.{name}"


def tracer(config: HfInferenceConfig) -> Tracer | None:
    """What is to be told of calls under these settings; None for nothing."""
    wanted = config.telemetry
    if wanted == "off" or (wanted == "auto" and _SDK not in sys.modules):
        return None
    if not isinstance(wanted, str):
        found: Tracer = wanted
        return found
    return _of_the_process(wanted)


def traced(
    tracer: Tracer, config: HfInferenceConfig, name: str, args: tuple[Any, ...],
    kwargs: dict[str, Any], flow: Flow[T],
) -> Flow[T]:  # fmt: skip
    """The flow of a call, watched."""
    trace = tracer.trace(config, name, args, kwargs, streamed=False)
    if trace is None:
        return (yield from flow)
    result = yield from _driven(trace, flow)
    trace.answered(result)
    return result


def traced_opening(
    tracer: Tracer, config: HfInferenceConfig, name: str, args: tuple[Any, ...],
    kwargs: dict[str, Any], opening: Opening[Any, Any],
) -> Opening[Any, Any]:  # fmt: skip
    """The same for a stream: its trace ends when it is closed."""

    def flow() -> Flow[OpenResponse]:
        trace = tracer.trace(config, name, args, kwargs, streamed=True)
        if trace is None:
            return (yield from opening.flow)
        body = yield from _driven(trace, opening.flow)
        opening.reader.trace = trace
        return body

    return replace(opening, flow=flow())


def _driven(trace: Trace, flow: Flow[T]) -> Flow[T]:
    token = begin(trace)
    try:
        return (yield from flow)
    except BaseException as error:
        trace.failed(error)
        raise
    finally:
        end(trace, token)


def _of_the_process(wanted: str) -> Tracer | None:
    """What the SDK of this process is told, through its global providers."""
    global _ready
    if _ready is not None:
        return _ready() if wanted == "auto" else _ready(always=True)
    try:
        from hf_integrations.telemetry.otel import of_the_process
    except ModuleNotFoundError as error:
        if str(error.name).startswith("hf_integrations"):
            raise
        raise ConfigurationError(
            "telemetry='on' needs OpenTelemetry, which is not installed.",
            hint="Run `pip install 'hf-integrations[otel]'`.",
        ) from error
    _ready = of_the_process
    return _of_the_process(wanted)


_ready: Callable[..., Tracer | None] | None = None
