"""The settings of a client: from code, then the environment, then files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from hf_integrations._version import __version__
from hf_integrations.credentials import (
    ENVIRONMENT,
    Token,
    ambient,
    as_token,
    found_in,
    read_secrets,
)
from hf_integrations.errors import ConfigurationError, HfError

ROUTER_URL = "https://router.huggingface.co"
HUB_URL = "https://huggingface.co"
MANAGEMENT_URL = "https://api.endpoints.huggingface.cloud/v2"

HttpEngine: TypeAlias = Literal["auto", "stdlib", "pyreqwest", "aiohttp", "httpx"]
Server: TypeAlias = Literal["auto", "tei", "tgi", "openai", "endpoint"]
ThinkTags: TypeAlias = Literal["split", "opened", "keep"]
ReturnReasoning: TypeAlias = Literal["auto", "always", "never"]


def _from_environment(setting: str, default: Any = None) -> Any:
    """A field that the environment may fill; what the caller says always wins."""
    return field(default_factory=lambda: found_in(os.environ, setting)[0] or default)


class HfInferenceConfig(Struct, frozen=True, kw_only=True):
    """Every setting, each with its default; a setting left out is looked up in the environment.

    Attributes:
        token: the access token, or a function that returns it; False sends none. A token given
            here goes to `base_url`, wherever that is; one from the environment, a secrets file or
            the Hub's token file goes only to Hugging Face's hosts.
        base_url: where inference goes: the router by default, or the URL of a server of your own,
            with or without `/v1`.
        hub_url: the Hub.
        management_url: the management API of dedicated endpoints.
        default_provider: who serves a model when a call does not say; `auto` leaves it to the
            router.
        default_namespace: the account that owns the dedicated endpoints.
        bill_to: the organisation that pays for routed calls.
        headers: sent along with every request.
        user_agent: what the client calls itself.
        server: what answers at a `base_url` of your own; `auto` asks it once, at the first call
            for which it matters; `endpoint` is one model behind `/`.
        think_tags: what becomes of thoughts that a model writes between `<think>` tags: `split`
            takes them out of the text, into `reasoning`, when it begins with the tag; `opened`
            also when it does not, as of models whose prompt ends with it; `keep` leaves them.
        return_reasoning: which thoughts go back with a conversation of `ChatMessage`s: `auto`,
            while tool calls are answered, to servers that call them `reasoning_content`; `always`
            or `never`.
        auto_wait_for_model: wait while a model is being loaded, instead of raising at once.
        cold_start_timeout: how long to wait for that, in seconds.
        connection_timeout: for a connection, in seconds.
        request_timeout: for a whole exchange, in seconds.
        stream_timeout: for the next piece of a stream, in seconds.
        max_retries: how often a failed request is sent again.
        retry_base_delay: the longest first wait before that, in seconds; it doubles each time.
        retry_max_delay: the longest wait, in seconds; a server that asks for more gets none.
        embedding_batch_size: the most texts in one request; None asks the server, else 32.
        embedding_batch_bytes: the largest body of such a request, in bytes.
        embedding_concurrency: the most such requests of one call at a time.
        auto_optimize_images: turn upright, scale down and convert pictures that need it.
        max_image_side: the longest side of a picture that is sent as it is, in pixels.
        max_image_bytes: the largest picture that is taken.
        max_audio_bytes: the largest sound.
        max_video_bytes: the largest film.
        auto_chunk_long_audio: transcribe long audio in windows.
        long_audio: seconds; longer is long.
        audio_window: seconds of one window.
        audio_overlap: seconds that a window shares with the next.
        audio_windows_at_once: how many windows are transcribed at a time.
        allow_private_urls: fetch media also from addresses that are not on the public Internet.
        fetch_timeout: for media from a URL, in seconds.
        http_engine: the library that sends; `auto` takes the fastest that is installed.
        pool_size_per_host: the most idle connections kept; never a limit on those in use.
        pool_idle_timeout: how long an idle connection is kept, in seconds.
        ca_file: certificates to trust, instead of the system's.
        client_cert: a certificate and its key, in one PEM file, to show to the server.
    """

    token: str | Token | Callable[[], str] | Literal[False] | None = None
    base_url: str | None = _from_environment("base_url")
    hub_url: str = _from_environment("hub_url", HUB_URL)
    management_url: str = MANAGEMENT_URL
    default_provider: str = _from_environment("default_provider", "auto")
    default_namespace: str | None = _from_environment("default_namespace")
    bill_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = f"hf-integrations/{__version__}"
    server: Server = "auto"
    think_tags: ThinkTags = "split"
    return_reasoning: ReturnReasoning = "auto"
    auto_wait_for_model: bool = True
    cold_start_timeout: float = _from_environment("cold_start_timeout", 300.0)
    connection_timeout: float = 10.0
    request_timeout: float = _from_environment("request_timeout", 120.0)
    stream_timeout: float = 300.0
    max_retries: int = 3
    retry_base_delay: float = 1.0
    retry_max_delay: float = 30.0
    embedding_batch_size: int | None = None
    embedding_batch_bytes: int = 1_900_000
    embedding_concurrency: int = 8
    auto_optimize_images: bool = True
    max_image_side: int = 4096
    max_image_bytes: int = 20_000_000
    max_audio_bytes: int = 1_000_000_000
    max_video_bytes: int = 500_000_000
    auto_chunk_long_audio: bool = True
    long_audio: float = 1800.0
    audio_window: float = 300.0
    audio_overlap: float = 10.0
    audio_windows_at_once: int = 3
    allow_private_urls: bool = False
    fetch_timeout: float = 60.0
    http_engine: HttpEngine = "auto"
    pool_size_per_host: int = 50
    pool_idle_timeout: float = 90.0
    ca_file: str | Path | None = None
    client_cert: str | Path | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "token", as_token(self.token))
        force_setattr(self, "headers", checked_headers("headers", self.headers, ConfigurationError))
        for check in (_check_numbers, _check_texts, _check_urls, _check_choices, _check_files):
            check(self)

    @classmethod
    def thin(cls, **settings: Any) -> HfInferenceConfig:
        """Settings under which nothing happens by itself: one call is one request."""
        quiet = {
            "max_retries": 0, "auto_wait_for_model": False, "server": "openai",
            "auto_optimize_images": False, "auto_chunk_long_audio": False,
            "think_tags": "keep", "return_reasoning": "never",
        }  # fmt: skip
        return cls(**known(quiet | settings))

    @classmethod
    def from_file(cls, path: str | Path, **settings: Any) -> HfInferenceConfig:
        """Settings with a secrets file behind the environment.

        Args:
            path: a file of `NAME=value` lines, `export NAME=value` allowed, with the names of the
                environment.
            **settings: as in code; they come first.
        """
        values = read_secrets(Path(path).expanduser())
        for setting in ENVIRONMENT:
            value, name = found_in(values, setting)
            if value and setting not in settings and not found_in(os.environ, setting)[0]:
                settings[setting] = (
                    ambient(value, f"{name} in {path}") if setting == "token" else value
                )
        return cls(**known(settings))

    def with_options(self, **settings: Any) -> HfInferenceConfig:
        """The same settings but for those named here."""
        return replace(self, **known(settings))

    @property
    def credential(self) -> Token | None:
        """The token with its origin, or None."""
        return self.token if isinstance(self.token, Token) else None

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: all but the headers, which may hold a secret."""
        return [(name, getattr(self, name)) for name in NAMES if name != "headers"]

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"HfInferenceConfig({', '.join(shown)})"


