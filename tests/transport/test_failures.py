"""Every refusal becomes the right error, with its facts, and with no secret in it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations import errors
from hf_integrations.errors import HfError
from hf_integrations.flow import About, Response
from hf_integrations.models.shapes import encode
from hf_integrations.transport.failures import HINTS, failure_of, no_stream, told_instead
from tests.playing import request

SECRET = "hf_very_secret"
PROMPT = "my diary of the year 1999, which nobody but me may ever read"
ABOUT = About("chat-completion", "groq", "org/name", "The token came from HF_TOKEN.")
ASKED = request(
    encode({"model": "org/name", "messages": [{"role": "user", "content": PROMPT}]}),
    token=SECRET,
    about=ABOUT,
)

BY_STATUS = {
    301: errors.ConfigurationError,
    400: errors.ValidationError,
    401: errors.AuthenticationError,
    402: errors.QuotaExceededError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    405: errors.ValidationError,
    408: errors.InferenceTimeoutError,
    409: errors.ValidationError,
    413: errors.ValidationError,
    418: errors.ValidationError,
    422: errors.ValidationError,
    424: errors.ServerError,
    429: errors.RateLimitedError,
    500: errors.ServerError,
    501: errors.ServerError,
    502: errors.ServerError,
    503: errors.ServiceUnavailableError,
    504: errors.GatewayTimeoutError,
    529: errors.ServerError,
}


def failed(status: int, body: Any = b"", **headers: str) -> HfError:
    """The error for a response."""
    raw = body if isinstance(body, bytes) else encode(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return failure_of(ASKED, Response(status, named, raw))


@pytest.mark.parametrize("status", sorted(BY_STATUS))
def test_every_status_has_its_error(status: int) -> None:
    """With what was asked, and the server's id of the request."""
    error = failed(status, {"error": "no"}, x_request_id="abc")

    assert type(error) is BY_STATUS[status]
    assert error.message == "no"
    assert (error.status, error.request_id) == (status, "abc")
    assert (error.task, error.provider, error.model) == ("chat-completion", "groq", "org/name")


@given(st.integers(300, 599), st.binary())
def test_any_response_becomes_an_error(status: int, body: bytes) -> None:
    """Whatever the server sends."""
    error = failed(status, body)

    assert error.message
    assert error.status == status


@given(
    st.integers(300, 599),
    st.recursive(
        st.none() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["error", "message", "detail", "msg", "estimated_time"]), inner
            )
        ),
    ),
)
def test_any_json_becomes_an_error(status: int, body: Any) -> None:
    """In whatever form."""
    assert failed(status, body).message


@pytest.mark.parametrize(
    "body",
    [
        {"error": "no such luck"},
        {"error": {"message": "no such luck", "type": "x", "param": None, "code": "y"}},
        {"error": ["no such luck"], "warnings": ["x"]},
        {"error": "no such luck", "error_type": "validation"},
        {"message": "no such luck", "code": 422, "type": "x"},
        {"detail": "no such luck"},
        {"detail": [{"loc": ["body"], "msg": "no such luck", "input": SECRET}]},
        {"title": "no such luck", "type": "about:blank", "status": 422},
        {"error": "", "message": "no such luck"},
        {"error": None, "detail": {"msg": "no such luck"}},
        ["no such luck"],
        "no such luck",
        b"no such luck",
        b"  no such\n luck\n",
    ],
    ids=repr,
)
def test_every_form_of_a_message_is_read(body: Any) -> None:
    """wire.md lists them: each server has its own."""
    assert failed(422, body).message == "no such luck"


