"""From the words of a call to the place it goes to, and to the request that goes there."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from msgspec import Struct

from hf_integrations.config import ROUTER_URL, HfInferenceConfig, checked_url
from hf_integrations.errors import (
    AuthenticationError,
    ConfigurationError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.flow import About, Request
from hf_integrations.routing.tasks import Kind, Task
from hf_integrations.routing.timeouts import timeout_of

HUGGING_FACE = ("huggingface.co", "hf.co", "endpoints.huggingface.cloud")
SERVERS = {"tei": Kind.TEI, "tgi": Kind.TGI, "openai": Kind.OPENAI, "endpoint": Kind.OWN}
_NAME = r"(?!\.+(?:[/:]|$))[\w.-]+"  # dots alone would be a step in the path of the URL
MODEL_NAME = re.compile(rf"{_NAME}(?:/{_NAME})?")
_MODEL = re.compile(rf"{MODEL_NAME.pattern}(?::{_NAME})?")
_HOST = re.compile(r"[a-z0-9.-]+")
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]*")


class Target(Struct, frozen=True):
    """Where a call goes.

    Attributes:
        root: scheme, host and path before the task's own path; no slash at the end, no `/v1`.
        kind: what answers there; None while that is not known.
        provider: who serves it, or `auto` for the router's choice; empty at a server of one's own.
        model: the model as the body names it; None when the server has but one.
    """

    root: str
    kind: Kind | None
    provider: str
    model: str | None

    @property
    def host(self) -> str:
        """The host, for people."""
        return urlsplit(self.root).netloc

    def url(self, task: Task) -> str:
        """The full URL of a task here."""
        path = task.paths.get(self.kind) if self.kind else None
        if path is None:
            raise self._unserved(task)
        if "{model}" in path:
            path = path.replace("{model}", quote(self.model or "", safe="/"))
        return self.root + path

    def about(self, task: Task) -> About:
        """What to say about a request in its errors."""
        return About(task=task.name, provider=self.provider, model=self.model or "")

    def _unserved(self, task: Task) -> UnsupportedTaskError:
        kinds = [kind.value for kind in task.paths if kind is not Kind.ROUTER]
        return UnsupportedTaskError(
            f"{self.host} is {self.kind.value if self.kind else 'unknown'}, "
            f"which does not serve {task.name}.",
            hint=f"Served by: {', '.join(kinds)}. If it is one of these, set server=.",
            task=task.name,
            model=self.model,
        )


def resolve(
    config: HfInferenceConfig, task: Task, *, model: str | None, provider: str | None
) -> Target:
    """The place a call goes to.

    A model that is a URL is a server of its own. Else a `base_url` of the caller's own is one,
    unless a provider is named: then it stands in for the router.

    Raises:
        ValidationError: the model is missing or has no such form.
        ConfigurationError: the provider has no such form.
        UnsupportedTaskError: the provider does not serve the task.
    """
    _check_model(model)
    _check_provider(model, provider)
    if model and model.startswith(("http://", "https://")):
        return _own_server(config, checked_url("model", model, ValidationError), None)
    chosen = provider or config.default_provider
    base = config.base_url or ROUTER_URL
    if provider is None and chosen == "auto" and not is_router(base):
        return _own_server(config, base, model)
    return _routed(root_of(base), task, model, chosen)


def is_router(url: str) -> bool:
    """Whether a URL is that of Hugging Face's router itself."""
    return root_of(url) == ROUTER_URL


def _own_server(config: HfInferenceConfig, url: str, model: str | None) -> Target:
    return Target(root_of(url), SERVERS.get(config.server), "", model)


def _routed(root: str, task: Task, model: str | None, provider: str) -> Target:
    if not _PROVIDER.fullmatch(provider):
        raise ConfigurationError(
            f"provider: {provider!r} is no provider's name; they are written like 'hf-inference'."
        )
    if not model:
        raise ValidationError(
            "model: the router needs one; pass model='organisation/name'.", task=task.name
        )
    if not _MODEL.fullmatch(model):
        raise ValidationError("model: give 'organisation/name', as the Hub spells it.")
    if task.needs_provider:
        return _hf_inference(root, task, model, provider)
    if provider != "auto" and ":" not in model:
        model = f"{model}:{provider}"
    return Target(root, Kind.ROUTER, model.partition(":")[2] or "auto", model)