NAMES = HfInferenceConfig.__struct_fields__
NUMBERS: dict[str, type[float] | type[int]] = {
    "cold_start_timeout": float,
    "connection_timeout": float,
    "request_timeout": float,
    "stream_timeout": float,
    "max_retries": int,
    "retry_base_delay": float,
    "retry_max_delay": float,
    "embedding_batch_size": int,
    "embedding_batch_bytes": int,
    "embedding_concurrency": int,
    "pool_size_per_host": int,
    "pool_idle_timeout": float,
    **dict.fromkeys(("max_image_side", "audio_windows_at_once"), int),
    **dict.fromkeys(("max_image_bytes", "max_audio_bytes", "max_video_bytes"), int),
    **dict.fromkeys(("long_audio", "audio_window", "audio_overlap", "fetch_timeout"), float),
}
ZERO = {"max_retries", "retry_base_delay", "retry_max_delay", "audio_overlap"}  # these may be 0
CHOICES = {
    "server": Server, "http_engine": HttpEngine, "think_tags": ThinkTags,
    "return_reasoning": ReturnReasoning,
}  # fmt: skip
FLAGS = (
    "auto_wait_for_model", "auto_optimize_images", "auto_chunk_long_audio", "allow_private_urls",
)  # fmt: skip

LARGEST = 1e9  # seconds or bytes; beyond, the clocks of some HTTP libraries run over
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


