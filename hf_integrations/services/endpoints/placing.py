"""An endpoint named in a call becomes the place the call goes to: looked up, or started first."""

from __future__ import annotations

from msgspec.structs import replace

from hf_integrations.errors import HfError, ModelLoadingError
from hf_integrations.flow import Flow
from hf_integrations.models.endpoint_images import EndpointImage
from hf_integrations.models.endpoints import EndpointInfo, EndpointStatus
from hf_integrations.routing.targets import SERVERS, Target
from hf_integrations.routing.tasks import Kind
from hf_integrations.services.context import Context
from hf_integrations.services.endpoints.asking import Endpoint, fetched, identified, known
from hf_integrations.services.endpoints.lifecycle import UP, ordered
from hf_integrations.services.endpoints.waiting import failed, paused, until_running

# What serves a task at the engine of an image; the others are asked, as any server is.
_KINDS = {
    "vLLM": Kind.OPENAI, "sGLang": Kind.OPENAI, "llamacpp": Kind.OPENAI, "hfServe": Kind.OPENAI,
    "tgi": Kind.TGI, "tei": Kind.TEI,
}  # fmt: skip


def placed(context: Context, target: Target) -> Flow[Target]:
    """The target with the URL of its endpoint.

    Raises:
        EndpointPausedError: it is paused, and `auto_resume_paused` is off.
        EndpointFailedError: it did not come up; the reason is attached.
        ModelLoadingError: it starts, and `auto_wait_for_model` is off.
    """
    endpoint = yield from identified(context, target.endpoint)
    info = yield from known(context, endpoint)
    if not _is_up(info):
        info = yield from fetched(context, endpoint)  # what was remembered may be over
    if not _is_up(info):
        info = yield from started(context, endpoint, info)
    kind = SERVERS.get(context.config.server) or _kind(info.image)
    model = target.model or (info.repository if kind is Kind.OPENAI else None)
    return replace(target, root=info.url or "", kind=kind, model=model)


def started(context: Context, endpoint: Endpoint, info: EndpointInfo) -> Flow[EndpointInfo]:
    """An endpoint that does not answer, once it does: resumed and waited for as the settings say.

    Raises:
        HfError: it will not answer by itself, or not in time.
    """
    config, limit = context.config, context.config.cold_start_timeout
    if info.status == EndpointStatus.PAUSED:
        if not config.auto_resume_paused:
            raise paused(info)
        yield from ordered(context, endpoint, "resume", UP)
        return (yield from until_running(context, endpoint, limit))
    if info.status == EndpointStatus.FAILED:
        raise failed(info)
    if not config.auto_wait_for_model:
        raise _loading(info)
    if info.status == EndpointStatus.UPDATING:
        limit = config.endpoint_update_timeout
    return (yield from until_running(context, endpoint, limit))


def _is_up(info: EndpointInfo) -> bool:
    """Whether it can be asked: it may be asleep, a request wakes it, and its proxy says the rest."""
    hopeless = info.status in (EndpointStatus.PAUSED, EndpointStatus.FAILED)
    return info.url is not None and not hopeless


def _loading(info: EndpointInfo) -> HfError:
    return ModelLoadingError(
        f"The endpoint {info.id} is {info.status}.",
        hint="Ask again later, or let auto_wait_for_model wait for it.",
        model=info.repository,
    )


def _kind(image: EndpointImage | None) -> Kind | None:
    return _KINDS.get(image.variant) if image is not None else None
