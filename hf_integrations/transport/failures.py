"""A refusal becomes the error that says what to do about it."""

from __future__ import annotations

import re
from typing import Any

from hf_integrations import errors
from hf_integrations.errors import DecodeError, HfError
from hf_integrations.flow import Request, Response
from hf_integrations.models.shapes import request_id
from hf_integrations.routing.tokens import HUGGING_FACE_TOKEN
from hf_integrations.transport.masking import LONGEST, decoded, without_secrets

BY_STATUS: dict[int, type[HfError]] = {
    400: errors.ValidationError,
    401: errors.AuthenticationError,
    402: errors.QuotaExceededError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    408: errors.InferenceTimeoutError,
    424: errors.ServerError,  # TEI and TGI: the model itself failed
    429: errors.RateLimitedError,
    503: errors.ServiceUnavailableError,
    504: errors.GatewayTimeoutError,
}
HINTS: dict[type[HfError], str] = {
    errors.QuotaExceededError: "The credits of the account that pays are used up; see "
    "https://huggingface.co/settings/billing, or name another with bill_to=.",
    errors.PermissionDeniedError: "The token needs the permission to make calls to Inference "
    "Providers, or access to the model; see https://huggingface.co/settings/tokens.",
    errors.ModelNotAvailableOnProviderError: "See https://huggingface.co/settings/"
    "inference-providers for the providers you have enabled, or choose another model.",
    errors.NotFoundError: "Check the model's name and the address.",
    errors.EndpointPausedError: "Resume it at https://endpoints.huggingface.co, then call again.",
    errors.ModelLoadingError: "Ask again later, or let auto_wait_for_model wait for it.",
    errors.GatewayTimeoutError: "A stream keeps the gateway patient with a long generation.",
}
ELSEWHERE = "If there is another kind of server at this address, correct base_url."
_NO_PROVIDER = re.compile(r"not supported by (any )?provider", re.IGNORECASE)


def failure_of(request: Request, response: Response) -> HfError:
    """The error for a response that is not 2xx."""
    body = decoded(response.body)
    text = _text(body).strip() or _plain(response, body)
    kind = _kind(response, body, text)
    about = request.about
    error = kind(
        without_secrets(text, request),
        status=response.status,
        provider=about.provider or None,
        model=about.model or None,
        task=about.task or None,
        request_id=request_id(response.headers),
        hint=_hint(kind, request),
        retry_after=_retry_after(response, body),
    )
    if response.status == 424:
        error.retryable = False  # the model would fail in the same way
    return error


def _hint(kind: type[HfError], request: Request) -> str | None:
    """What to do; of credits, whose they are."""
    if kind is errors.AuthenticationError:
        return request.about.token_hint
    if kind is not errors.QuotaExceededError:
        return HINTS.get(kind)
    headers = dict(request.headers)
    payer = headers.get("x-hf-bill-to")
    if payer:
        return f"{payer!r} pays (bill_to), and its credits are used up; name another with bill_to=."
    key = headers.get("authorization", "").partition(" ")[2]
    if key and not key.startswith(HUGGING_FACE_TOKEN) and request.about.provider:
        return f"Whoever owns the key at {request.about.provider} pays; see the account there."
    return HINTS[kind]


def _kind(response: Response, body: Any, text: str) -> type[HfError]:
    status = response.status
    if response.headers.get("x-error-code") == "RepoNotFound":
        status = 404  # which the Hub says by 401 to whoever has no token
    if 300 <= status < 400:
        return errors.ConfigurationError
    if status == 400 and ("model_not_supported" in str(body) or _NO_PROVIDER.search(text)):
        return errors.ModelNotAvailableOnProviderError
    if status == 400 and "invalid state" in text.lower():
        return errors.EndpointPausedError  # the proxy before a dedicated endpoint, when paused
    if status == 503 and ("estimated_time" in str(body) or "loading" in text.lower()):
        return errors.ModelLoadingError
    if status in BY_STATUS:
        return BY_STATUS[status]
    return errors.ServerError if status >= 500 else errors.ValidationError


def _text(body: Any) -> str:
    """The message in any of the forms that are in use.

    Source: huggingface.js, `utils/request.ts`, and the servers' own error shapes.
    """
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, map(_text, body)))
    if isinstance(body, dict):
        for name in ("error", "message", "detail", "msg", "title"):
            if text := _text(body.get(name)):
                return text
    return ""


