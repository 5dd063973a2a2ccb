"""What an endpoint is to be: its configuration in plain names, and as the API takes it.

Source: huggingface_hub, `hf_api.py`, `create_inference_endpoint`, `update_inference_endpoint`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypedDict

from msgspec import Struct, field
from msgspec.structs import force_setattr

from hf_integrations.errors import ValidationError
from hf_integrations.models.endpoint_images import EndpointImage, refuse_pickle

Accelerator: TypeAlias = Literal["cpu", "gpu", "neuron", "tpu"]
EndpointType: TypeAlias = Literal["public", "authenticated", "protected", "private"]

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_ALIASES = {"inferentia": "neuron", "inferentia2": "neuron"}

# Where each setting stands in the body of a request.
PLACES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "type": ("type",),
    "vendor": ("provider", "vendor"),
    "region": ("provider", "region"),
    "accelerator": ("compute", "accelerator"),
    "instance_type": ("compute", "instanceType"),
    "instance_size": ("compute", "instanceSize"),
    "min_replica": ("compute", "scaling", "minReplica"),
    "max_replica": ("compute", "scaling", "maxReplica"),
    "scale_to_zero_timeout": ("compute", "scaling", "scaleToZeroTimeout"),
    "scale_on": ("compute", "scaling", "measure"),
    "repository": ("model", "repository"),
    "revision": ("model", "revision"),
    "framework": ("model", "framework"),
    "task": ("model", "task"),
    "image": ("model", "image"),
    "command": ("model", "command"),
    "args": ("model", "args"),
    "env": ("model", "env"),
    "secrets": ("model", "secrets"),
    "tags": ("tags",),
    "domain": ("route", "domain"),
    "path": ("route", "path"),
    "cache_http_responses": ("cacheHttpResponses",),
    "private_service": ("privateService",),
}


class EndpointChanges(TypedDict, total=False):
    """What may be changed of an endpoint; what is left out stays as it is. See `EndpointConfig`."""

    repository: str
    accelerator: str
    instance_type: str
    instance_size: str
    min_replica: int
    max_replica: int
    scale_to_zero_timeout: int | None
    scale_on: Mapping[str, float] | None
    revision: str | None
    framework: str
    task: str
    image: EndpointImage | Mapping[str, Any] | str
    command: list[str] | None
    args: list[str] | None
    env: Mapping[str, str]
    secrets: Mapping[str, str]
    tags: list[str]
    type: str
    domain: str | None
    path: str | None
    cache_http_responses: bool
    private_service: Mapping[str, str] | None
    extra: Mapping[str, Any]


class EndpointConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an endpoint is to be.

    Attributes:
        name: lower-case letters, digits and hyphens, 32 at most.
        repository: the model on the Hub.
        accelerator: `cpu`, `gpu`, `neuron` (also `inferentia`) or `tpu`.
        instance_type: as `client.endpoints.hardware()` lists it, such as `nvidia-l4`.
        instance_size: such as `x1`.
        vendor: `aws`, `azure` or `gcp`.
        region: such as `us-east-1`.
        image: what serves the model: an `EndpointImage`, a dict or the URL of a container.
        min_replica: replicas that are always there; 0 lets it fall asleep.
        max_replica: the most there may be.
        scale_to_zero_timeout: idle minutes after which it falls asleep; None for never.
        scale_on: when to add replicas: `{"pendingRequests": 1.5}` or `{"hardwareUsage": 80}`.
        revision: of the repository.
        framework: `pytorch`, `llamacpp`, `custom`.
        task: as the Hub spells it; None lets the API find out.
        type: who may ask it: `public`, `authenticated` (once `protected`), `private`.
        private_service: of a private one: `{"accountId": …, "region": …}` of its PrivateLink.
        command: instead of the container's own.
        args: appended to it.
        env: variables of its environment.
        secrets: the same, and never shown again.
        tags: for people.
        domain: of its own, in place of the given one.
        path: under that domain.
        cache_http_responses: let the proxy keep answers.
        extra: fields of the API that are not listed here, merged into the body.
    """

    name: str
    repository: str
    accelerator: str
    instance_type: str
    instance_size: str = "x1"
    vendor: str = "aws"
    region: str = "us-east-1"
    image: EndpointImage = field(default_factory=EndpointImage.huggingface)
    min_replica: int = 0
    max_replica: int = 1
    scale_to_zero_timeout: int | None = 60
    scale_on: Mapping[str, float] | None = None
    revision: str | None = None
    framework: str = "pytorch"
    task: str | None = None
    type: str = "authenticated"
    private_service: Mapping[str, str] | None = None
    command: list[str] | None = None
    args: list[str] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    domain: str | None = None
    path: str | None = None
    cache_http_responses: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = checked({name: getattr(self, name) for name in self.__struct_fields__})
        for name, value in values.items():
            force_setattr(self, name, value)
        if self.type == "private" and not self.private_service:
            raise ValidationError("private_service: a private endpoint needs one.")

    def body(self) -> dict[str, Any]:
        """The body of a create."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        unset = {"task", "scale_on", "private_service", "command", "args", "domain", "path",
                 "cache_http_responses"}  # fmt: skip
        given = {
            name: value
            for name, value in values.items()
            if not (value is None and name in unset) and value not in ({}, [])
        }
        return body_of(given)

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"EndpointConfig({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: of secrets and of what nobody knows here, the names only."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        for name in ("secrets", "env", "extra"):
            values[name] = sorted(values[name])
        return [(name, value) for name, value in values.items() if value not in (None, [], {})]

    def __reduce__(self) -> tuple[Any, ...]:
        if self.secrets:
            refuse_pickle("secrets")
        return _restored, ({name: getattr(self, name) for name in self.__struct_fields__},)


def _restored(values: dict[str, Any]) -> EndpointConfig:
    return EndpointConfig(**values)


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings in their places, and with them what `extra` adds."""
    body: dict[str, Any] = {}
    for name, value in values.items():
        if name == "extra":
            continue
        *parents, last = PLACES[name]
        inner = body
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value.on_wire() if isinstance(value, EndpointImage) else _plain(value)
    return merged(body, values.get("extra") or {})


