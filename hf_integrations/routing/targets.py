"""From the words of a call to the place it goes to."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from msgspec import Struct

from hf_integrations.config import ROUTER_URL, HfInferenceConfig, checked_url
from hf_integrations.errors import ConfigurationError, UnsupportedTaskError, ValidationError
from hf_integrations.flow import About
from hf_integrations.routing.orders import Route
from hf_integrations.routing.providers import NAME, NATIVE, POLICIES, PROVIDERS, InferenceProvider
from hf_integrations.routing.tasks import Kind, Task
from hf_integrations.routing.tokens import is_hugging_face as is_hugging_face
from hf_integrations.routing.tokens import is_own_key

SERVERS = {
    "tei": Kind.TEI, "tgi": Kind.TGI, "endpoint": Kind.OWN,
    **dict.fromkeys(("vllm", "sglang", "llama.cpp", "openai"), Kind.OPENAI),
}  # fmt: skip
_NAME = r"(?!\.+(?:[/:]|$))[\w.-]+"  # dots alone would be a step in the path of the URL
MODEL_NAME = re.compile(rf"{_NAME}(?:/{_NAME})?")
_MODEL = re.compile(rf"{MODEL_NAME.pattern}(?::{_NAME})?")
_DEEP_MODEL = re.compile(rf"{_NAME}(?:/{_NAME})*")  # as fal-ai and wavespeed name theirs


class Target(Struct, frozen=True):
    """Where a call goes.

    Attributes:
        root: scheme, host and path before the task's own path; no slash at the end, no `/v1`.
        kind: what answers there; None while that is not known.
        provider: who serves it, or `auto` for the router's choice; empty at a server of one's own.
        model: the model as the body names it; None when the server has but one.
        hub_model: the model on the Hub, where a provider has another name for it.
        row: the provider's row, where the call goes to it by name.
        route: how it is asked for the task.
        own_key: a key of the provider's own is used.
        is_settled: it is known who serves it, under which name.
        weights: the file of a LoRA's weights in the repository.
        endpoint: the dedicated endpoint, by name; its root is looked up before it is asked.
        is_placed: nobody has to be asked what answers there.
    """

    root: str
    kind: Kind | None
    provider: str
    model: str | None
    hub_model: str = ""
    row: InferenceProvider | None = None
    route: Route | None = None
    own_key: bool = False
    is_settled: bool = True
    weights: str = ""
    endpoint: str = ""
    is_placed: bool = False

    @property
    def host(self) -> str:
        """The host, for people."""
        return urlsplit(self.root).netloc

    @property
    def is_endpoint(self) -> bool:
        """Whether it is a dedicated endpoint, by its address."""
        return (urlsplit(self.root).hostname or "").endswith(".endpoints.huggingface.cloud")

    @property
    def is_routed(self) -> bool:
        """Whether it goes through the router, which wants a token and knows who pays."""
        return self.kind is Kind.ROUTER or (self.row is not None and not self.own_key)

    @property
    def query(self) -> str:
        """What is added to every path of work that is queued, where the router leads to it."""
        queue = self.route.queue if self.route else None
        direct = queue is not None and self.root == (queue.base or (self.row and self.row.base))
        return f"?{queue.query}" if queue and queue.query and not direct else ""

    def url(self, task: Task) -> str:
        """The full URL of a task here."""
        path = self._path(task)
        if "{model}" in path:
            path = path.replace("{model}", quote(self.model or "", safe="/"))
        return self.root + path + self.query

    def _path(self, task: Task) -> str:
        if self.route is not None:
            path = self.route.path
            return path if isinstance(path, str) else path(self.model or "")
        if self.kind is None or self.kind not in task.paths:
            raise self._unserved(task)
        return task.paths[self.kind]

    def about(self, task: Task) -> About:
        """What to say about a request in its errors."""
        model = self.hub_model or self.model or ""
        return About(task=task.name, provider=self.provider, model=model)

    def _unserved(self, task: Task) -> UnsupportedTaskError:
        kinds = [kind.value for kind in task.paths if kind is not Kind.ROUTER]
        return UnsupportedTaskError(
            f"{self.host} is {self.kind.value if self.kind else 'unknown'}, "
            f"which does not serve {task.name}.",
            hint=f"Served by: {', '.join(kinds)}. If it is one of these, set server=.",
            task=task.name,
            model=self.model,
        )


InferenceTarget = Target  # its public name


def resolve(
    config: HfInferenceConfig, task: Task, *, model: str | None, provider: str | None
) -> Target:
    """The place a call goes to: by the argument, then the default provider, then the router.

    A model that is a URL is a server of its own. Else an `endpoint` of the settings is asked, and
    else a `base_url` of the caller's own, unless a provider is named: then it stands in for the
    router. Who serves the model, and under which name, may be open still: `services.resolver` asks
    the Hub.

    Raises:
        ValidationError: the model is missing or has no such form.
        ConfigurationError: there is no such provider, or not with this token.
        UnsupportedTaskError: the provider does not serve the task.
    """
    _check_model(model)
    _check_provider(model, provider)
    if model and model.startswith(("http://", "https://")):
        return _own_server(config, checked_url("model", model, ValidationError), None)
    if config.endpoint is not None:
        if provider is not None:
            raise ValidationError("provider: this client asks an endpoint; leave one of them out.")
        return Target("", None, "", model, endpoint=config.endpoint)
    chosen = provider or config.default_provider
    base = config.base_url or ROUTER_URL
    if provider is None and chosen == "auto" and not is_router(base):
        return _own_server(config, base, model)
    name, _, suffix = _checked_name(config, task, model, chosen).partition(":")
    chosen = suffix or chosen
    if not NAME.fullmatch(chosen):
        raise ConfigurationError(
            f"provider: {chosen!r} is no provider's name; they are written like 'hf-inference'."
        )
    if chosen == "auto" or chosen in POLICIES:
        return _by_the_router(config, task, name, chosen)
    return named(config, task, name, chosen)


def is_router(url: str) -> bool:
    """Whether a URL is that of Hugging Face's router itself."""
    return root_of(url) == ROUTER_URL


