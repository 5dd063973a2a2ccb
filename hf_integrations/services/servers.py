"""What answers at a URL of one's own: found out once, when it first matters."""

from __future__ import annotations

from msgspec import structs

from hf_integrations.errors import (
    AuthenticationError,
    DecodeError,
    HfError,
    NotFoundError,
    PermissionDeniedError,
    ValidationError,
)
from hf_integrations.flow import Flow
from hf_integrations.models.servers import ListedModels, LlamaProps, ServerInfo
from hf_integrations.models.shapes import T, decode
from hf_integrations.routing.placing import at_once, unasked
from hf_integrations.routing.requests import request_to
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import Kind, Task
from hf_integrations.services.context import Context
from hf_integrations.transport.exchange import exchange
from hf_integrations.transport.tracing import part

# Who owns the models that an engine lists. Source: each engine's `/v1/models`.
OWNERS = {"vllm": "vllm", "sglang": "sglang", "llamacpp": "llama.cpp", "llama.cpp": "llama.cpp"}


def settled(context: Context, target: Target, task: Task, *, matters: bool = False) -> Flow[Target]:
    """The target with its provider and its kind known.

    The Hub is asked for the one, `/info` of a server of one's own for the other, unless the task
    is the same everywhere.

    Args:
        matters: this call of the task is not the same everywhere.
    """
    if target.is_placed:
        return target
    if target.endpoint and not target.root:
        from hf_integrations.services.endpoints.placing import located

        try:
            target = yield from located(context, target)
        except HfError as error:
            error.task = error.task or task.name
            raise
    if (known := at_once(target, task, matters=matters)) is not None:
        return known
    if target.provider:
        from hf_integrations.services.resolver import placed  # with the table of all tasks

        return (yield from placed(context, target, task))
    info = yield from server_info(context, target, task)
    if not info.engine and target.is_endpoint and Kind.OWN in task.paths:
        info = yield from engine_info(context, target, task)
    return structs.replace(target, kind=_kind(info, task))


def server_info(context: Context, target: Target, task: Task) -> Flow[ServerInfo]:
    """What `/info` says; empty where there is no such route, as in OpenAI-compatible servers."""
    known = context.servers.get(target.root)
    if known is None:
        try:
            told = _told(context, target, task, "/info", ServerInfo)
            known = yield from part("resolve", told)
        except (AuthenticationError, PermissionDeniedError):
            return ServerInfo()  # so some gateways call a route they lack; the call itself decides
        known = known or ServerInfo()
        if known.model_type is not None:
            known.engine = "tei"
        elif known.max_total_tokens is not None:
            known.engine = "tgi"
        context.servers[target.root] = known
    return known


def engine_info(context: Context, target: Target, task: Task) -> Flow[ServerInfo]:
    """What is known of a server, its engine included; asks what `/info` did not say.

    What the setting `server` says is not asked.
    """
    engine = context.config.server
    if engine != "auto":
        known = context.servers.get(target.root)
        return known if known and known.engine == engine else ServerInfo(engine=engine)
    info = yield from server_info(context, target, task)
    if not info.engine:
        try:
            info = yield from part("resolve", _detected(context, target, task))
        except (AuthenticationError, PermissionDeniedError):
            return ServerInfo(engine="openai")
        context.servers[target.root] = info
    return info


def _detected(context: Context, target: Target, task: Task) -> Flow[ServerInfo]:
    """By its list of models, and where that does not tell, by a route that only one engine has."""
    listed = yield from _told(context, target, task, "/v1/models", ListedModels)
    about = listed.about(target.model) if listed else None
    engine = OWNERS.get((about.owned_by if about else None) or "")
    if engine is None:
        engine = yield from _by_route(context, target, task)
    if engine is None:
        engine = "endpoint" if listed is None and target.is_endpoint else "openai"
    info = ServerInfo(engine=engine)
    if about is not None:
        info.model_id, info.max_total_tokens = about.id, about.max_model_len
    if engine == "llama.cpp":
        yield from _add_props(context, target, task, info)
    return info


def _by_route(context: Context, target: Target, task: Task) -> Flow[str | None]:
    routes = (("/version", "vllm"), ("/get_server_info", "sglang"), ("/props", "llama.cpp"))
    for path, engine in routes:
        if (yield from _told(context, target, task, path, dict)) is not None:
            return engine
    return None


def _add_props(context: Context, target: Target, task: Task, info: ServerInfo) -> Flow[None]:
    props = yield from _told(context, target, task, "/props", LlamaProps)
    if props is not None:
        info.max_total_tokens, info.version = props.settings.n_ctx, props.build_info
        info.model_id = info.model_id or props.model_path


def _told(
    context: Context, target: Target, task: Task, path: str, shape: type[T]
) -> Flow[T | None]:
    """What a route says; None where there is none, or another than is meant."""
    request = request_to(context.config, target, task, b"", path=path, repeat_after_timeout=True)
    try:
        response = yield from exchange(request, context.patience)
        return decode(response.body, shape)
    except (NotFoundError, ValidationError, DecodeError):
        return None


def _kind(info: ServerInfo, task: Task) -> Kind:
    """The kind that serves the task, if the server is of several; else what it is."""
    if info.engine == "endpoint" and Kind.OWN in task.paths:
        return Kind.OWN
    if info.engine not in ("tei", "tgi"):
        return unasked(task)
    kinds = [
        kind
        for kind, mark in ((Kind.TEI, info.model_type), (Kind.TGI, info.max_total_tokens))
        if mark is not None
    ]
    if len(kinds) > 1 and not task.dialects:
        return unasked(task)  # no real server is several; what plays them speaks as OpenAI does
    serving = [kind for kind in kinds if kind in task.paths]
    return (serving or kinds or [unasked(task)])[0]