def merged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Two bodies in one; what `more` says wins."""
    result = dict(body)
    for name, value in more.items():
        both = isinstance(value, Mapping) and isinstance(result.get(name), Mapping)
        result[name] = merged(result[name], value) if both else value
    return result


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they may be written, made right; one that cannot be is named.

    Raises:
        ValidationError: a setting is none, or cannot be.
    """
    for name in values:
        if name not in PLACES and name != "extra":
            raise ValidationError(f"{name}: an endpoint has no such setting.", hint=_near(name))
    result = dict(values)
    if "image" in result:
        result["image"] = EndpointImage.of(result["image"])
    for name, check in _CHECKS.items():
        if name in result:
            result[name] = check(name, result[name])
    least, most = result.get("min_replica"), result.get("max_replica")
    if isinstance(least, int) and isinstance(most, int) and most < max(1, least):
        raise ValidationError(f"max_replica is {most}, and must be at least {max(1, least)}.")
    return result


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValidationError(f"{name} must be a text that is not empty.")
    return value


def _name(name: str, value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValidationError(
            f"{name}: an endpoint's name has lower-case letters, digits and hyphens, 32 at most, "
            "with none of the hyphens at an end."
        )
    return value


def _accelerator(name: str, value: Any) -> str:
    text = _text(name, value)
    return _ALIASES.get(text.lower(), text)


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValidationError(f"{name} must be a whole number, 0 or more.")
    return value


def _minutes(name: str, value: Any) -> int | None:
    if value is not None and (_count(name, value) == 0):
        raise ValidationError(f"{name} must be minutes, 1 or more, or None for never.")
    return value  # type: ignore[no-any-return]


def _texts(name: str, value: Any) -> dict[str, str]:
    good = isinstance(value, Mapping) and all(
        isinstance(key, str) and key and isinstance(text, str) for key, text in value.items()
    )
    if not good:
        raise ValidationError(f"{name} must be a dict of texts by their names.")
    return dict(value)


def _list(name: str, value: Any) -> list[str] | None:
    if value is None and name != "tags":
        return None
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValidationError(f"{name} must be a list of texts.")
    return list(value)


def _object(name: str, value: Any) -> dict[str, Any] | None:
    if value is None and name != "extra":
        return None
    if not isinstance(value, Mapping):
        raise ValidationError(f"{name} must be a dict.")
    return dict(value)


_CHECKS: dict[str, Any] = {
    "name": _name, "accelerator": _accelerator, "min_replica": _count, "max_replica": _count,
    "scale_to_zero_timeout": _minutes, "env": _texts, "secrets": _texts, "tags": _list,
    "command": _list, "args": _list, "private_service": _object, "scale_on": _object,
    "extra": _object,
    **dict.fromkeys(("repository", "instance_type", "instance_size", "vendor", "region", "type",
                     "framework"), _text),
}  # fmt: skip


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, [*PLACES, "extra"], n=3)
    return f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join(PLACES)}, extra."
