"""What every call may be told besides its own parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from msgspec import Struct

from hf_integrations.config import HfInferenceConfig, checked_headers
from hf_integrations.errors import AuthenticationError, ValidationError
from hf_integrations.flow import Request
from hf_integrations.models.options import CallOptions as CallOptions
from hf_integrations.models.shapes import Sent, as_dict, encode
from hf_integrations.routing.requests import request_to
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import Task
from hf_integrations.services.context import Context


class Call(Struct, frozen=True):
    """The options of a call, apart from its parameters."""

    extra_body: dict[str, Any] | None = None
    extra_headers: dict[str, str] | None = None
    timeout: float | None = None

    @classmethod
    def split(cls, options: Mapping[str, Any]) -> tuple[Self, dict[str, Any]]:
        """The options of a call, and the parameters among them that were set."""
        if not options:  # by far the most common call
            return cls(), {}
        names = _NAMES & options.keys()
        if not names:
            return cls(), {name: value for name, value in options.items() if value is not None}
        call = cls(**{name: options[name] for name in names})
        if not isinstance(call.extra_body, (dict, type(None))):
            raise ValidationError("extra_body must be a dict.")
        if call.extra_headers is not None:
            checked_headers("extra_headers", call.extra_headers, ValidationError)
        parameters = {
            name: value
            for name, value in options.items()
            if name not in names and value is not None
        }
        return call, parameters

    def body(self, shape: Sent | dict[str, Any]) -> bytes:
        """The body of a request, with the extra fields."""
        return encode(as_dict(shape) | self.extra_body if self.extra_body else shape)

    def request(
        self, context: Context, target: Target, task: Task, body: bytes, *, path: str = "",
        streamed: bool = False, repeat_after_timeout: bool = False, amount: int = 0,
    ) -> Request:  # fmt: skip
        """A request with the options applied."""

        def made(config: HfInferenceConfig = context.config) -> Request:
            return request_to(
                config, target, task, body, path=path, extra_headers=self.extra_headers,
                streamed=streamed, timeout=self.timeout,
                repeat_after_timeout=repeat_after_timeout, amount=amount,
            )  # fmt: skip

        if self.extra_headers or self.timeout is not None or target.row is not None:
            return made()
        token = context.config.credential
        try:
            secret = token.reveal() if token is not None else None
        except AuthenticationError:
            return made()  # which may need none
        place = (target.root, target.kind, target.provider, target.model, task.name, path)
        key = (place, secret, bool(body), streamed, repeat_after_timeout, amount)
        if secret is None:
            return context.requests.like(key, made, body)
        return context.requests.like(key, lambda: made(context.config.with_secret(secret)), body)


_NAMES = frozenset(CallOptions.__annotations__)
