"""Whether what is needed is there: the API, a token that is accepted, somebody who serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from hf_integrations.errors import (
    AuthenticationError,
    HfError,
    NotFoundError,
    PermissionDeniedError,
)
from hf_integrations.flow import Flow
from hf_integrations.routing.hub import hub_request, router_root
from hf_integrations.routing.targets import is_router
from hf_integrations.services.context import Context
from hf_integrations.transport.exchange import exchange

_PATIENCE = 10.0  # seconds; who takes longer to say that they are well is not
_REFUSALS = (AuthenticationError, PermissionDeniedError)
_MODELS, _WHO = "/v1/models", "/api/whoami-v2"
_NOBODY = "nobody could be asked"


class Check(Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        name: `api`, `token` or `providers`.
        ok: whether it is well.
        seconds: how long it took to find out.
        detail: what was found, for people.
    """

    name: str
    ok: bool
    seconds: float
    detail: str = ""


class HealthStatus(Struct, frozen=True):
    """How things stand; `healthy` when all is well."""

    checks: list[Check]

    @property
    def healthy(self) -> bool:
        """Whether all is well."""
        return all(check.ok for check in self.checks)

    @property
    def seconds(self) -> float:
        """How long it took to find out."""
        return sum(check.seconds for check in self.checks)

    def __getitem__(self, name: str) -> Check:
        return next(check for check in self.checks if check.name == name)

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said, things

        well = "All is well." if self.healthy else "Not all is well."
        return said(well, below=things(self.checks))


def health_check(context: Context) -> Flow[HealthStatus]:
    """Look at the API, the token and the providers; nothing is repeated or waited for.

    At a server of one's own, `/health` is asked (or `/v1/models`, where that is missing), and
    `/api/whoami-v2` or `/v1/models` whether it accepts the token, where there is one.
    """
    quick = context.view(
        context.config.with_options(
            max_retries=0,
            auto_wait_for_model=False,
            circuit_breaker=False,
            budget=None,
            failover=(),
            request_timeout=min(_PATIENCE, context.config.request_timeout),
        )
    )
    root = router_root(context.config)
    if not is_router(root):
        return (yield from _own(quick, root))
    api = yield from _check(quick, "api", _listed)
    token = yield from _check(quick, "token", _token)
    live = api.detail if api.ok else _NOBODY
    some = api.ok and not live.startswith("0 ")
    return HealthStatus([api, token, Check("providers", some, 0.0, live)])


def _own(context: Context, root: str) -> Flow[HealthStatus]:
    clock, path = context.patience.clock, ""
    began, error = clock(), None
    for path in ("/health", _MODELS):
        error = yield from _asked(context, root, path)
        if not isinstance(error, NotFoundError):
            break
    ok = error is None or isinstance(error, _REFUSALS)
    detail = f"{path} answers" if error is None else _said(error)
    api = Check("api", ok, clock() - began, detail)
    token = yield from _taken(context, root, error)
    return HealthStatus([api, token, Check("providers", ok, 0.0, detail)])


def _taken(context: Context, root: str, error: HfError | None) -> Flow[Check]:
    """Whether the token is; at most servers `/health` is open to everybody, and says nothing.

    Who stands for the Hub knows whose it is, and lists models to everybody; vLLM, llama.cpp and
    others list them to whoever has the key.
    """
    clock = context.patience.clock
    began, found = clock(), "nothing asked for it"
    if error is not None and not isinstance(error, _REFUSALS):
        return Check("token", False, 0.0, _NOBODY)
    places = (_WHO, _MODELS) if error is None and context.config.credential is not None else ()
    for path in places:
        error = yield from _asked(context, root, path)
        if error is None:
            found = f"{path} takes it"
        if error is None or isinstance(error, _REFUSALS):
            break
    if isinstance(error, _REFUSALS):
        return Check("token", False, clock() - began, _said(error))
    return Check("token", True, clock() - began, found)


def _asked(context: Context, root: str, path: str) -> Flow[HfError | None]:
    """What goes wrong with a question; None for an answer."""
    try:
        yield from exchange(hub_request(context.config, path, root=root), context.patience)
    except HfError as error:
        return error
    return None


def _said(error: HfError) -> str:
    known = isinstance(error, (*_REFUSALS, NotFoundError))
    return error.message if known else f"{type(error).__name__}: {error.message}"


def _check(context: Context, name: str, ask: Callable[[Context], Flow[str]]) -> Flow[Check]:
    clock = context.patience.clock
    began = clock()
    try:
        detail = yield from ask(context)
    except HfError as error:
        return Check(name, False, clock() - began, f"{type(error).__name__}: {error.message}")
    return Check(name, True, clock() - began, detail)


def _listed(context: Context) -> Flow[str]:
    from hf_integrations.services.hub import profiles

    found = yield from profiles(context)
    live = {offer.provider for one in found for offer in one.providers if offer.is_live}
    return f"{len(live)} providers serve {len(found)} models"


def _token(context: Context) -> Flow[str]:
    from hf_integrations.services.hub import whoami

    account: Any = yield from whoami(context)
    return f"of {account.name}"
