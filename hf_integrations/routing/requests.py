"""The request that goes to a target, with what the settings add to each."""

from __future__ import annotations

from msgspec.structs import replace

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import AuthenticationError
from hf_integrations.flow import Request
from hf_integrations.routing.scaling import is_endpoint_host, scale_up
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import Task
from hf_integrations.routing.timeouts import timeout_of
from hf_integrations.routing.tokens import account_of, may_see, told, withheld


def request_to(
    config: HfInferenceConfig, target: Target, task: Task, body: bytes, *, path: str = "",
    extra_headers: dict[str, str] | None = None, streamed: bool = False,
    timeout: float | None = None, repeat_after_timeout: bool = False, amount: int = 0,
) -> Request:  # fmt: skip
    """A request for a task at a target, with what the settings add to each.

    Args:
        path: taken instead of the task's own path, for its second routes.
        timeout: in seconds, instead of the setting's: for the whole exchange, or for each piece
            of a stream.
        repeat_after_timeout: whether doing it twice does no harm.
        amount: of what makes it last: texts to embed, or the most tokens to generate.
    """
    url = target.root + path if path else target.url(task)
    limits = timeout_of(config, task, streamed=streamed, seconds=timeout, amount=amount)
    if config.auto_wait_for_model and (target.endpoint or is_endpoint_host(url)):
        extra_headers = scale_up(config, limits) | (extra_headers or {})
    headers = _headers(config, url, target, extra_headers, streamed=streamed)
    account, hint = account_of(headers), told(config, url)
    return Request(
        "POST" if body else "GET",
        url,
        limits,
        headers=tuple(headers.items()),
        body=body,
        about=replace(target.about(task), token_hint=hint, account=account),
        repeat_after_timeout=repeat_after_timeout,
        most=config.max_answer_bytes,
    )


def _headers(
    config: HfInferenceConfig, url: str, target: Target, extra: dict[str, str] | None,
    *, streamed: bool,
) -> dict[str, str]:  # fmt: skip
    headers = {
        "accept": "text/event-stream" if streamed else "application/json",
        "content-type": "application/json",
        "user-agent": config.user_agent,
    }
    if config.bill_to and target.is_routed:
        headers["x-hf-bill-to"] = config.bill_to
    if target.row is not None:
        headers.update(target.row.headers)
    for given in (config.headers, extra or {}):
        headers.update({name.lower(): value for name, value in given.items()})
    if "authorization" not in headers and (who := credential(config, target, url)):
        headers["authorization"] = who
    if "authorization" not in headers:
        check_token(config, target, url)
    return headers


def credential(config: HfInferenceConfig, target: Target, url: str) -> str | None:
    """By what a server at a URL will know who asks, unless a header says it; None for nothing."""
    token = config.credential
    if token is None or not may_see(url, token.ambient):
        return None
    scheme = target.row.scheme if target.row and target.own_key else "Bearer"
    return f"{scheme} {token.reveal()}"


def check_token(config: HfInferenceConfig, target: Target, url: str) -> None:
    """Raise an AuthenticationError if there is no token, or none that may go, where one is needed.

    A server of one's own may need none.
    """
    token = config.credential
    if not (target.is_routed or target.own_key) or (token and may_see(url, token.ambient)):
        return
    raise AuthenticationError(
        f"{target.host} needs a token, and "
        + (withheld(url, token.origin) if token else "none was given or found."),
        hint="Set HF_TOKEN, or pass token=; https://huggingface.co/settings/tokens makes one.",
    )