def test_several_messages_are_all_said() -> None:
    """Validation names each field."""
    assert failed(422, {"detail": [{"msg": "a"}, {"msg": "b"}, {}]}).message == "a; b"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"   ", {}),
        (b"<html><h1>502</h1></html>", {}),
        (b"Bad gateway", {"content_type": "text/html"}),
        ({"error": {"code": 5}}, {"content_type": "text/html"}),
    ],
)
def test_a_page_for_browsers_is_not_a_message(body: Any, headers: dict[str, str]) -> None:
    """Then the status has to do."""
    assert failed(502, body, **headers).message == "The server answered 502."


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"null", b'""', b'{"error": {}}', b'{"error": "", "data": []}']
)
def test_an_answer_that_says_nothing_is_not_quoted(body: bytes) -> None:
    """Brackets are no reason."""
    error = failed(429, body)
    assert isinstance(error, errors.RateLimitedError)
    assert error.message == "The server answered 429."


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b"", {}, "answered with nothing."),
        (b": ping\n\n", {}, "answered with one whole answer."),
        (encode({"choices": [{"message": {"content": "4"}}]}), {}, "with one whole answer."),
        (b"<!doctype html><title>Sign in</title>", {}, "with a page for browsers."),
        (b"Sign in", {"content-type": "text/html"}, "with a page for browsers."),
    ],
)
def test_an_answer_that_is_no_stream_is_told_by_its_kind(
    body: bytes, headers: dict[str, str], words: str
) -> None:
    """Nothing of what it says is quoted."""
    error = no_stream(ASKED, headers | {"x-request-id": "r1"}, body)

    assert words in error.message
    assert (error.model, error.provider, error.request_id) == ("org/name", "groq", "r1")
    assert "correct base_url" in str(error)
    assert SECRET not in str(error)
    assert PROMPT not in str(error)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ({"error": {"message": "slow down", "code": 429}}, errors.RateLimitedError, 429),
        ({"error": {"message": "slow down", "code": "429"}}, errors.RateLimitedError, 429),
        ({"object": "error", "message": "too long", "code": 400}, errors.ValidationError, 400),
        ({"error": {"message": "m", "type": "BadRequestError"}}, errors.ValidationError, 400),
        ({"error": "full", "error_type": "overloaded"}, errors.RateLimitedError, 429),
        ({"error": "Input validation error", "error_type": "validation"},
         errors.ValidationError, 422),
        ({"error": "x is currently loading", "status": 503}, errors.ModelLoadingError, 503),
        ({"error": {"message": "m", "code": True}}, errors.ServerError, 200),
        ({"error": "out of memory"}, errors.ServerError, 200),
    ],
)  # fmt: skip
def test_an_error_in_a_good_answer_is_told_by_what_it_means(
    body: Any, kind: type[HfError], status: int
) -> None:
    """By the status that is written there; without one, nobody knows whether to ask again."""
    told = told_instead(ASKED, Response(200, {"x-request-id": "r1"}, encode(body)))
    assert type(told) is kind
    assert (told.status, told.request_id) == (status, "r1")
    assert told.retryable is (kind.retryable and status != 200)
    assert no_stream(ASKED, {}, encode(body)).message == told.message


@pytest.mark.parametrize("body", [{"error": None, "id": 1}, {"choices": []}, ["error"], "error", 5])
def test_other_answers_are_no_errors(body: Any) -> None:
    """A field for it may be there and empty."""
    assert told_instead(ASKED, Response(200, {}, encode(body))) is None


def test_an_error_in_a_good_answer_tells_no_secret() -> None:
    """It may quote what it was asked, as every other."""
    body = encode({"error": f"no GPU for {PROMPT} by {SECRET}"})
    told = told_instead(ASKED, Response(200, {}, body))
    assert str(told).startswith("no GPU for")
    assert SECRET not in str(told)
    assert PROMPT not in str(told)


def test_a_redirect_says_where_it_would_lead() -> None:
    """But not with what query; and that it was not followed."""
    error = failed(302, location=f"https://elsewhere/v1?key={SECRET}")

    assert error.message == (
        "The server sends callers on to https://elsewhere/v1; redirects are not followed. "
        "Set base_url."
    )
    assert "elsewhere" in failed(301).message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (
            400,
            {"error": {"message": "The requested model 'a/b' is not supported by any provider you "
                       "have enabled.", "code": "model_not_supported"}},
            errors.ModelNotAvailableOnProviderError,
        ),
        (400, {"error": {"message": "x", "code": "model_not_supported"}},
         errors.ModelNotAvailableOnProviderError),
        (400, b"Model not supported by provider hf-inference",
         errors.ModelNotAvailableOnProviderError),
        (400, {"error": "Tools are not supported by this model"}, errors.ValidationError),
        (422, {"error": "Model not supported by provider x"}, errors.ValidationError),
        (400, {"error": "Bad Request: Invalid state"}, errors.EndpointPausedError),
        (400, b"Bad Request: Invalid state", errors.EndpointPausedError),
        (503, {"error": "Model x is currently loading", "estimated_time": 20.5},
         errors.ModelLoadingError),
        (503, {"error": "Model x is currently loading"}, errors.ModelLoadingError),
        (503, {"error": "busy", "estimated_time": 1}, errors.ModelLoadingError),
        (503, {"error": "Service Unavailable"}, errors.ServiceUnavailableError),
        (500, {"error": "CUDA error while loading"}, errors.ServerError),
    ],
)  # fmt: skip
def test_some_errors_are_told_by_their_words(status: int, body: Any, kind: type[HfError]) -> None:
    """As their status says too little."""
    assert type(failed(status, body)) is kind


