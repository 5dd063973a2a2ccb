"""What goes to a target: above all, the token, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import AuthenticationError, ValidationError
from hf_integrations.flow import Request, Timeout
from hf_integrations.routing.requests import request_to
from hf_integrations.routing.table import ROWS
from hf_integrations.routing.targets import Target
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, Kind, Task
from tests.routing.test_targets import FOREIGN, HOME, OWN, SECRET, config, goes


def asked(settings: HfInferenceConfig, target: Target, task: Task = CHAT, **rest: Any) -> Request:
    """The request for a call."""
    return request_to(settings, target, task, b"{}", **rest)


def sent(settings: HfInferenceConfig, target: Target, **rest: Any) -> dict[str, str]:
    """The headers of a call."""
    return dict(asked(settings, target, **rest).headers)


@pytest.mark.parametrize("url", [*HOME, OWN, "http://router.huggingface.co"])
def test_a_token_that_was_given_goes_where_the_caller_points(url: str) -> None:
    """Wherever that is."""
    assert sent(config(), Target(url, Kind.OPENAI, "", None))["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("url", HOME)
def test_a_token_that_was_found_goes_home(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the hosts of Hugging Face."""
    monkeypatch.setenv("HF_TOKEN", SECRET)
    target = Target(url, Kind.OPENAI, "", None)

    assert sent(HfInferenceConfig(), target)["authorization"] == f"Bearer {SECRET}"
    assert asked(HfInferenceConfig(), target).about.token_hint == "The token came from HF_TOKEN."


@pytest.mark.parametrize("url", FOREIGN)
def test_a_token_that_was_found_goes_nowhere_else(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And if the server then asks for one, the error will say why there was none."""
    monkeypatch.setenv("HF_TOKEN", SECRET)
    request = asked(HfInferenceConfig(), Target(url, Kind.OPENAI, "", None))

    assert SECRET not in str(request.headers)
    assert "the one from HF_TOKEN goes only to Hugging Face's hosts" in request.about.token_hint
    assert SECRET not in request.about.token_hint


def test_the_router_is_not_asked_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says that there is none, or why the one there is does not go."""
    with pytest.raises(AuthenticationError, match="none was given or found") as caught:
        sent(config(token=False), goes(config(token=False)))
    assert "Set HF_TOKEN" in str(caught.value)

    monkeypatch.setenv("HF_TOKEN", SECRET)
    settings = HfInferenceConfig(base_url=OWN)
    with pytest.raises(AuthenticationError, match="the one from HF_TOKEN goes only to") as caught:
        sent(settings, goes(settings, provider="groq"))
    assert SECRET not in repr(caught.value)
    assert SECRET not in str(caught.value)


def test_a_key_of_the_providers_own_is_introduced_as_it_wants_it() -> None:
    """And the organisation of Hugging Face does not pay for it."""
    groq = goes(config(token="gsk-1", bill_to="us"), provider="groq")
    assert sent(config(token="gsk-1"), groq)["authorization"] == "Bearer gsk-1"
    assert "x-hf-bill-to" not in sent(config(token="gsk-1", bill_to="us"), groq)
    queued = goes(config(token="k"), ROWS["text-to-video"], provider="fal-ai")
    request = asked(config(token="k"), queued, ROWS["text-to-video"])
    assert dict(request.headers)["authorization"] == "Key k"


def test_a_request_says_for_which_account_it_is_and_shows_no_secret() -> None:
    """By the token and who pays; the same ones are the same account, and nothing leads back."""
    target = goes(config())
    accounts = [
        asked(config(**more), target, extra_headers=extra).about.account
        for more, extra in (
            ({}, None), ({"token": "hf_other"}, None), ({"bill_to": "us"}, None),
            ({}, {"Authorization": "Basic x"}), ({}, {"x-other": "1"}),
        )
    ]  # fmt: skip
    assert len(set(accounts[:4])) == 4
    assert accounts[4] == accounts[0]
    assert SECRET not in str(accounts)
    own = asked(config(token=False, base_url=OWN), Target(OWN, Kind.OPENAI, "", None))
    assert own.about.account == ""


def test_a_server_of_ones_own_needs_no_token() -> None:
    """And says so if it wants one."""
    settings = config(token=False, base_url=OWN)
    request = asked(settings, Target(OWN, Kind.TEI, "", None), FEATURE_EXTRACTION)

    assert "authorization" not in dict(request.headers)
    assert request.about.token_hint == "No token was sent; pass token=."


def test_headers_come_from_the_settings_and_then_from_the_call() -> None:
    """Names do not care for case, and the call wins."""
    settings = config(headers={"X-One": "1", "Accept": "text/plain"}, bill_to="org", user_agent="u")
    target = goes(settings)

    headers = sent(settings, target, extra_headers={"x-ONE": "2", "Authorization": "Basic x"})

    assert headers == {
        "accept": "text/plain",
        "authorization": "Basic x",
        "content-type": "application/json",
        "user-agent": "u",
        "x-hf-bill-to": "org",
        "x-one": "2",
    }
    assert sent(settings, target, streamed=True)["accept"] == "text/plain"
    assert sent(config(), target, streamed=True)["accept"] == "text/event-stream"
    assert "x-hf-bill-to" not in sent(settings, Target(OWN, Kind.OPENAI, "", None))


def test_a_request_says_what_it_is_for_and_how_long_it_may_take() -> None:
    """An exchange has an end, a stream has a longest silence; a call may say its own."""
    settings = config(connection_timeout=1, request_timeout=2, stream_timeout=3)
    target = goes(settings, provider="groq")
    request = asked(settings, target)

    assert (request.method, request.body) == ("POST", b"{}")
    assert request.about.task == "chat-completion"
    assert (request.about.provider, request.about.model) == ("groq", "org/name")
    assert request.timeout == Timeout(1, total=2)
    assert asked(settings, target, streamed=True).timeout == Timeout(1, silence=3)
    assert asked(settings, target, timeout=9).timeout == Timeout(1, total=9)
    assert asked(settings, target, timeout=0.5, streamed=True).timeout == Timeout(1, silence=0.5)
    assert not request.repeat_after_timeout
    assert asked(settings, target, repeat_after_timeout=True).repeat_after_timeout


def test_a_request_without_a_body_asks_for_a_page() -> None:
    """A second route of a server, such as `/info`."""
    request = request_to(config(), Target(OWN, None, "", None), CHAT, b"", path="/info")

    assert (request.method, request.url) == ("GET", f"{OWN}/info")


@pytest.mark.parametrize("timeout", [0, -1, "5", float("nan"), float("inf"), True])
def test_a_timeout_must_be_a_number_of_seconds(timeout: Any) -> None:
    """More than none, and less than a life."""
    with pytest.raises(
        ValidationError, match=r"timeout must be a number of seconds, more than 0\."
    ):
        asked(config(), goes(config()), timeout=timeout)


def test_the_token_is_asked_for_anew_for_each_request() -> None:
    """So that it can be rotated."""
    tokens = iter(["hf_one", "hf_two"])
    settings = config(token=lambda: next(tokens))
    target = goes(settings)

    assert [sent(settings, target)["authorization"] for _ in range(2)] == [
        "Bearer hf_one",
        "Bearer hf_two",
    ]
