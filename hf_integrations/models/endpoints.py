"""What the management API tells of endpoints: read with care, so that it may grow and change.

Everything is read from the answer when it is asked for: a field that is missing is None, one that
is not known here is in `raw`, and a state that is not known is itself.
Source: huggingface_hub, `_inference_endpoints.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from hf_integrations.errors import ValidationError
from hf_integrations.models.endpoint_config import PLACES, EndpointConfig, checked, merged
from hf_integrations.models.endpoint_images import REDACTED, EndpointImage
from hf_integrations.models.hardware import count, number


class EndpointStatus(StrEnum):
    """The states of an endpoint."""

    PENDING = "pending"
    INITIALIZING = "initializing"
    UPDATING = "updating"
    UPDATE_FAILED = "updateFailed"
    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"
    SCALED_TO_ZERO = "scaledToZero"

    @classmethod
    def of(cls, text: str) -> EndpointStatus | str:
        """The state of that name; one that nobody knows here stays a text."""
        return cls._value2member_map_.get(text, text)  # type: ignore[return-value]


class EndpointInfo:
    """An endpoint as it was when it was asked about.

    Attributes:
        namespace: who owns it.
        raw: all that the API told, also what is not known here.
    """

    __slots__ = ("namespace", "raw")
    # What a notebook shows.
    _shown_ = ("id", "status", "repository", "hardware_id", "ready_replicas", "url")

    def __init__(self, raw: Mapping[str, Any], namespace: str) -> None:
        self.raw = dict(raw)
        self.namespace = namespace

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.raw.get("name") or "")

    @property
    def id(self) -> str:
        """`namespace/name`, by which clients know it."""
        return f"{self.namespace}/{self.name}"

    @property
    def status(self) -> EndpointStatus | str:
        """Its state; a plain text where it is one that is not known here."""
        return EndpointStatus.of(str(self._at("status", "state") or ""))

    @property
    def message(self) -> str:
        """Why it is in that state, in the words of the API."""
        return str(self._at("status", "message") or "")

    @property
    def reason(self) -> str:
        """Why it failed, in one line."""
        error = self._at("status", "errorMessage") or self._at("status", "error")
        return " ".join(str(self.message or error or "no reason was given").split())

    @property
    def url(self) -> str | None:
        """Where it answers, without a slash at the end; None until it was deployed once."""
        url = self._at("status", "url")
        return url.rstrip("/") if isinstance(url, str) and url else None

    @property
    def health_url(self) -> str | None:
        """What answers 200 when the model is ready."""
        route = self.raw.get("healthRoute")
        path = route if isinstance(route, str) and route else "/health"
        return f"{self.url}/{path.lstrip('/')}" if self.url else None

    @property
    def type(self) -> str:
        """Who may ask it."""
        return str(self.raw.get("type") or "")

    @property
    def repository(self) -> str | None:
        """The model."""
        return self._text("model", "repository")

    @property
    def revision(self) -> str | None:
        """Of the repository."""
        return self._text("model", "revision")

    @property
    def task(self) -> str | None:
        """As the Hub spells it."""
        return self._text("model", "task")

    @property
    def framework(self) -> str | None:
        """Of the model."""
        return self._text("model", "framework")

    @property
    def image(self) -> EndpointImage | None:
        """What serves the model; without its credentials, which the API does not tell."""
        image = self._at("model", "image")
        if not isinstance(image, Mapping) or len(image) != 1:
            return None
        [(variant, fields)] = image.items()
        return EndpointImage(variant, fields if isinstance(fields, Mapping) else {})

    @property
    def variant(self) -> str | None:
        """The kind of image that serves the model."""
        image = self._at("model", "image")
        return str(next(iter(image))) if isinstance(image, dict) and len(image) == 1 else None

    @property
    def hardware_id(self) -> str:
        """The id of what it runs on, as the catalogue has it."""
        said = self._text("compute", "id")
        parts = (("provider", "vendor"), ("provider", "region"), ("compute", "instanceType"),
                 ("compute", "instanceSize"))  # fmt: skip
        return said or "-".join(self._text(*part) or "" for part in parts)

    @property
    def ready_replicas(self) -> int:
        """How many replicas answer."""
        return count(self._at("status", "readyReplica"))

    @property
    def target_replicas(self) -> int:
        """How many there are to be."""
        return count(self._at("status", "targetReplica"))

    @property
    def min_replicas(self) -> int:
        """How many there always are."""
        return count(self._at("compute", "scaling", "minReplica"))

    @property
    def max_replicas(self) -> int:
        """How many there may be."""
        return count(self._at("compute", "scaling", "maxReplica"))

    @property
    def scale_to_zero_timeout(self) -> int | None:
        """Idle minutes after which it falls asleep; None for never."""
        minutes: int | None = number(self._at("compute", "scaling", "scaleToZeroTimeout"), int)
        return minutes

    @property
    def created_at(self) -> datetime | None:
        """When it was made."""
        return moment(self._at("status", "createdAt"))

    @property
    def updated_at(self) -> datetime | None:
        """When it changed last."""
        return moment(self._at("status", "updatedAt"))

    @property
    def tags(self) -> list[str]:
        """For people."""
        tags = self.raw.get("tags")
        return [str(tag) for tag in tags] if isinstance(tags, list) else []

    @property
    def is_running(self) -> bool:
        """Whether it says that it runs; `wait_for_running` also asks it."""
        return self.status == EndpointStatus.RUNNING and self.url is not None

    def config(self, **changes: Any) -> EndpointConfig:
        """What it is to be, to make another one like it.

        What the API blackens, secrets and credentials of a registry, is not in it. Fields that are
        not known here are in `extra`.

        Args:
            **changes: settings that shall differ, such as `name`.

        Raises:
            ValidationError: one of them cannot be, or is missing in what the API tells.
        """
        return _config_of(self.raw, checked(changes))

    def _at(self, *path: str) -> Any:
        value: Any = self.raw
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def _text(self, *path: str) -> str | None:
        value = self._at(*path)
        return None if value is None else str(value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EndpointInfo):
            return NotImplemented
        return (self.namespace, self.raw) == (other.namespace, other.raw)

    __hash__ = None  # type: ignore[assignment]

    def _repr_html_(self) -> str:
        from hf_integrations.models.shown import facts

        return facts(**{name: getattr(self, name) for name in self._shown_}, message=self.message)

    def __repr__(self) -> str:
        return f"EndpointInfo({self.id!r}, {str(self.status)!r}, url={self.url!r})"


def moment(text: Any) -> datetime | None:
    """A time as the API writes it, which may have nanoseconds; in UTC unless it says otherwise."""
    if not isinstance(text, str):
        return None
    cut = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    try:
        when = datetime.fromisoformat(cut)
    except ValueError:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


_OWN = ("accountId", "healthRoute", "status", "id")  # what the API says and does not take


def _config_of(raw: Mapping[str, Any], changes: Mapping[str, Any]) -> EndpointConfig:
    left = _copied({name: value for name, value in raw.items() if name not in _OWN})
    values: dict[str, Any] = {}
    for name, (*parents, last) in PLACES.items():
        inner: Any = left
        for parent in parents:
            inner = inner.get(parent) if isinstance(inner, dict) else None
        if isinstance(inner, dict) and last in inner:
            values[name] = inner.pop(last)
    if isinstance(left.get("compute"), dict):
        left["compute"].pop("id", None)
    image = values.pop("image", None)
    if isinstance(image, Mapping) and image:
        [(variant, fields), *_] = image.items()
        fields = {k: v for k, v in _mapping(fields).items() if k != "credentials"}
        values["image"] = EndpointImage(variant, fields)
    for name in ("secrets", "env"):
        kept = {k: v for k, v in _mapping(values.get(name)).items() if v and v != REDACTED}
        values[name] = {} if name == "secrets" else kept
    given = {name: value for name, value in values.items() if value is not None} | dict(changes)
    extra = merged(_pruned(left), dict(given.pop("extra", {})))
    if "scale_to_zero_timeout" in values and "scale_to_zero_timeout" not in given:
        given["scale_to_zero_timeout"] = None
    _check_needed(given)
    return EndpointConfig(**given, extra=extra)


def _check_needed(given: Mapping[str, Any]) -> None:
    needed = ("name", "repository", "accelerator", "instance_type")
    if missing := [name for name in needed if name not in given]:
        raise ValidationError(
            f"The API does not tell the {' and the '.join(missing)} of this endpoint; pass "
            f"{'= and '.join(missing)}= to config()."
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(one) for name, one in value.items()}
    return value


def _pruned(value: dict[str, Any]) -> dict[str, Any]:
    """A body without objects that have nothing in them, and without what says nothing."""
    result = {}
    for name, one in value.items():
        kept = _pruned(one) if isinstance(one, dict) else one
        if kept not in ({}, None):
            result[name] = kept
    return result