def told_instead(request: Request, response: Response) -> HfError | None:
    """The error that a 2xx answer, or an event of a stream, holds in place of what was asked for.

    Only for what is no answer or says nothing: where it has a message, that is an error. None where
    it has none. Its class follows from the status that is written there; where there
    is none, the server failed, and it is not known whether asking again would help.

    Source: the OpenAI API (`error.code`, `error.type`); vLLM, `ErrorResponse`; TGI, `error_type`.
    """
    body = decoded(response.body)
    if not isinstance(body, dict) or not (body.get("error") or _text(body)):
        return None
    meant = _meant(body)
    error = failure_of(request, Response(meant or 500, response.headers, response.body))
    if meant is None:
        error.status, error.retryable = response.status, False
    return error


def told_of(error: HfError, request: Request, response: Response | None = None) -> HfError:
    """An error, with what it does not say itself: of which call it is, and of which answer."""
    about = request.about
    error.provider = error.provider or about.provider or None
    error.model = error.model or about.model or None
    error.task = error.task or about.task or None
    if response is not None:
        error.status = error.status or response.status
        error.request_id = error.request_id or request_id(response.headers)
        start = response.body[:LONGEST].decode("utf-8", "replace").strip()
        page = "It is a page for browsers. " if _is_page(start, response.headers) else ""
        elsewhere = None if about.provider else ELSEWHERE
        error.hint = page + (error.hint or elsewhere or "") or None
    return error


MEANT: dict[str, int] = {
    "invalid_request_error": 400, "badrequesterror": 400, "validation": 422,
    "authentication_error": 401, "insufficient_quota": 402, "permission_error": 403,
    "not_found_error": 404, "notfounderror": 404, "generation": 424,
    "rate_limit_error": 429, "rate_limit_exceeded": 429, "overloaded": 429,
    "incomplete_generation": 500, "server_error": 500, "internal_error": 500,
    "overloaded_error": 503,
}  # fmt: skip


def _meant(body: dict[str, Any]) -> int | None:
    """The status that an error stands for, as it is written in it."""
    told = body.get("error")
    places = [told, body] if isinstance(told, dict) else [body]
    names = ("status", "status_code", "statusCode", "code", "type", "error_type")
    for value in (place.get(name) for place in places for name in names):
        if isinstance(value, str):
            value = int(value) if value.isdecimal() else MEANT.get(value.lower())
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:
            return value
    return None


def no_stream(request: Request, headers: dict[str, str], start: bytes) -> HfError:
    """The error for a 2xx answer without a single event, where a stream was asked for.

    Args:
        request: what was asked; its secrets are not in the error.
        headers: of the answer.
        start: how its body begins; of a longer one nothing is quoted.
    """
    if (told := told_instead(request, Response(200, headers, start))) is not None:
        return told
    body = decoded(start)
    page = _is_page(start.decode("utf-8", "replace").strip(), headers)
    if not start.strip():
        what = "nothing"
    elif text := _text(body):
        what = f"this: {without_secrets(text, request)}"
    else:
        what = "a page for browsers" if page else "one whole answer"
    about = request.about
    return DecodeError(
        f"The server was asked for a stream and answered with {what}.",
        provider=about.provider or None,
        model=about.model or None,
        task=about.task or None,
        request_id=request_id(headers),
        hint="If it cannot stream, ask for the whole answer; if it is not the server you meant, "
        "correct base_url.",
    )


def _plain(response: Response, body: Any) -> str:
    """What to say when the body has no message: its text, unless that is a page for browsers."""
    if 300 <= response.status < 400:
        place = response.headers.get("location", "elsewhere").partition("?")[0]
        return f"The server sends callers on to {place}; redirects are not followed. Set base_url."
    text = response.body[:LONGEST].decode("utf-8", "replace").strip()
    silent = text in {"", "null"} or (body is not None and _says_nothing(body))
    if silent or _is_page(text, response.headers):
        return f"The server answered {response.status}."
    return text


def _is_page(text: str, headers: dict[str, str]) -> bool:
    return text[:1] == "<" or "html" in headers.get("content-type", "")


def _says_nothing(body: Any) -> bool:
    """Whether there is no word and no number anywhere in it."""
    if isinstance(body, (dict, list)):
        return all(map(_says_nothing, body.values() if isinstance(body, dict) else body))
    return body in (None, "")


def _retry_after(response: Response, body: Any) -> float | None:
    """How long the server wants to be left alone, in seconds.

    Source: RFC 9110 §10.2.3 (seconds or a date); RateLimit `t=` as the Hub sends it; the
    `estimated_time` of a model that is being loaded.
    """
    given = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", given):
        return float(given)
    if given and (seconds := _until(given)) is not None:
        return seconds
    if reset := re.search(r"\bt=(\d+)", response.headers.get("ratelimit", "")):
        return float(reset[1]) if response.status == 429 else None
    estimate = body.get("estimated_time") if isinstance(body, dict) else None
    return float(estimate) if isinstance(estimate, (int, float)) and estimate >= 0 else None


def _until(date: str) -> float | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
