"""Where the token comes from, and that it stays hidden."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from hf_integrations.credentials import (
    ENVIRONMENT,
    Token,
    ambient,
    as_token,
    found_in,
    read_secrets,
)
from hf_integrations.errors import AuthenticationError, ConfigurationError
from tests.playing import elsewhere

SECRET = "hf_very_secret"


class Wrapped:
    """As pydantic's SecretStr."""

    def get_secret_value(self) -> str:
        """The secret."""
        return SECRET


def token(given: Any) -> Token:
    """A token that is there."""
    found = as_token(given)
    assert isinstance(found, Token)
    return found


def login() -> Path:
    """The file in which the Hub's own client keeps its login, in the home of this test."""
    path = Path.home() / ".cache/huggingface/token"
    path.parent.mkdir(parents=True)
    path.write_text(f"{SECRET}\n")
    return path


@pytest.mark.parametrize("given", [SECRET, f" {SECRET}\n", lambda: SECRET, Wrapped()])
def test_a_token_that_was_given_is_taken(given: Any) -> None:
    """A string, a function or a secret of pydantic's; white space around it is not part of it."""
    assert token(given).reveal() == SECRET
    assert not token(given).ambient


@pytest.mark.parametrize("name", ENVIRONMENT["token"])
def test_a_token_is_found_in_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under each of the names people have there."""
    monkeypatch.setenv(name, f" {SECRET} ")

    assert token(None).reveal() == SECRET
    assert token(None).ambient
    assert token(None).origin == name


def test_the_names_are_asked_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """HF_TOKEN first; an empty one does not count."""
    for name in ENVIRONMENT["token"]:
        monkeypatch.setenv(name, f"hf_{name}")
    for name in ENVIRONMENT["token"]:
        assert token(None).reveal() == f"hf_{name}"
        monkeypatch.setenv(name, "  ")

    assert as_token(None) is None


def test_the_login_of_the_hub_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its default place, in HF_HOME, and where HF_TOKEN_PATH says."""
    file = login()
    assert token(None).reveal() == SECRET
    assert token(None).ambient
    assert token(None).origin == f"the token file {file}"

    monkeypatch.setenv("HF_HOME", str(tmp_path / "elsewhere"))
    assert as_token(None) is None
    monkeypatch.setenv("HF_HOME", str(file.parent))
    assert token(None).reveal() == SECRET
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "own"))
    assert as_token(None) is None
    (tmp_path / "own").write_text("hf_own")
    assert token(None).reveal() == "hf_own"


def test_the_environment_comes_before_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is given before both."""
    login()
    monkeypatch.setenv("HF_TOKEN", "hf_env")

    assert token(None).reveal() == "hf_env"
    assert token("hf_given").reveal() == "hf_given"
    assert as_token(False) is False


def test_without_a_home_there_is_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may have no home, or one that nobody may enter."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HF_HOME", "~nobody_of_that_name/hf")
    assert as_token(None) is None
    monkeypatch.setenv("HF_HOME", "/proc/1/root/" + "x" * 300)
    assert as_token(None) is None


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("hf_\nx", "characters no token has"),
        ("hf_\x07x", "characters no token has"),
        ("hf_é", "characters no token has"),
    ],
)
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(
    secret: str, problem: str
) -> None:
    """The message says where it came from."""
    with pytest.raises(AuthenticationError, match=problem) as caught:
        token(secret).reveal()
    assert "the token argument" in str(caught.value)
    assert "hf_" not in str(caught.value)


@pytest.mark.parametrize("given", [5, True, b"hf_x", ["hf_x"]])
def test_what_cannot_be_a_token_is_refused(given: object) -> None:
    """At once, by its kind."""
    with pytest.raises(ConfigurationError, match=type(given).__name__) as caught:
        as_token(given)
    assert "hf_x" not in str(caught.value)


@pytest.mark.parametrize("value", [None, 5, b"hf_x"])
def test_a_function_must_return_a_string(value: object) -> None:
    """Else the message says what it returned, by kind."""
    with pytest.raises(AuthenticationError, match=f"the token function .*{type(value).__name__}"):
        token(lambda: value).reveal()


def test_a_function_is_asked_each_time() -> None:
    """So that a token can be rotated without a restart."""
    tokens = iter(["hf_one", "hf_two"])
    rotating = token(lambda: next(tokens))

    assert [rotating.reveal(), rotating.reveal()] == ["hf_one", "hf_two"]


def test_what_a_users_function_raises_is_the_users() -> None:
    """It flies through."""

    def broken() -> str:
        raise KeyError("vault")

    with pytest.raises(KeyError):
        token(broken).reveal()


def test_a_login_that_cannot_be_read_is_an_error_of_ours() -> None:
    """Its text is not shown, and a file that has gone is one."""
    file = login()
    found = token(None)
    file.write_bytes(b"hf_\xff")
    with pytest.raises(AuthenticationError, match="cannot be read: UnicodeDecodeError"):
        found.reveal()

    file.unlink()
    with pytest.raises(AuthenticationError, match="cannot be read: FileNotFoundError"):
        found.reveal()


def test_a_token_never_shows_its_secret() -> None:
    """Not in a repr, not in a text, not in a pickle."""
    for one in (token(SECRET), token(lambda: SECRET), ambient(SECRET, "HF_TOKEN")):
        assert SECRET not in f"{one} {one!r} {[one]}"
        assert SECRET.encode() not in pickle.dumps(one)


def test_a_copy_keeps_the_secret() -> None:
    """Frameworks copy settings deeply; the copy must still work."""
    one = token(SECRET)

    assert copy.copy(one).reveal() == SECRET
    assert copy.deepcopy([one])[0].reveal() == SECRET


def test_a_pickle_leaves_the_secret_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is opened, the surroundings are asked; if there is nothing, the error says why."""
    with pytest.raises(AuthenticationError, match="stayed behind"):
        elsewhere(token(SECRET)).reveal()
    monkeypatch.setenv("HF_TOKEN", "hf_there")
    there = elsewhere(token(SECRET))
    assert there.reveal() == "hf_there"
    assert there.ambient


def test_a_value_is_found_with_its_name() -> None:
    """The first name that has one."""
    values = {"HF_INFERENCE_BASE_URL": None, "HUGGINGFACE_BASE_URL": " https://host "}

    assert found_in(values, "base_url") == ("https://host", "HUGGINGFACE_BASE_URL")
    assert found_in({}, "base_url") == (None, "")


def test_a_secrets_file_may_export_its_names(tmp_path: Path) -> None:
    """As shell files do; quotes and comments as there."""
    file = tmp_path / "-secrets.sh"
    file.write_text(
        "#!/bin/sh\n# mine\nexport HF_TOKEN='hf_a'\nHF_DEFAULT_PROVIDER=groq # fast\nEMPTY\n"
    )

    assert read_secrets(file) == {"HF_TOKEN": "hf_a", "HF_DEFAULT_PROVIDER": "groq", "EMPTY": None}


def test_a_secrets_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And one that is no text is not shown."""
    with pytest.raises(ConfigurationError, match=r"There is no secrets file .*absent"):
        read_secrets(tmp_path / "absent")
    (tmp_path / "binary").write_bytes(b"HF_TOKEN=\xff\xfehf_secret")
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        read_secrets(tmp_path / "binary")
    assert "hf_secret" not in str(caught.value)
