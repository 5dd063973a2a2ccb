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
    whether it accepts the token.
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
    live = api.detail if api.ok else "nobody could be asked"
    some = api.ok and not live.startswith("0 ")
    return HealthStatus([api, token, Check("providers", some, 0.0, live)])


def _own(context: Context, root: str) -> Flow[HealthStatus]:
    clock, refused = context.patience.clock, False
    began, ok, detail = clock(), False, ""
    for path in ("/health", "/v1/models"):
        try:
            yield from exchange(hub_request(context.config, path, root=root), context.patience)
            ok, detail = True, f"{path} answers"
            break
        except NotFoundError as error:
            detail = error.message
        except (AuthenticationError, PermissionDeniedError) as error:
            ok, refused, detail = True, True, error.message
            break
        except HfError as error:
            detail = f"{type(error).__name__}: {error.message}"
            break
    seconds = clock() - began
    return HealthStatus(
        [
            Check("api", ok, seconds, detail),
            Check("token", ok and not refused, 0.0, detail if refused else ""),
            Check("providers", ok, 0.0, detail),
        ]
    )


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
