"""A file from a URL that a stranger may have chosen, and which URLs are asked at all."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from hf_integrations.errors import (
    HfError,
    InferenceTimeoutError,
    NetworkError,
    ValidationError,
)
from hf_integrations.flow import Flow, Request, Response, Timeout, send, sleep
from hf_integrations.transport.engines.errands import GUARDED, Fetch
from hf_integrations.transport.media.naming import named
from hf_integrations.transport.media.settings import MediaSettings
from hf_integrations.transport.retry import Retry

_MOVED = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})  # with 5xx: what a later attempt may get past


def fetch(
    url: str,
    settings: MediaSettings,
    *,
    max_bytes: int | None = None,
    argument: str = "url",
    retry: Retry | None = None,
) -> Flow[bytes]:
    """The bytes at a URL; neither the token nor a cookie goes there.

    Args:
        url: http or https, without a user and password in it.
        settings: the limits.
        max_bytes: the largest file; the reading stops there. `max_video_bytes` by default.
        argument: what the caller's argument is called, for the errors.
        retry: how failures are met that may pass; None gives up at the first.

    Raises:
        ValidationError: the address is none to fetch from, or there is nothing there, or too much.
        NetworkError: no answer, or one that may be better later.
    """
    largest = settings.most("") if max_bytes is None else max_bytes
    for _ in range(settings.max_redirects + 1):
        request = _request(checked_address(url, argument), settings, largest)
        answer = yield from _answered(request, argument, retry or Retry(0, 0.0, 0.0))
        if answer.status not in _MOVED:
            return answer.body
        url = _next(url, answer, argument)
    raise ValidationError(
        f"{argument}: the URL leads on more than {settings.max_redirects} times.",
        hint="Give the address it leads to, or raise max_redirects.",
    )


def checked_address(url: str, argument: str) -> str:
    """The URL, without its fragment, if it may be asked at all.

    Raises:
        ValidationError: says why not, and shows nothing of it but the scheme.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme and parts.scheme not in {"http", "https"}:
        raise ValidationError(
            f"{argument}: only http and https are fetched from, not {parts.scheme[:20]}:."
        )
    if not host or re.search(r"[\s\\\x00-\x1f\x7f]", url):
        raise ValidationError(f"{argument} is no URL that can be asked; write https://host/path.")
    if "@" in parts.netloc:
        raise ValidationError(
            f"{argument}: the URL carries a user or a password.",
            hint="Download the file yourself, and pass its bytes.",
        )
    return url.partition("#")[0]


def _request(url: str, settings: MediaSettings, max_bytes: int) -> Fetch:
    parts = urlsplit(url)
    trusted = {parts.netloc.lower(), (parts.hostname or "")} & {
        host.lower() for host in settings.trusted_hosts
    }
    return Fetch(
        "GET",
        GUARDED + url,
        Timeout(settings.connection_timeout, total=settings.fetch_timeout),
        headers=(("user-agent", settings.user_agent), ("accept", "*/*")),
        max_bytes=max_bytes,
        allow_private=settings.allow_private_urls or bool(trusted),
    )


def _answered(request: Request, argument: str, retry: Retry) -> Flow[Response]:
    """The answer, if it is a file or leads on to one."""
    failures = 0
    while True:
        try:
            answer = yield from send(request)
            failure: HfError | None = _refusal(answer)
        except HfError as error:
            failure = error
        if failure is None:
            return answer
        pause = retry.wait(failures, failure, request)
        if pause is None:
            raise _told(failure, argument)
        failures += 1
        yield from sleep(pause)


def _refusal(answer: Response) -> HfError | None:
    status = answer.status
    if status in _MOVED or 200 <= status < 300:
        return None
    if status >= 500 or status in _PASSING:
        return NetworkError("the server of the URL cannot answer now.", status=status)
    return ValidationError(
        "there is no file to be had at the URL.",
        status=status,
        hint="Check that it opens without a login, or pass the bytes.",
    )


def _told(failure: HfError, argument: str) -> HfError:
    """The failure with the name of the argument it is about."""
    if isinstance(failure, InferenceTimeoutError):
        failure.hint = "Pass the bytes, or raise fetch_timeout."
    return named(failure, argument)


def _next(url: str, answer: Response, argument: str) -> str:
    try:
        return urljoin(url, answer.headers["location"])
    except (KeyError, ValueError):
        raise ValidationError(
            f"{argument}: the URL leads on, but not to an address.", status=answer.status
        ) from None