def test_a_failing_model_is_not_asked_again() -> None:
    """424 by TEI and TGI: it would fail in the same way."""
    assert failed(424).retryable is False
    assert failed(500).retryable is True


def test_every_error_says_what_to_do_where_that_is_known() -> None:
    """A wrong token: where it came from."""
    assert failed(401).hint == "The token came from HF_TOKEN."
    assert {type(failed(status)) for status in BY_STATUS if failed(status).hint} >= {
        errors.AuthenticationError,
        errors.QuotaExceededError,
        errors.PermissionDeniedError,
        errors.NotFoundError,
        errors.GatewayTimeoutError,
    }
    assert all(hint.endswith(".") for hint in HINTS.values())
    assert "huggingface.co/settings/billing" in str(failed(402))


def test_what_is_not_known_about_a_request_is_left_out() -> None:
    """An empty provider is none."""
    error = failure_of(request(), Response(500))

    assert (error.task, error.provider, error.model, error.request_id) == (None,) * 4


@pytest.mark.parametrize(
    ("headers", "body", "wanted"),
    [
        ({"retry_after": "7"}, b"", 7.0),
        ({"retry_after": " 1.5 "}, b"", 1.5),
        ({"retry_after": "0"}, b"", 0.0),
        ({"retry_after": "-7"}, b"", None),
        ({"retry_after": "soon"}, b"", None),
        ({"retry_after": "Mon, 01 Jan 99999 00:00:00 GMT"}, b"", None),
        ({"retry_after": "Mon, 01 Jan 2024 00:00:00"}, b"", None),
        ({"retry_after": "Mon, 01 Jan 2024 00:00:00 GMT"}, b"", 0.0),
        ({"ratelimit": '"api";r=0;t=55'}, b"", 55.0),
        ({"ratelimit": '"api";r=0'}, b"", None),
        ({"ratelimit": '"api";r=0;t=55', "retry_after": "7"}, b"", 7.0),
        ({"ratelimit": '"api";r=0;t=55', "retry_after": "soon"}, b"", 55.0),
        ({}, {"estimated_time": 20}, 20.0),
        ({}, {"estimated_time": -1}, None),
        ({}, {"estimated_time": "20"}, None),
        ({}, [20], None),
        ({}, b"", None),
    ],
)
def test_the_server_may_say_when_to_come_back(
    headers: dict[str, str], body: Any, wanted: float | None
) -> None:
    """In a header, as seconds or a date; in the Hub's; in the body of a model that loads."""
    assert failed(429, body, **headers).retry_after == wanted


def test_a_date_counts_from_now() -> None:
    """In whatever zone it is written."""
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=100))

    wanted = failed(503, retry_after=then).retry_after
    assert wanted is not None
    assert 90 < wanted <= 100


def test_the_rest_of_a_quota_is_no_reason_to_wait() -> None:
    """Only for one who was refused for it."""
    assert failed(500, ratelimit='"api";r=9;t=55').retry_after is None


@given(st.text())
def test_any_header_is_read_without_an_error(text: str) -> None:
    """Servers write what they like."""
    wanted = failed(429, retry_after=text, ratelimit=text).retry_after
    assert wanted is None or wanted >= 0


@pytest.mark.parametrize("status", sorted(BY_STATUS))
@pytest.mark.parametrize(
    "quoting",
    [
        {"error": f"Bad token Bearer {SECRET} for: {PROMPT}"},
        {"error": {"message": f"{SECRET} {PROMPT[7:40]}"}},
        f"{SECRET}\n{PROMPT}".encode(),
        {"detail": [{"msg": f"wrong: {PROMPT}", "input": PROMPT, "headers": SECRET}]},
    ],
)
def test_neither_token_nor_prompt_is_in_the_error(status: int, quoting: Any) -> None:
    """Not in its text, not in its repr, not in its pickle, though the server quoted them."""
    error = failed(status, quoting)

    for shown in (
        str(error),
        repr(error),
        repr(error.__dict__),
        pickle.dumps(error).decode("latin-1"),
    ):
        assert SECRET not in shown
        assert "diary" not in shown