def _hf_inference(root: str, task: Task, model: str, provider: str) -> Target:
    """Tasks that the router's `/v1` does not have are asked of a provider by path."""
    name, _, suffix = model.partition(":")
    chosen = suffix or provider
    if chosen not in ("auto", "hf-inference"):
        raise UnsupportedTaskError(
            f"provider: {task.name} is not served through {chosen!r} here.",
            hint="Use provider='hf-inference', or base_url= for a server of your own.",
            task=task.name, provider=chosen, model=name,
        )  # fmt: skip
    return Target(root, Kind.ROUTER, "hf-inference", name)


def _check_model(model: object) -> None:
    if model is not None and (not isinstance(model, str) or not model.strip()):
        raise ValidationError("model must be a non-empty string: a name on the Hub, or a URL.")


def _check_provider(model: str | None, provider: object) -> None:
    """A provider that a call names is asked, or the call is wrong; it is never left out."""
    if provider is None:
        return
    if not isinstance(provider, str) or not provider:
        raise ValidationError("provider must be a provider's name, such as 'hf-inference'.")
    if model and model.startswith(("http://", "https://")):
        raise ValidationError("provider: a model that is a URL has none; leave one of them out.")
    suffix = (model or "").partition(":")[2]
    if suffix and provider not in ("auto", suffix):
        raise ValidationError(
            f"provider is {provider!r}, and the model says {suffix!r}; leave one of them out."
        )


def root_of(url: str) -> str:
    """A base URL works with and without `/v1`, and with a slash at its end."""
    return url.rstrip("/").removesuffix("/v1").rstrip("/")


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
    return Request(
        "POST" if body else "GET",
        url,
        timeout_of(config, task, streamed=streamed, seconds=timeout, amount=amount),
        headers=_headers(config, url, target, extra_headers, streamed=streamed),
        body=body,
        about=_about(config, target, task, url),
        repeat_after_timeout=repeat_after_timeout,
    )


def _headers(
    config: HfInferenceConfig, url: str, target: Target, extra: dict[str, str] | None,
    *, streamed: bool,
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    headers = {
        "accept": "text/event-stream" if streamed else "application/json",
        "content-type": "application/json",
        "user-agent": config.user_agent,
    }
    if config.bill_to and target.kind is Kind.ROUTER:
        headers["x-hf-bill-to"] = config.bill_to
    for given in (config.headers, extra or {}):
        headers.update({name.lower(): value for name, value in given.items()})
    token = config.credential
    if "authorization" not in headers and token is not None and may_see(url, token.ambient):
        headers["authorization"] = f"Bearer {token.reveal()}"
    if target.kind is Kind.ROUTER and "authorization" not in headers:
        raise AuthenticationError(
            f"{target.host} needs a token, and "
            + (_withheld(url, token.origin) if token else "none was given or found."),
            hint="Set HF_TOKEN, or pass token=; https://huggingface.co/settings/tokens makes one.",
        )
    return tuple(headers.items())


def may_see(url: str, ambient: bool) -> bool:
    """A token that the caller gave goes where the caller points; one that was found, only home."""
    return not ambient or is_hugging_face(url)


def is_hugging_face(url: str) -> bool:
    """Whether a URL is one of Hugging Face's own, reached in a way nobody can listen to."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    ours = any(host == name or host.endswith(f".{name}") for name in HUGGING_FACE)
    # HTTP libraries find another host than urlsplit does in a URL with a stray `\` or `%`.
    return ours and parts.scheme == "https" and _HOST.fullmatch(host) is not None


def _about(config: HfInferenceConfig, target: Target, task: Task, url: str) -> About:
    token = config.credential
    if token is None:
        hint = "No token was sent; pass token=."
    elif not may_see(url, token.ambient):
        hint = f"No token was sent: {_withheld(url, token.origin)}"
    else:
        hint = f"The token came from {token.origin}."
    return About(task.name, target.provider, target.model or "", hint)


def _withheld(url: str, origin: str) -> str:
    return (
        f"the one from {origin} goes only to Hugging Face's hosts, not to "
        f"{urlsplit(url).netloc}; pass token= to send it there."
    )