def known(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings`, if each of them is one; else an error that names the nearest."""
    for name in settings:
        if name not in NAMES:
            raise ConfigurationError(f"There is no setting {name!r}.", hint=_near(name))
    return settings


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, NAMES, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else "HfInferenceConfig lists them all."


def _whence(config: HfInferenceConfig, name: str) -> str | None:
    """The variable of the environment a bad value came from, if it did."""
    if name not in ENVIRONMENT:
        return None
    value, variable = found_in(os.environ, name)
    return f"{variable} sets it." if value and value == getattr(config, name) else None


def _check_numbers(config: HfInferenceConfig) -> None:
    """Numbers may come as text from the environment; each must be one and in range."""
    for name, kind in NUMBERS.items():
        value = getattr(config, name)
        if value is None and name == "embedding_batch_size":
            continue
        number = _number(kind, value)
        if not (0 < number <= LARGEST or (name in ZERO and number == 0)):
            what = "a whole number" if kind is int else "a number"
            bound = "0 or more" if name in ZERO else "more than 0"
            raise ConfigurationError(
                f"{name} must be {what}, {bound}, not {value!r}.",
                hint=_whence(config, name),
            )
        force_setattr(config, name, number)
    if config.retry_max_delay < config.retry_base_delay:
        raise ConfigurationError(
            f"retry_max_delay ({config.retry_max_delay:g} s) is below retry_base_delay "
            f"({config.retry_base_delay:g} s); make the first the larger one."
        )
    if config.audio_overlap > config.audio_window / 2:
        raise ConfigurationError("audio_overlap is more than half of audio_window; shorten it.")


def _number(kind: type[float] | type[int], value: Any) -> float:
    """`value` as a number of that kind; -1 when it is none, or not a whole one."""
    try:
        number = -1 if isinstance(value, bool) else kind(value)
        return number if isinstance(value, str) or number == value else -1
    except (TypeError, ValueError, OverflowError):
        return -1


def _check_texts(config: HfInferenceConfig) -> None:
    if any(name.lower() == "authorization" for name in config.headers):
        raise ConfigurationError("headers: pass the token as token=, not as a header.")
    for name in ("default_provider", "default_namespace", "bill_to", "user_agent"):
        value = getattr(config, name)
        optional = name in {"default_namespace", "bill_to"}
        if value is None and optional:
            continue
        if not isinstance(value, str) or not value or not _sendable(value):
            raise ConfigurationError(
                f"{name} must be a line of plain ASCII text{', or None' if optional else ''}.",
                hint=_whence(config, name),
            )


def checked_headers(name: str, headers: Any, error: type[HfError]) -> dict[str, str]:
    """A copy of headers the caller gave; what cannot be sent raises `error`, without its value."""
    if not isinstance(headers, Mapping):
        raise error(f"{name} must be a dict of texts, not {type(headers).__name__}.")
    for header, value in headers.items():
        if not isinstance(header, str) or not _HEADER.fullmatch(header):
            raise error(f"{name}: {header!r} is no name of a header.")
        if not isinstance(value, str) or not _sendable(value):
            raise error(f"{name}: the value of {header!r} must be a line of plain ASCII text.")
    return dict(headers)


def _sendable(value: str) -> bool:
    return value.isascii() and value.isprintable()


def checked_url(name: str, url: Any, error: type[HfError]) -> str:
    """A URL to which paths can be added; no other server than the one it shows may be meant.

    HTTP libraries read a backslash as a slash, and a host behind an `@`; so neither may be in it.
    """
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise error(f"{name} must begin with http:// or https://.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not _sendable(url) or re.search(r"[\s\\]", url):
        raise error(f"{name} is no URL that can be asked; write https://host/path.")
    if "@" in parts.netloc:
        raise error(f"{name} must not carry a password; pass token= instead.")
    if "?" in url or "#" in url:
        raise error(f"{name} must end with a path, without ? and #.")
    return url.rstrip("/")


def _check_urls(config: HfInferenceConfig) -> None:
    for name in ("base_url", "hub_url", "management_url"):
        if name == "base_url" and config.base_url is None:
            continue
        try:
            url = checked_url(name, getattr(config, name), ConfigurationError)
        except ConfigurationError as error:
            error.hint = _whence(config, name)
            raise
        force_setattr(config, name, url)


def _check_choices(config: HfInferenceConfig) -> None:
    for name, kind in CHOICES.items():
        value, choices = getattr(config, name), get_args(kind)
        if value not in choices:
            raise ConfigurationError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    for name in FLAGS:
        value = getattr(config, name)
        if not isinstance(value, bool):
            raise ConfigurationError(f"{name} must be True or False, not {value!r}.")


def _check_files(config: HfInferenceConfig) -> None:
    for name in ("ca_file", "client_cert"):
        path = getattr(config, name)
        if path is None:
            continue
        if not isinstance(path, (str, os.PathLike)):
            raise ConfigurationError(f"{name} must be a path, not {type(path).__name__}.")
        if not Path(path).is_file():
            raise ConfigurationError(f"{name}: there is no file {path}.")
