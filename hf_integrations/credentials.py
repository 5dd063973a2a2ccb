"""The token: where it is looked for, and how it is kept from being shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from hf_integrations.errors import AuthenticationError, ConfigurationError

# The names users of the Hub, of LangChain and of older guides already have in their environment.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "token": ("HF_TOKEN", "HUGGINGFACEHUB_API_TOKEN", "HUGGINGFACE_API_KEY"),
    "base_url": ("HF_INFERENCE_BASE_URL", "HUGGINGFACE_BASE_URL"),
    "hub_url": ("HF_ENDPOINT",),
    "default_provider": ("HF_DEFAULT_PROVIDER",),
    "default_namespace": ("HF_DEFAULT_NAMESPACE",),
    "cold_start_timeout": ("HF_COLD_START_TIMEOUT",),
    "request_timeout": ("HF_REQUEST_TIMEOUT",),
}


class Token:
    """A secret that knows where it came from, and shows only that.

    Attributes:
        origin: where it was found, for people.
        ambient: found in the surroundings, not given by the caller; such a token goes only to
            Hugging Face's own hosts.
    """

    __slots__ = ("_checked", "_read", "ambient", "origin")

    def __init__(self, read: str | Callable[[], str], *, origin: str, ambient: bool) -> None:
        self._read = read
        self._checked: str | None = None  # of a secret that cannot change
        self.origin = origin
        self.ambient = ambient

    def reveal(self) -> str:
        """The secret itself; a function is asked anew each time, so that it can be rotated.

        Raises:
            AuthenticationError: it is no text, empty, or has characters no header takes.
        """
        if self._checked is not None:
            return self._checked
        secret: object = self._read() if callable(self._read) else self._read
        if not isinstance(secret, str):
            kind = type(secret).__name__
            raise AuthenticationError(f"{self.origin} gave no string but: {kind}.")
        secret = secret.strip()
        if not secret:
            raise AuthenticationError(f"The token from {self.origin} is empty.")
        if not secret.isascii() or not secret.isprintable():
            raise AuthenticationError(f"The token from {self.origin} has characters no token has.")
        if isinstance(self._read, str):
            self._checked = secret
        return secret

    def settled(self, secret: str) -> Token:
        """The same as it was given just now, whatever a function gives the next time."""
        if isinstance(self._read, str):
            return self
        return Token(secret, origin=self.origin, ambient=self.ambient)

    def __repr__(self) -> str:
        return f"Token(from {self.origin})"

    def __copy__(self) -> Token:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Token:
        return self  # a copy stays in this process, where the secret may be; a pickle may not

    def __reduce__(self) -> tuple[Any, ...]:
        return _token_elsewhere, (self.origin,)


def _token_elsewhere(origin: str) -> Token:
    """What a pickled token becomes: the secret stays behind, the surroundings are asked anew."""
    if (found := _ambient_token()) is not None:
        return found

    def missing() -> str:
        raise AuthenticationError(
            f"The token from {origin} stayed behind when the settings were pickled.",
            hint="Set HF_TOKEN where they are used.",
        )

    return Token(missing, origin=origin, ambient=True)


def found_in(values: Mapping[str, str | None], setting: str) -> tuple[str | None, str]:
    """The value of a setting among `values`, and the name under which it stood there."""
    for name in ENVIRONMENT[setting]:
        if value := (values.get(name) or "").strip():
            return value, name
    return None, ""


def as_token(given: Any) -> Token | Literal[False] | None:
    """The caller's own token, else the one in the surroundings; False means none at all."""
    if given is None:
        return _ambient_token()
    if given is False or isinstance(given, Token):
        return given
    if hasattr(given, "get_secret_value"):  # pydantic's SecretStr, as the frameworks hand it over
        given = given.get_secret_value()
    if isinstance(given, str):
        return Token(given, origin="the token argument", ambient=False)
    if callable(given):
        return Token(given, origin="the token function", ambient=False)
    raise ConfigurationError(
        f"token must be a string or a function that returns one, not {type(given).__name__}."
    )


def ambient(secret: str, origin: str) -> Token:
    """A token that was found, not given."""
    return Token(secret, origin=origin, ambient=True)


def _ambient_token() -> Token | None:
    secret, name = found_in(os.environ, "token")
    if secret:
        return ambient(secret, name)
    try:
        path = _token_file()
        found = path.is_file()
    except (OSError, RuntimeError):  # a folder that may not be looked into, or no home at all
        return None
    if not found:
        return None
    origin = f"the token file {path}"
    return Token(lambda: _text_of(path, origin), origin=origin, ambient=True)


def _token_file() -> Path:
    """Where the Hub's own client keeps its login.

    Source: huggingface_hub, `constants.py`, HF_TOKEN_PATH and HF_HOME.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or f"{cache}/huggingface"
    return Path(os.environ.get("HF_TOKEN_PATH") or f"{home}/token").expanduser()


def _text_of(path: Path, origin: str) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise AuthenticationError(f"{origin} cannot be read: {type(error).__name__}.") from None


def read_secrets(path: Path) -> Mapping[str, str | None]:
    """The values of a file of `NAME=value` lines, `export` allowed.

    Raises:
        ConfigurationError: there is no such file, or it cannot be read as text.
    """
    from dotenv import dotenv_values

    if not path.is_file():
        raise ConfigurationError(f"There is no secrets file {path}.")
    try:
        return dict(dotenv_values(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The secrets file {path} cannot be read: {type(error).__name__}."
        ) from None
