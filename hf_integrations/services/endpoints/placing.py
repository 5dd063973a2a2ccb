"""An endpoint named in a call becomes the place the call goes to: looked up, or started first."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec.structs import replace

from hf_integrations.errors import HfError, ModelLoadingError
from hf_integrations.flow import Flow
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
from hf_integrations.routing.targets import SERVERS, Target
from hf_integrations.routing.tasks import Kind
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.asking import (
    Endpoint,
    fetched,
    identified,
    known,
    tell_seen,
)
from hf_integrations.services.endpoints.lifecycle import UP, ordered
from hf_integrations.services.endpoints.waiting import (
    EndpointProgress,
    failed,
    paused,
    until_running,
)
from hf_integrations.transport.telemetry import ColdStart, tell
from hf_integrations.transport.tracing import part

# What serves a task at the engine of an image; the others are asked, as any server is.
_KINDS = {
    "vLLM": Kind.OPENAI, "sGLang": Kind.OPENAI, "llamacpp": Kind.OPENAI, "hfServe": Kind.OPENAI,
    "tgi": Kind.TGI, "tei": Kind.TEI,
}  # fmt: skip


def located(context: Context, target: Target) -> Flow[Target]:
    """The target with the URL of its endpoint.

    Raises:
        EndpointPausedError: it is paused, and `auto_resume_paused` is off.
        EndpointFailedError: it did not come up; the reason is attached.
        ModelLoadingError: it starts, and `auto_wait_for_model` is off.
    """
    endpoint = yield from identified(context, target.endpoint)
    info = yield from part("resolve", known(context, endpoint))
    if not _is_up(info):
        again = fetched(context, endpoint)  # what was remembered may be over
        info = yield from part("resolve", again)
    if not _is_up(info):
        try:
            info = yield from started(context, endpoint, info)
        except HfError as error:
            tell_seen(context, info, error)
            raise
    kind = SERVERS.get(context.config.server) or _KINDS.get(info.variant or "")
    model = target.model or (info.repository if kind is Kind.OPENAI else None)
    known_as = info.repository or ""
    return replace(target, root=info.url or "", kind=kind, model=model, hub_model=known_as)


def started(context: Context, endpoint: Endpoint, info: EndpointInfo) -> Flow[EndpointInfo]:
    """An endpoint that does not answer, once it does: resumed and waited for as the settings say.

    Raises:
        HfError: it will not answer by itself, or not in time.
    """
    config = context.config
    updating = info.status == EndpointStatus.UPDATING
    limit = config.endpoint_update_timeout if updating else config.cold_start_timeout
    if config.total_timeout is not None:
        limit = min(limit, config.total_timeout)
    if info.status == EndpointStatus.PAUSED:
        if not config.auto_resume_paused:
            raise paused(info)
        yield from ordered(context, endpoint, "resume", UP)
    elif info.status == EndpointStatus.FAILED:
        raise failed(info)
    elif not config.auto_wait_for_model:
        raise _loading(info)
    return (yield from _waited(context, endpoint, info, limit))


def _waited(
    context: Context, endpoint: Endpoint, info: EndpointInfo, limit: float
) -> Flow[EndpointInfo]:
    """Wait, and have it told as any cold start is: to `on_cold_start` and to who listens."""
    patience = context.patience
    told = patience.listeners
    if patience.on_cold_start is not None:
        told += (patience.on_cold_start,)
    waited = 0.0

    def say(*, over: bool = False, error: str = "") -> None:
        event = ColdStart(
            host=urlsplit(info.url or "").netloc, provider="", model=info.repository or info.id,
            waited=waited, next_wait=0.0, deadline=limit, over=over, error=error,
        )  # fmt: skip
        tell(told, event)

    def on_progress(progress: EndpointProgress) -> None:
        nonlocal waited
        waited = progress.waited
        say(over=progress.healthy is True)

    try:
        running = until_running(context, endpoint, limit, on_progress if told else None)
        return (yield from part("cold_start", running))
    except HfError as error:
        say(over=True, error=type(error).__name__)
        raise


def _is_up(info: EndpointInfo) -> bool:
    """Whether it can be asked: a request wakes one that sleeps, and the proxy says the rest."""
    hopeless = info.status in (EndpointStatus.PAUSED, EndpointStatus.FAILED)
    return info.url is not None and not hopeless


def _loading(info: EndpointInfo) -> HfError:
    return ModelLoadingError(
        f"The endpoint {info.id} is {info.status}.",
        hint="Ask again later, or let auto_wait_for_model wait for it.",
        model=info.repository,
    )
