"""What the Hub and the router say about models, and about who asks.

Sources: https://huggingface.co/docs/hub/api; https://huggingface.co/docs/inference-providers/hub-api;
the router's `GET /v1/models`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

import msgspec
from msgspec import field

from hf_integrations.models.decoders import converted
from hf_integrations.models.shapes import Answer, Received

Availability: TypeAlias = Literal["warm", "loading", "unavailable"]


class ProviderModel(Received):
    """A model as one provider has it.

    Attributes:
        provider: who.
        id: what the model is called there.
        task: the task it is served for, as the Hub spells it; `conversational` is chat.
        status: `live`; `staging`, not yet for the public; `error`, when a check failed.
        model: the model on the Hub.
        adapter: it is a LoRA on top of another model.
        adapter_weights: the file of its weights in the repository.
        is_model_author: the provider has made it.
    """

    provider: str
    id: str = field(name="providerId")
    task: str = ""
    status: str = "live"
    model: str = field(name="hfModelId", default="")
    adapter: bool | str | None = None
    adapter_weights: str | None = field(name="adapterWeightsPath", default=None)
    is_model_author: bool | None = field(name="isModelAuthor", default=None)


class HubModel(Answer):
    """A model on the Hub; `raw` has what is not listed here."""

    _shown_: ClassVar = ("id", "pipeline_tag", "availability", "downloads", "likes", "gated")

    id: str
    author: str | None = None
    pipeline_tag: str | None = None
    tags: list[str] = field(default_factory=list)
    library_name: str | None = None
    downloads: int | None = None
    likes: int | None = None
    gated: bool | str | None = None
    private: bool | None = None
    sha: str | None = None
    created_at: str | None = field(name="createdAt", default=None)
    last_modified: str | None = field(name="lastModified", default=None)
    inference: str | None = None
    mapping: Any = field(name="inferenceProviderMapping", default=None)

    @property
    def providers(self) -> list[ProviderModel]:
        """Who serves it, in the order of the Hub; that of your settings, with your token."""
        return provider_models(self.id, self.mapping)

    @property
    def availability(self) -> Availability:
        """Whether a call is answered at once, after the model is loaded, or not at all."""
        states = {one.status for one in self.providers}
        if "live" in states or self.inference == "warm":
            return "warm"
        return "loading" if "staging" in states or self.inference == "cold" else "unavailable"

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import facts, things

        known = facts(**{name: getattr(self, name) for name in self._shown_})
        return known + (things(self.providers) if self.providers else "")


def provider_models(model: str, mapping: Any) -> list[ProviderModel]:
    """The entries of a mapping, an object by provider or a list; those that are none are left out.

    Source: huggingface.js, `inference/src/lib/getInferenceProviderMapping.ts`, which reads both.
    """
    if isinstance(mapping, dict):
        entries = [
            {**entry, "provider": name}
            for name, entry in mapping.items()
            if isinstance(entry, dict)
        ]
    else:
        listed = mapping if isinstance(mapping, list) else []
        entries = [entry for entry in listed if isinstance(entry, dict)]
    return [one for entry in entries if (one := _provider_model(model, entry)) is not None]


def _provider_model(model: str, entry: dict[str, Any]) -> ProviderModel | None:
    try:
        found = converted(entry, ProviderModel)
    except (msgspec.ValidationError, RecursionError):
        return None
    if {".", ".."} & set(found.id.split("/")):  # it will be part of a path
        return None
    found.model = found.model or model
    return found


class Pricing(Received):
    """US dollars for a million tokens."""

    input: float | None = None
    output: float | None = None


class ModelOffer(Received):
    """One provider's offer of a model, with the figures it has been seen to reach.

    Attributes:
        status: `live`, or `error`.
        context_length: tokens, of prompt and answer together.
        throughput: tokens a second.
    """

    provider: str
    status: str = "live"
    context_length: int | None = None
    pricing: Pricing | None = None
    is_free: bool | None = None
    supports_tools: bool | None = None
    supports_structured_output: bool | None = None
    first_token_latency_ms: float | None = None
    throughput: float | None = None
    is_model_author: bool | None = None

    @property
    def is_live(self) -> bool:
        """Whether it answers."""
        return self.status == "live"


class Architecture(Received):
    """What a model reads and writes: `text`, `image`, `audio`, …."""

    input_modalities: list[str] = field(default_factory=lambda: ["text"])
    output_modalities: list[str] = field(default_factory=lambda: ["text"])


class ModelProfile(Answer):
    """What a model can do and costs, by the word of whoever serves it.

    Attributes:
        id: the model, as the Hub spells it.
        providers: the offers that a call may be served by; `narrowed` keeps those of one provider.
        max_model_len: the context of a server of your own, as vLLM and SGLang tell it.
    """

    id: str
    created: float | None = None
    owned_by: str | None = None
    architecture: Architecture | None = None
    providers: list[ModelOffer] = field(default_factory=list)
    max_model_len: int | None = None
    meta: Any = None

    @property
    def offers(self) -> list[ModelOffer]:
        """The offers that are live; all of them if none is."""
        return [offer for offer in self.providers if offer.is_live] or self.providers

    @property
    def context_length(self) -> int | None:
        """Tokens that fit with whichever offer serves a call: the least of them."""
        own = self.max_model_len or _trained(self.meta)
        return min((o.context_length for o in self.offers if o.context_length), default=own)

    @property
    def supports_tools(self) -> bool | None:
        """Whether tools may be given; None where nobody says."""
        return _any(offer.supports_tools for offer in self.offers)

    @property
    def supports_structured_output(self) -> bool | None:
        """Whether answers may be bound to a schema; None where nobody says."""
        return _any(offer.supports_structured_output for offer in self.offers)

    @property
    def input_modalities(self) -> list[str]:
        """What it reads: `text`, `image`, …."""
        return (self.architecture or Architecture()).input_modalities

    @property
    def output_modalities(self) -> list[str]:
        """What it writes."""
        return (self.architecture or Architecture()).output_modalities

    @property
    def pricing(self) -> Pricing | None:
        """The price of the offer the router takes by itself: the fastest."""
        priced = [offer for offer in self.offers if offer.pricing is not None]
        return max(priced, key=_speed).pricing if priced else None

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import said, things

        reads = f"reads {', '.join(self.input_modalities)}"
        writes = f"writes {', '.join(self.output_modalities)}"
        length = f"{self.context_length:,} tokens" if self.context_length else ""
        offers = things(self.providers) if self.providers else ""
        return said(self.id, below=offers, notes=[reads, writes, length])

    def offer(self, provider: str) -> ModelOffer | None:
        """The offer of a provider; or by a rule of the router: `fastest`, `cheapest`."""
        if provider == "fastest":
            return max(self.offers, key=_speed, default=None)
        if provider == "cheapest":
            return min(self.offers, key=_price, default=None)
        return next((one for one in self.providers if one.provider == provider), None)

    def narrowed(self, provider: str) -> ModelProfile:
        """The profile as it is with one provider, or by a rule; the whole where that says nothing.

        `auto` and `preferred` leave it open who serves a call.
        """
        found = self.offer(provider)
        return self if found is None else msgspec.structs.replace(self, providers=[found])


def _any(values: Any) -> bool | None:
    said = [value for value in values if value is not None]
    return any(said) if said else None


def _speed(offer: ModelOffer) -> float:
    return offer.throughput or 0.0


def _price(offer: ModelOffer) -> float:
    price = offer.pricing.output if offer.pricing else None
    return float("inf") if price is None else price


def _trained(meta: Any) -> int | None:
    """The context of llama.cpp's model. Source: llama.cpp, `tools/server/README.md`, /v1/models."""
    size = meta.get("n_ctx_train") if isinstance(meta, dict) else None
    return size if isinstance(size, int) and size > 0 else None


class Organization(Received):
    """An organisation the account belongs to."""

    name: str
    fullname: str | None = None
    role: str | None = field(name="roleInOrg", default=None)


class Account(Answer):
    """Whose token it is."""

    name: str
    type: str = "user"
    fullname: str | None = None
    email: str | None = None
    is_pro: bool | None = field(name="isPro", default=None)
    can_pay: bool | None = field(name="canPay", default=None)
    orgs: list[Organization] = field(default_factory=list)
    auth: dict[str, Any] | None = None

    @property
    def token_role(self) -> str | None:
        """What the token may do: `read`, `write` or `fineGrained`."""
        token = (self.auth or {}).get("accessToken")
        return token.get("role") if isinstance(token, dict) else None


class Named(Received):
    """A model that a task shows."""

    id: str
    description: str | None = None


class HubTask(Received):
    """A task as the Hub presents it, and the models it shows."""

    id: str = ""
    label: str = ""
    summary: str | None = None
    models: list[Named] = field(default_factory=list)
    widget_models: list[str] = field(name="widgetModels", default_factory=list)


class ModelList(Received):
    """A list of models, as `GET /v1/models` gives it."""

    data: list[ModelProfile] = field(default_factory=list)
