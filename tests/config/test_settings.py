"""Settings: from code, then the environment, then files; each checked, none shown."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.config import (
    NAMES,
    HfInferenceConfig,
    checked_headers,
    checked_url,
    known,
)
from hf_integrations.config.checks import NUMBERS, SHARES, TYPES
from hf_integrations.config.failover import Alternative
from hf_integrations.credentials import ENVIRONMENT
from hf_integrations.errors import AuthenticationError, ConfigurationError, ValidationError
from tests.playing import elsewhere

SECRET = "hf_very_secret"


def made(settings: dict[str, Any]) -> HfInferenceConfig:
    """Settings of any kind, as from a file."""
    return HfInferenceConfig(**settings)


def test_the_defaults_are_those_that_are_documented() -> None:
    """requirements.md, section H."""
    config = HfInferenceConfig()

    assert config.credential is None
    assert config.base_url is None
    assert config.default_provider == "auto"
    assert config.auto_wait_for_model is True
    assert (config.cold_start_timeout, config.connection_timeout) == (300.0, 10.0)
    assert (config.request_timeout, config.stream_timeout) == (120.0, 300.0)
    assert (config.pool_size_per_host, config.pool_idle_timeout) == (50, 90.0)
    assert (config.max_retries, config.retry_base_delay, config.retry_max_delay) == (3, 1.0, 30.0)


def test_every_setting_is_described() -> None:
    """In the docstring of its room, and each has a type that says how it is checked."""
    described = "".join(room.__doc__ or "" for room in HfInferenceConfig.__mro__)

    assert all(f"\n        {name}: " in described for name in NAMES)
    assert tuple(TYPES) == NAMES
    assert set(ENVIRONMENT) <= set(NAMES)


@pytest.mark.parametrize("setting", sorted(ENVIRONMENT.keys() - {"token"}))
def test_the_environment_fills_what_code_leaves_out(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first name wins, the next is asked when that is empty, and code wins over all."""
    value, other = ("45", "46") if "timeout" in setting else ("https://a", "https://b")
    names = ENVIRONMENT[setting]
    for number, name in enumerate(names):
        monkeypatch.setenv(name, value if number == 0 else other)

    assert str(getattr(HfInferenceConfig(), setting)).startswith(value)
    assert str(getattr(made({setting: other}), setting)).startswith(other)
    monkeypatch.setenv(names[0], "")
    if len(names) > 1:
        assert str(getattr(HfInferenceConfig(), setting)).startswith(other)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HF_REQUEST_TIMEOUT", "soon", "request_timeout must be a number, more than 0"),
        ("HUGGINGFACE_BASE_URL", "host", "base_url must begin with http"),
        ("HF_DEFAULT_PROVIDER", "gröq", "default_provider must be a line"),
    ],
)
def test_a_bad_value_of_the_environment_is_named_with_its_variable(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one would look for it in the code."""
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=said) as caught:
        HfInferenceConfig()
    assert str(caught.value).endswith(f"{name} sets it.")


@pytest.mark.parametrize("name", sorted(NUMBERS))
@pytest.mark.parametrize(
    "bad", [-1, "x", float("nan"), float("inf"), 1e300, True, [], "-3", 10**400]
)
def test_a_number_must_be_one_and_in_range(name: str, bad: object) -> None:
    """Each by name, with its bound."""
    with pytest.raises(ConfigurationError, match=rf"^{name} must be a (whole )?number, "):
        made({name: bad})


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_a_number_may_come_as_text(name: str) -> None:
    """As it does from the environment, and leaves as a number."""
    text = "1" if name in SHARES else "40"
    value = getattr(made({"retry_max_delay": 50, name: text}), name)

    assert value == int(text)
    assert type(value) is NUMBERS[name]


def test_zero_is_right_where_it_means_none() -> None:
    """No retries; but no time at all is no time-out."""
    assert HfInferenceConfig(max_retries=0, retry_base_delay=0, retry_max_delay=0).max_retries == 0
    with pytest.raises(ConfigurationError, match="more than 0"):
        HfInferenceConfig(request_timeout=0)


@pytest.mark.parametrize("name", [name for name, kind in NUMBERS.items() if kind is int])
def test_a_count_is_never_rounded(name: str) -> None:
    """2.5 is refused, 2.0 is 2."""
    with pytest.raises(ConfigurationError, match="whole number"):
        made({name: 2.5})
    assert getattr(made({"breaker_minimum": 1, name: 2.0}), name) == 2


BAD: list[tuple[dict[str, Any], str]] = [
    ({"default_provider": None}, "default_provider must be a line of plain ASCII text."),
    ({"default_provider": ""}, "default_provider must be a line"),
    ({"user_agent": "a\nb"}, "user_agent must be a line"),
    ({"user_agent": None}, "user_agent must be a line"),
    ({"bill_to": "Größe"}, "bill_to must be a line of plain ASCII text, or None."),
    ({"bill_to": 5}, "bill_to must be a line"),
    ({"default_namespace": ""}, "default_namespace must be a line"),
    ({"headers": None}, "headers must be a dict of texts, not NoneType."),
    ({"headers": "x"}, "headers must be a dict of texts, not str."),
    ({"headers": {"Authorization": SECRET}}, "headers: pass the token as token="),
    ({"headers": {"x": 1}}, "headers: the value of 'x' must be a line"),
    ({"headers": {"x": f"{SECRET}\r\nevil: 1"}}, "headers: the value of 'x' must be a line"),
    ({"headers": {"x": f"{SECRET}é"}}, "headers: the value of 'x' must be a line"),
    ({"headers": {"a b": "c"}}, "headers: 'a b' is no name of a header."),
    ({"headers": {"Content-Length": "5"}}, "headers: 'Content-Length' is the client's own to say"),
    ({"headers": {"transfer-encoding": "chunked"}}, "headers: 'transfer-encoding' is the client's"),
    ({"headers": {"": "c"}}, "headers: '' is no name of a header."),
    ({"headers": {1: "c"}}, "headers: 1 is no name of a header."),
    ({"base_url": "host/path"}, "base_url must begin with http:// or https://."),
    ({"base_url": 5}, "base_url must begin with"),
    ({"management_url": "ftp://host"}, "management_url must begin with"),
    ({"base_url": "http://"}, "base_url is no URL that can be asked"),
    ({"base_url": "http:///path"}, "base_url is no URL that can be asked"),
    ({"base_url": "http://["}, "base_url is no URL that can be asked"),
    ({"base_url": "http://host:port"}, "base_url is no URL that can be asked"),
    ({"base_url": "http://host:99999"}, "base_url is no URL that can be asked"),
    ({"base_url": "http://ho st"}, "base_url is no URL that can be asked"),
    ({"base_url": "http://host\n"}, "base_url is no URL that can be asked"),
    ({"base_url": "https://evil.com\\.huggingface.co"}, "base_url is no URL that can be asked"),
    ({"base_url": "http://hôte"}, "base_url is no URL that can be asked"),
    ({"base_url": f"https://me:{SECRET}@host"}, "base_url must not carry a password"),
    ({"base_url": f"https://host/v1?key={SECRET}"}, "base_url must end with a path"),
    ({"base_url": "https://host/#x"}, "base_url must end with a path"),
    ({"server": "ollama"}, "server must be one of auto, tei, tgi, vllm, sglang"),
    ({"server": None}, "server must be one of"),
    (
        {"http_engine": "requests"},
        "http_engine must be one of auto, stdlib, pyreqwest, aiohttp, httpx",
    ),
    ({"auto_wait_for_model": "no"}, "auto_wait_for_model must be True or False, not 'no'."),
    ({"auto_optimize_images": 1}, "auto_optimize_images must be True or False, not 1."),
    ({"audio_overlap": 200}, "audio_overlap is more than half of audio_window"),
    ({"max_image_side": 0}, "max_image_side must be a whole number, more than 0, not 0."),
    ({"trusted_hosts": "media.local"}, "trusted_hosts must be a list of hosts"),
    ({"trusted_hosts": ["http://media.local"]}, "trusted_hosts must be a list of hosts"),
    ({"trusted_hosts": [5]}, "trusted_hosts must be a list of hosts"),
    ({"ca_file": "/nowhere"}, "ca_file: there is no file /nowhere."),
    ({"client_cert": 5}, "client_cert must be a path, not int."),
    ({"retry_base_delay": 40}, "retry_max_delay (30 s) is below retry_base_delay (40 s)"),
    ({"breaker_window": 5}, "breaker_window (5) is below breaker_minimum (20)"),
    ({"total_timeout": 0.5}, "total_timeout (0.5 s) is below retry_base_delay (1 s)"),
    (
        {"cold_start_timeout": 1},
        "cold_start_timeout (1 s) is below the first wait of auto_wait_for_model (2 s)",
    ),
    ({"breaker_failure_rate": 1.5}, "breaker_failure_rate must be a number, more than 0, at most"),
    ({"retry_budget": -1}, "retry_budget must be a number, 0 or more, at most 1, not -1."),
    ({"on_event": "print"}, "on_event must be a function, not str."),
    ({"provider_rate_limits": 5}, "provider_rate_limits must be a dict of limits by provider."),
    ({"provider_rate_limits": {"": {}}}, "a key is a provider, a host, or '*'."),
    ({"provider_rate_limits": {"groq": 5}}, "provider_rate_limits['groq'] must be a dict."),
    (
        {"provider_rate_limits": {"groq": {"per_day": 5}}},
        "provider_rate_limits['groq']: there is no 'per_day'; it takes per_second, per_minute",
    ),
    (
        {"provider_rate_limits": {"groq": {"per_second": -5}}},
        "provider_rate_limits['groq']: per_second must be a number, more than 0, not -5.",
    ),
    ({"token": 5}, "token must be a string or a function"),
]


@pytest.mark.parametrize(("settings", "said"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_setting_is_named_and_never_shown_whole(settings: dict[str, Any], said: str) -> None:
    """What is wrong, and what to change."""
    with pytest.raises(ConfigurationError) as caught:
        HfInferenceConfig(**settings)
    assert said in str(caught.value)
    assert SECRET not in repr(caught.value)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("max_retry", "Did you mean max_retries"), ("zzz", "docs/settings.md lists them all.")],
)
def test_an_unknown_setting_names_the_nearest(wrong: str, hint: str) -> None:
    """Nothing is left out in silence."""
    with pytest.raises(ConfigurationError, match=hint):
        known({wrong: 1})
    with pytest.raises(ConfigurationError, match=hint):
        HfInferenceConfig().with_options(**{wrong: 1})
    with pytest.raises(ConfigurationError, match=hint):
        HfInferenceConfig.thin(**{wrong: 1})


def test_thin_settings_do_nothing_by_themselves() -> None:
    """One call is one request; what is given still counts."""
    config = HfInferenceConfig.thin(token=SECRET, max_retries=1)

    assert config.max_retries == 1
    assert config.auto_wait_for_model is False
    assert config.server == "openai"
    quiet = (config.circuit_breaker, config.adaptive_rate_limits, config.collect_metrics)
    assert not any(quiet)
    assert HfInferenceConfig.thin().max_retries == 0


def test_a_file_stands_behind_code_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code, then environment, then file; and a token of a file is not one that was given."""
    file = tmp_path / ".env"
    file.write_text(
        f"export HUGGINGFACE_API_KEY={SECRET}\nHF_DEFAULT_PROVIDER=groq\n"
        "HF_COLD_START_TIMEOUT=30\nHF_REQUEST_TIMEOUT=31\nHF_DEFAULT_NAMESPACE=\n"
    )
    monkeypatch.setenv("HF_COLD_START_TIMEOUT", "20")
    config = HfInferenceConfig.from_file(str(file), request_timeout=10)

    assert config.credential is not None
    assert config.credential.reveal() == SECRET
    assert config.credential.ambient
    assert config.credential.origin == f"HUGGINGFACE_API_KEY in {file}"
    assert config.default_provider == "groq"
    assert config.default_namespace is None
    assert (config.cold_start_timeout, config.request_timeout) == (20, 10)

    monkeypatch.setenv("HF_TOKEN", "hf_env")
    from_environment = HfInferenceConfig.from_file(file).credential
    given = HfInferenceConfig.from_file(file, token="hf_given").credential
    assert from_environment is not None
    assert given is not None
    assert (from_environment.reveal(), given.reveal()) == ("hf_env", "hf_given")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """It was named, so it is wanted."""
    with pytest.raises(ConfigurationError, match="no secrets file"):
        HfInferenceConfig.from_file(tmp_path / "absent")


def test_options_change_what_they_name_and_nothing_else() -> None:
    """The rest is the same, the token with its origin included."""
    config = HfInferenceConfig(token=SECRET, headers={"x": "y"}, max_retries=1)
    other = config.with_options(max_retries=2)

    assert other.max_retries == 2
    assert config.max_retries == 1
    assert other.credential is config.credential
    assert other.headers == {"x": "y"}


def test_no_token_stays_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """False means none: neither options, nor a copy, nor a pickle find one again."""
    monkeypatch.setenv("HF_TOKEN", SECRET)
    config = HfInferenceConfig(token=False)

    twins = (
        config.with_options(max_retries=1),
        copy.deepcopy(config),
        elsewhere(config),
    )
    assert [twin.credential for twin in (config, *twins)] == [None] * 4


def test_settings_can_be_copied_and_pickled() -> None:
    """A copy keeps the token, a pickle does not."""
    config = HfInferenceConfig(token=SECRET, max_retries=2)
    copied = copy.deepcopy(config).credential
    there = elsewhere(config)

    assert copied is not None
    assert copied.reveal() == SECRET
    assert SECRET.encode() not in pickle.dumps(config)
    assert there.max_retries == 2
    with pytest.raises(AuthenticationError, match="stayed behind"):
        there.credential and there.credential.reveal()


@pytest.mark.parametrize("kind", [dict, Alternative])
def test_tokens_of_others_are_secrets_too(kind: Any) -> None:
    """Those of a failover chain: no repr shows them, and no pickle takes them along."""
    other = kind(base_url="https://other.host", token=SECRET)
    config = HfInferenceConfig(token="hf_own", failover=[other])
    (kept,), (there,) = config.failover, elsewhere(config).failover

    assert copy.deepcopy(config).failover[0].token.reveal() == SECRET
    assert SECRET.encode() not in pickle.dumps(config)
    assert SECRET not in f"{config!r} {list(kept.__rich_repr__())}"
    with pytest.raises(AuthenticationError, match="stayed behind"):
        there.token.reveal()


def test_headers_stay_behind_and_say_so() -> None:
    """They may be a gateway's password; a pickle has their names, and using them is an error."""
    config = HfInferenceConfig(token=SECRET, headers={"x-api-key": "open sesame"})
    there = elsewhere(elsewhere(config).with_options(max_retries=2))

    assert b"sesame" not in pickle.dumps(config)
    assert copy.deepcopy(config).headers == {"x-api-key": "open sesame"}
    assert list(there.headers) == ["x-api-key"]
    assert len(there.headers) == 1
    assert there.headers.get("x-other") is None
    with pytest.raises(ConfigurationError, match=r"x-api-key stayed behind.*with_options"):
        dict(there.headers)
    assert there.with_options(headers={}).headers == {}


def test_settings_show_no_secret() -> None:
    """Neither in a repr nor in what `rich` prints: not the token, not the headers."""
    config = HfInferenceConfig(token=SECRET, headers={"x-api-key": SECRET})

    for shown in (repr(config), str(config), str(config.__rich_repr__())):
        assert SECRET not in shown
        assert "Token(from the token argument)" in shown


def test_what_the_caller_passed_is_neither_kept_nor_changed() -> None:
    """Headers are copied, and a setting cannot be set later."""
    headers = {"x": "y"}
    config = HfInferenceConfig(headers=headers)
    headers["x"] = "z"

    assert config.headers == {"x": "y"}
    with pytest.raises(AttributeError):
        config.max_retries = 5  # type: ignore[misc]


def test_a_url_may_end_with_slashes_and_a_file_may_be_a_path(tmp_path: Path) -> None:
    """Both are taken as people write them."""
    file = tmp_path / "ca.pem"
    file.write_text("")
    config = HfInferenceConfig(base_url="https://host:8080/v1//", ca_file=file)

    assert config.base_url == "https://host:8080/v1"
    assert HfInferenceConfig(ca_file=str(file)).ca_file == str(file)
    assert HfInferenceConfig(base_url="http://[::1]:80").base_url == "http://[::1]:80"


@given(st.text())
def test_any_text_is_a_url_or_an_error_of_ours(text: str) -> None:
    """Nothing else is ever raised, whatever the parser of URLs thinks."""
    for url in (text, f"https://{text}", f"https://host/{text}"):
        try:
            found = checked_url("model", url, ValidationError)
        except ValidationError as error:
            assert error.message.startswith("model ")  # noqa: PT017
        else:
            assert url.startswith(found)


@given(st.dictionaries(st.text(), st.text()))
def test_any_headers_are_sendable_or_an_error_of_ours(headers: dict[str, str]) -> None:
    """A header that is let through is one line of ASCII."""
    try:
        found = checked_headers("extra_headers", headers, ValidationError)
    except ValidationError as error:
        assert error.message.startswith("extra_headers: ")  # noqa: PT017
    else:
        assert all(f"{name}: {value}".isprintable() for name, value in found.items())
        assert found == headers