def _own_server(config: HfInferenceConfig, url: str, model: str | None) -> Target:
    return Target(root_of(url), SERVERS.get(config.server), "", model)


def _by_the_router(config: HfInferenceConfig, task: Task, name: str, rule: str) -> Target:
    """Where the choice is left open: for a chat the router makes it, else the Hub's list."""
    root = root_of(config.base_url or ROUTER_URL)
    if not task.needs_provider:
        model = name if rule == "auto" else f"{name}:{rule}"
        return Target(root, Kind.ROUTER, rule, model, is_settled=bool(name))
    if rule in ("fastest", "cheapest"):
        raise UnsupportedTaskError(
            f"provider: {task.name} is not served by the rule {rule!r}, which is for chat.",
            hint="Leave it out, or name a provider.", task=task.name, provider=rule, model=name,
        )  # fmt: skip
    return Target(root, Kind.ROUTER, NATIVE, name, is_settled=False)


def named(config: HfInferenceConfig, task: Task, name: str, provider: str) -> Target:
    """A provider by its name: through the router, or at its own host with a key of its own.

    A `base_url` of the caller's own stands for both.
    """
    row = PROVIDERS.get(provider)
    base = root_of(config.base_url or ROUTER_URL)
    if row is None:
        return _unknown(base, task, name, provider)
    route = row.route(task)
    if route is None:
        raise unserved_by(row, task, name)
    own_key = not row.is_native and is_own_key(config)
    if not (row.routed or own_key):
        raise ConfigurationError(
            f"provider: {provider} is not reached through Hugging Face.",
            hint="Pass a key of your own from that provider as token=.",
            provider=provider, model=name, task=task.name,
        )  # fmt: skip
    root = f"{base}/{row.name}"
    if own_key and is_router(base):
        root = (route.queue and route.queue.base) or row.base
    kind = Kind.PROVIDER if route.write else Kind.OPENAI
    if row.is_native and task.needs_provider:
        kind = Kind.ROUTER
    return Target(
        root, kind, row.name, name, name, row, route, own_key,
        is_settled=bool(name) and not row.mapped,
    )  # fmt: skip


def unserved_by(row: InferenceProvider, task: Task, name: str) -> UnsupportedTaskError:
    """The error for a provider without the task: what it does, and who else does this."""
    others = [one.name for one in PROVIDERS.values() if one.route(task)]
    return UnsupportedTaskError(
        f"provider: {task.name} is not served through {row.name!r}, which serves "
        f"{', '.join(row.serves())}.",
        hint=f"{', '.join(others)} serve it, or base_url= for a server of your own.",
        task=task.name, provider=row.name, model=name,
    )  # fmt: skip


def _unknown(root: str, task: Task, name: str, provider: str) -> Target:
    """A provider that is younger than this table: for a chat, the router knows it or says no."""
    if task.needs_provider:
        raise UnsupportedTaskError(
            f"provider: {task.name} is not served through {provider!r} here, as there is no such "
            "provider in the table.",
            hint=f"It has {', '.join(PROVIDERS)}; register_provider adds one.",
            task=task.name, provider=provider, model=name,
        )  # fmt: skip
    return by_suffix(root, name, provider)


def by_suffix(root: str, name: str, provider: str) -> Target:
    """A chat with a provider that the router looks up itself."""
    return Target(root, Kind.ROUTER, provider, f"{name}:{provider}", name)


def _checked_name(config: HfInferenceConfig, task: Task, model: str | None, provider: str) -> str:
    """The name, which is one of the Hub; or with a key of a provider's own, of the provider."""
    if not model:
        if config.use_default_models:
            return ""
        raise ValidationError(
            "model: the router needs one; pass model='organisation/name'.",
            hint="use_default_models=True takes the one that the Hub shows.", task=task.name,
        )  # fmt: skip
    if _MODEL.fullmatch(model):
        return model
    foreign = provider in PROVIDERS and provider != NATIVE and is_own_key(config)
    if not (foreign and _DEEP_MODEL.fullmatch(model)):
        raise ValidationError("model: give 'organisation/name', as the Hub spells it.")
    return model


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
