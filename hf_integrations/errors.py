"""Everything this library raises.

HfError
├── ConfigurationError                 the settings cannot work
├── ValidationError                    the call is wrong: 400, 413, 422, or refused unsent
│   └── UnsupportedTaskError           this target does not serve the task
├── AuthenticationError                401, or no token where one is needed
├── PermissionDeniedError              403
├── QuotaExceededError                 402: credits are used up
│   └── BudgetExceededError            the setting `budget` is used up; nothing was sent
├── NotFoundError                      404
│   └── ModelNotAvailableOnProviderError
├── RateLimitedError                   429; `retry_after` in seconds
├── ServerError                        5xx
│   ├── ServiceUnavailableError        503
│   │   └── ModelLoadingError          503 while a model loads; `retry_after` estimated
│   └── GatewayTimeoutError            504
├── ColdStartTimeoutError              the model was still loading at the deadline
├── EndpointPausedError                a dedicated endpoint that must be resumed first
├── EndpointFailedError                a dedicated endpoint that did not come up
├── EndpointUnhealthyError             a dedicated endpoint that runs and does not answer
├── NetworkError                       no answer arrived
│   └── InferenceTimeoutError          not in time
├── StreamInterruptedError             a stream broke off; `partial` holds what came before
├── CircuitOpenError                   held back: the target failed too often
├── StoreError                         the vector store: database, table or index
└── DecodeError                        an answer arrived and does not fit its shape
    └── AnswerTooLargeError            it is larger than the setting `max_answer_bytes` allows

A class stands for a reaction of the caller, an attribute for a fact.
No error carries a token or a prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class HfError(Exception):
    """Base class of every error raised here.

    Attributes:
        message: what went wrong, for people.
        hint: what to do about it, for people.
        status: the HTTP status, when an answer arrived.
        provider: who was asked.
        model: the model that was asked for.
        task: the task, as the Hub spells it.
        request_id: the server's id of the request, for its support.
        retryable: whether the same call may succeed later.
        retry_after: seconds after which the server wants to be asked again, when it said so.
        tried: with failover, who was asked and the class of the error that came, in order.
    """

    retryable: bool = False
    tried: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        provider: str | None = None,
        model: str | None = None,
        task: str | None = None,
        request_id: str | None = None,
        hint: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.provider = provider
        self.model = model
        self.task = task
        self.request_id = request_id
        self.hint = hint
        self.retry_after = retry_after

    def __str__(self) -> str:
        where = ", ".join(
            f"{name.replace('_', ' ')} {value}"
            for name in ("status", "provider", "model", "task", "request_id")
            if (value := getattr(self, name)) is not None
        )
        text = f"{self.message} [{where}]" if where else self.message
        return f"{text} {self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.message, self.__dict__.copy())


def _restore(cls: type[HfError], message: str, state: dict[str, Any]) -> HfError:
    error = cls(message)
    error.__dict__.update(state)
    return error


class ConfigurationError(HfError):
    """The settings cannot work, alone or together."""


class ValidationError(HfError):
    """The call itself is wrong; sending it again cannot help.

    Attributes:
        failed: for a batch, the message for each item that was refused, by index.
        partial: for a batch, the result of the items that were not refused, or None.
    """

    def __init__(self, message: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.failed: dict[int, str] = {}
        self.partial: Any = None


class UnsupportedTaskError(ValidationError):
    """What answers at this target does not serve this task."""


class AuthenticationError(HfError):
    """No token, or one the server does not accept."""


class PermissionDeniedError(HfError):
    """The token is known and may not do this."""


class QuotaExceededError(HfError):
    """The credits of the account that pays are used up."""


class BudgetExceededError(QuotaExceededError):
    """A call may cost more than is left of the setting `budget`; nothing was sent."""


class NotFoundError(HfError):
    """There is no such model, route or endpoint."""


class ModelNotAvailableOnProviderError(NotFoundError):
    """The model exists, and not with this provider."""


class RateLimitedError(HfError):
    """Too many requests; ask again after `retry_after` seconds."""

    retryable = True


class ServerError(HfError):
    """The server failed."""

    retryable = True


class ServiceUnavailableError(ServerError):
    """The server does not take requests now."""


class ModelLoadingError(ServiceUnavailableError):
    """The model is being loaded; `retry_after` is the server's estimate in seconds."""


class GatewayTimeoutError(ServerError):
    """A gateway gave up waiting for the model; a stream keeps it patient."""


class ColdStartTimeoutError(HfError):
    """The model was still loading when `cold_start_timeout` had passed."""


class EndpointPausedError(HfError):
    """The dedicated endpoint is paused and must be resumed first."""


class EndpointFailedError(HfError):
    """The dedicated endpoint did not come up."""


class EndpointUnhealthyError(HfError):
    """The dedicated endpoint runs and does not answer its health route."""

    retryable = True


class NetworkError(HfError):
    """No answer arrived: name not found, connection refused or cut, certificate not trusted."""

    retryable = True


class InferenceTimeoutError(NetworkError):
    """No answer arrived in time; the server may still be working on it.

    Attributes:
        phase: what took too long: `connect` or `place` before anything was sent, `total` or
            `silence` after; empty when that is not known.
    """

    phase = ""


class StreamInterruptedError(HfError):
    """A stream broke off after its first item.

    Attributes:
        partial: the text that had arrived.
    """

    def __init__(self, message: str = "", *, partial: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.partial = partial


class CircuitOpenError(HfError):
    """Held back without sending: the target failed too often."""

    retryable = True


class StoreError(HfError):
    """The vector store cannot do this: the database, its rights, a table or an index."""


class DecodeError(HfError):
    """An answer arrived and does not fit its shape."""


class AnswerTooLargeError(DecodeError):
    """An answer is larger than `max_answer_bytes`, unpacked; the rest of it was not read."""
