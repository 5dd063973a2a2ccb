"""Where a library's failure becomes ours: one wording for all engines.

A message names the host, the phase and the reason; never the query, a header or a body.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

from hf_integrations.errors import (
    AnswerTooLargeError,
    ConfigurationError,
    HfError,
    InferenceTimeoutError,
    NetworkError,
)
from hf_integrations.flow import Request

Phase: TypeAlias = Literal["connect", "total", "silence", "place"]

WORDS: dict[Phase, tuple[str, str]] = {
    "connect": (
        "no connection to {host} within {seconds:g} s",
        "Check the address and the network, or raise `connection_timeout`.",
    ),
    "total": (
        "no complete answer from {host} within {seconds:g} s",
        "Raise `request_timeout` or this call's `timeout`, ask for less, or stream.",
    ),
    "silence": (
        "{host} was silent for {seconds:g} s",
        "Raise `stream_timeout` when the model may think for longer.",
    ),
    "place": (
        "every connection of the given http_client was in use for {seconds:g} s",
        "Close streams when they are read, or give a client with a larger pool.",
    ),
}

E = TypeVar("E", bound=HfError)

_CERTIFICATE = re.compile(r"certificate|self.signed|UnknownIssuer", re.IGNORECASE)
_ILLEGAL = re.compile(r"[\r\n\0]|[^\x00-\xff]")


def host_of(request: Request) -> str:
    """Host and port of a request's URL, without user, path and query."""
    try:
        return urlsplit(request.url).netloc.rpartition("@")[2]
    except ValueError:  # not a URL at all; `malformed` says so
        return ""


def too_late(request: Request, phase: Phase) -> InferenceTimeoutError:
    """No answer in time; the phase says which clock ran out."""
    timeout = request.timeout
    clocks = {"connect": timeout.connect, "silence": timeout.silence, "total": timeout.total}
    seconds = clocks.get(phase) or timeout.total or timeout.silence or timeout.connect
    text, hint = WORDS[phase]
    message = text.format(host=host_of(request), seconds=seconds)
    error = InferenceTimeoutError(message, hint=hint)
    error.phase = phase
    return _about(error, request)


def no_answer(request: Request, reason: str) -> NetworkError:
    """No answer at all; the reason is the library's, and may not carry a secret."""
    error = NetworkError(f"no answer from {host_of(request)}: {reason}")
    if _CERTIFICATE.search(reason):
        error.hint = "Name the file of the authority that signed it: `ca_file` or SSL_CERT_FILE."
        error.retryable = False  # the same certificate will be shown again
    return _about(error, request)


def cut_off(request: Request, reason: str) -> NetworkError:
    """The body ended before its end."""
    return _about(NetworkError(f"the answer of {host_of(request)} broke off: {reason}"), request)


def too_large(request: Request, status: int) -> AnswerTooLargeError:
    """An answer that is larger than it may be."""
    error = AnswerTooLargeError(
        f"the answer of {host_of(request)} is larger than {request.most:,} bytes",
        hint="Raise `max_answer_bytes`, or ask for less.",
        status=status or None,
    )
    return _about(error, request)


def malformed(request: Request) -> ConfigurationError:
    """The URL or a header cannot be sent; says which."""
    name = illegal_header(request)
    if name is not None:
        message = f"the header {name!r} holds a line break or a character no header may hold"
        hint = "Check the token and the extra headers."
    else:
        message = f"the URL of the request cannot be asked; its host is {host_of(request)!r}"
        hint = "Check `base_url`; it must look like https://host/path."
    return _about(ConfigurationError(message, hint=hint), request)


def illegal_header(request: Request) -> str | None:
    """The first header that cannot be sent. Some libraries would print its value, so look first."""
    if not _ILLEGAL.search(" ".join(chain.from_iterable(request.headers))):
        return None  # one look at all of them, as nearly every request is well
    return next(name for name, value in request.headers if _ILLEGAL.search(f"{name} {value}"))


def closed(request: Request) -> ConfigurationError:
    """The engine was asked after, or during, its end."""
    hint = "Make a new client; one that is closed stays closed."
    return _about(ConfigurationError("the client is closed", hint=hint), request)


def _about(error: E, request: Request) -> E:
    about = request.about
    error.provider = about.provider or None
    error.model = about.model or None
    error.task = about.task or None
    return error
