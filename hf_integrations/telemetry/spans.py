"""One call as OpenTelemetry sees it: a span with its requests and waits, and metrics at its end.

Whatever goes wrong in here is logged and disturbs nobody. No message of an error is told, and
nothing of what was said unless `telemetry_content` asks for it.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from msgspec.structs import replace
from opentelemetry import context as contexts
from opentelemetry.trace import Span, SpanKind, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import HfError
from hf_integrations.flow import Flow, Request, Response
from hf_integrations.telemetry import conventions as names
from hf_integrations.telemetry import facts
from hf_integrations.telemetry.marks import event_of, facts_of, fail, kind_of
from hf_integrations.transport.telemetry import Exchange, host_of, log_raised

if TYPE_CHECKING:
    from hf_integrations.telemetry.otel import OpenTelemetry

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

_INFERENCE = frozenset({
    "chat", "text_generation", "embeddings", "text", "image", "audio", "video", "tabular", "client",
})  # fmt: skip


def quiet(
    method: Callable[Concatenate[Operation, P], R],
) -> Callable[Concatenate[Operation, P], R | None]:
    """A method that raises nothing: what it tells is less than what it tells of."""

    @functools.wraps(method)
    def call(self: Operation, /, *args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return method(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - as in `tell`
            log_raised(error)
            return None

    return call


class Operation:
    """One call, watched."""

    def __init__(
        self, otel: OpenTelemetry, config: HfInferenceConfig, name: str, args: tuple[Any, ...],
        kwargs: dict[str, Any], *, streamed: bool, sampled: bool,
    ) -> None:  # fmt: skip
        self._otel, self._config = otel, config
        self._name = name
        self._infers = name.partition(".")[0] in _INFERENCE
        self._operation = names.OPERATIONS.get(name, name)
        if name == "client.run":
            self._operation, args = facts.task_of(args), args[1:]
        self._began = self._last = time.perf_counter()
        self._first: float | None = None
        self._chunks = 0
        self._about: dict[str, Any] = {}
        self._span: Span | None = None
        self._open: list[Span] = []  # requests whose answer is still being streamed
        self._attached: tuple[contexts.Context, Any] | None = None
        self._over = False
        self._start(args, kwargs, streamed=streamed, sampled=sampled)

    @quiet
    def _start(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], *, streamed: bool, sampled: bool
    ) -> None:
        model = facts.named_model(kwargs.get("model"))
        if self._infers:
            self._about = {names.OPERATION: self._operation, names.PROVIDER: "huggingface"}
            if model:
                self._about[names.REQUEST_MODEL] = model
        if not sampled:
            return
        title = f"{self._operation} {model}".strip()
        kind = SpanKind.CLIENT if self._infers else SpanKind.INTERNAL
        span = self._otel.tracer.start_span(title, kind=kind, attributes=self._about)
        self._span = span
        if self._infers and span.is_recording():
            span.set_attributes(facts.asked(self._name, args, kwargs, streamed=streamed))
            if self._tells_content:
                from hf_integrations.telemetry import content

                span.set_attributes(content.said(args, kwargs))

    @property
    def _tells_content(self) -> bool:
        """Whether it is asked for, and the conventions have words for it."""
        return self._config.telemetry_content and self._operation in ("chat", "text_completion")

    @quiet
    def enter(self) -> None:
        """Be the current span, for what is done on the way."""
        self._attach(self._span)

    @quiet
    def leave(self) -> None:
        """No longer be."""
        self._detach(self._attached)

    def _attach(self, span: Span | None) -> None:
        if span is not None:
            mine = set_span_in_context(span)
            self._attached = mine, contexts.attach(mine)

    def _detach(self, attached: tuple[contexts.Context, Any] | None) -> None:
        """Only where it is attached: a flow that was forgotten is closed from anywhere."""
        if attached is not None and contexts.get_current() is attached[0]:
            contexts.detach(attached[1])

    def carried(self, request: Request) -> Request:
        """The request with a `traceparent`, where its server may know of the trace."""
        return self._carried(request) or request

    @quiet
    def _carried(self, request: Request) -> Request | None:
        whose, about = self._config.telemetry_propagation, request.about
        own = not about.provider and about.task not in ("", "endpoint management")
        if self._span is None or whose == "off" or (whose == "own" and not own):
            return None
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier, set_span_in_context(self._span))
        given = {name.lower() for name, _ in request.headers}
        new = tuple((name, value) for name, value in carrier.items() if name not in given)
        return replace(request, headers=request.headers + new)

    def sent(self, request: Request, ask: Callable[[Request], Flow[T]], number: int) -> Flow[T]:
        """Ask, within a span of its own."""
        span = self._asking(request, number)
        try:
            answer = yield from ask(request)
        except BaseException as error:
            self._refused(span, error)
            raise
        self._came(span, request, answer)
        return answer

    @quiet
    def _asking(self, request: Request, number: int) -> Span | None:
        about, host = request.about, host_of(request.url)
        address, _, port = host.rpartition(":") if host[-1:].isdigit() else (host, "", "")
        where: dict[str, Any] = {names.SERVER_ADDRESS: address or host}
        if port.isdigit():
            where[names.SERVER_PORT] = int(port)
        if about.task and self._infers:
            self._learn(request, where)
        if self._span is None:
            return None
        said: dict[str, Any] = {
            names.HTTP_METHOD: request.method,
            names.URL: request.url.partition("?")[0],
        }
        if number:
            said[names.HTTP_RESEND] = number
        span: Span = self._otel.tracer.start_span(
            request.method, kind=SpanKind.CLIENT, attributes={**where, **said}
        )
        return span

    def _learn(self, request: Request, where: dict[str, Any]) -> None:
        """What is known of a call once its request is there: whom it goes to, and for what."""
        about = request.about
        known = {**where, names.PROVIDER: facts.provider_named(about.provider)}
        if model := facts.named_model(about.model):
            known[names.REQUEST_MODEL] = model
        if self._name not in names.OPERATIONS:
            self._operation = names.BY_TASK.get(about.task, about.task)
            known[names.OPERATION] = self._operation
        self._about |= known
        if self._span is not None:
            self._span.update_name(f"{self._operation} {model}".strip())
            self._span.set_attributes({**known, names.TASK: about.task})

    @quiet
    def _refused(self, span: Span | None, error: BaseException) -> None:
        if span is not None:
            fail(span, kind_of(error))
            span.end()

    @quiet
    def _came(self, span: Span | None, request: Request, answer: Any) -> None:
        headers, status = answer.headers, answer.status
        if self._infers and request.about.task and "x-inference-provider" in headers:
            self._about[names.PROVIDER] = facts.provider_named("", headers)
        if span is None:
            return
        span.set_attribute(names.HTTP_STATUS, status)
        if status >= 400:
            fail(span, str(status))
        if isinstance(answer, Response):
            span.end()
        else:
            self._open.append(span)  # it ends with its stream

    def part(self, name: str, flow: Flow[T]) -> Flow[T]:
        """A flow within a span of its own."""
        span, attached = self._part(name) or (None, None)
        try:
            return (yield from flow)
        except BaseException as error:
            if span is not None:
                fail(span, kind_of(error))
            raise
        finally:
            self._parted(span, attached)

    @quiet
    def _part(self, name: str) -> tuple[Span, tuple[contexts.Context, Any]] | None:
        if self._span is None:
            return None
        span = self._otel.tracer.start_span(name, kind=SpanKind.INTERNAL)
        mine = set_span_in_context(span)
        return span, (mine, contexts.attach(mine))

    @quiet
    def _parted(self, span: Span | None, attached: tuple[contexts.Context, Any] | None) -> None:
        self._detach(attached)
        if span is not None:
            span.end()

    @quiet
    def heard(self, event: Any) -> None:
        """Note what happened on the way; of the whole exchange, that nothing was sent."""
        if self._span is None:
            return
        if isinstance(event, Exchange):
            if event.cached:
                self._span.set_attribute(names.CACHED, True)
            return
        self._span.add_event(*event_of(event))

    @quiet
    def item(self) -> None:
        """A piece of a stream came."""
        now = time.perf_counter()
        self._chunks += 1
        if self._first is None:
            self._first = now - self._began
            self._otel.first_chunk.record(self._first, self._about)
            if self._span is not None:
                self._span.set_attribute(names.FIRST_CHUNK, self._first)
                self._span.add_event("hf.first_chunk")
        else:
            self._otel.each_chunk.record(now - self._last, self._about)
        self._last = now

    @quiet
    def answered(self, result: Any) -> None:
        """It is over, with this."""
        self._finish(result, "")

    @quiet
    def failed(self, error: BaseException) -> None:
        """It is over, with an error."""
        self._finish(None, kind_of(error), error)

    @quiet
    def ended(self, error: HfError | None, whole: Callable[[], Any]) -> None:
        """Its stream is closed."""
        for span in self._open:
            if error is not None:
                fail(span, kind_of(error))
            span.end()
        if self._span is not None:
            self._span.set_attribute(names.CHUNKS, self._chunks)
        self._finish(whole(), kind_of(error) if error is not None else "", error)

    def _finish(self, result: Any, kind: str, error: BaseException | None = None) -> None:
        if self._over:
            return
        self._over = True
        told = facts.answer_of(result) if result is not None and self._infers else {}
        if self._operation == "embeddings":
            told.pop(names.OUTPUT_TOKENS, None)  # there are none to count
        if self._infers:
            self._measure(told, kind)
        span = self._span
        if span is None:
            return
        span.set_attributes(told)
        if self._tells_content and result is not None:
            from hf_integrations.telemetry import content

            span.set_attributes(content.answered(result))
        if kind:
            fail(span, kind)
            if isinstance(error, HfError):
                span.set_attributes(facts_of(error))
        span.end()

    def _measure(self, told: dict[str, Any], kind: str) -> None:
        about = dict(self._about)
        if names.RESPONSE_MODEL in told:
            about[names.RESPONSE_MODEL] = told[names.RESPONSE_MODEL]
        for name, direction in ((names.INPUT_TOKENS, "input"), (names.OUTPUT_TOKENS, "output")):
            if name in told:
                self._otel.tokens.record(told[name], {**about, names.TOKEN_TYPE: direction})
        seconds = time.perf_counter() - self._began
        self._otel.duration.record(seconds, about | ({names.ERROR_TYPE: kind} if kind else {}))
