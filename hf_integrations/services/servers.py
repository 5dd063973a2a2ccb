"""What answers at a URL of one's own: found out once, when it first matters."""

from __future__ import annotations

from msgspec.structs import replace

from hf_integrations.errors import (
    AuthenticationError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    ValidationError,
)
from hf_integrations.flow import Flow
from hf_integrations.models.servers import ServerInfo
from hf_integrations.models.shapes import decode
from hf_integrations.routing.targets import Target, request_to
from hf_integrations.routing.tasks import Kind, Task
from hf_integrations.services.context import Context
from hf_integrations.transport.exchange import exchange


def settled(context: Context, target: Target, task: Task, *, matters: bool = False) -> Flow[Target]:
    """The target with its provider and its kind known.

    The Hub is asked for the one, `/info` of a server of one's own for the other, unless the task
    is the same everywhere.

    Args:
        matters: this call of the task is not the same everywhere.
    """
    if target.provider:
        if target.is_settled:
            return target
        from hf_integrations.services.resolver import placed  # with the table of all tasks

        return (yield from placed(context, target, task))
    if target.kind is not None:
        known = _unasked(task) if target.kind is Kind.OPENAI else target.kind
        return target if known is target.kind else replace(target, kind=known)
    if not (task.dialects or matters):
        return replace(target, kind=_unasked(task))
    info = yield from server_info(context, target, task)
    return replace(target, kind=_kind(info, task))


def server_info(context: Context, target: Target, task: Task) -> Flow[ServerInfo]:
    """What `/info` says; empty where there is no such route, as in OpenAI-compatible servers."""
    known = context.servers.get(target.root)
    if known is None:
        request = request_to(
            context.config, target, task, b"", path="/info", repeat_after_timeout=True
        )
        try:
            response = yield from exchange(request, context.patience)
            known = decode(response.body, ServerInfo)
        except (NotFoundError, ValidationError, DecodeError):
            known = ServerInfo()
        except (AuthenticationError, PermissionDeniedError):
            return ServerInfo()  # so some gateways call a route they lack; the call itself decides
        context.servers[target.root] = known
    return known


def _kind(info: ServerInfo, task: Task) -> Kind:
    """The kind that serves the task, if the server is of several; else what it is."""
    kinds = [
        kind
        for kind, mark in ((Kind.TEI, info.model_type), (Kind.TGI, info.max_total_tokens))
        if mark is not None
    ]
    if len(kinds) > 1 and not task.dialects:
        return _unasked(task)  # no real server is several; what plays them speaks as OpenAI does
    serving = [kind for kind in kinds if kind in task.paths]
    return (serving or kinds or [_unasked(task)])[0]


def _unasked(task: Task) -> Kind:
    """What serves the task where nothing says which server it is."""
    own = Kind.OPENAI not in task.paths and Kind.OWN in task.paths
    return Kind.OWN if own else Kind.OPENAI
