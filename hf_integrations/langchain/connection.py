"""Whom to ask and how: the fields every class here has, and the clients made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Self, TypeAlias, TypeVar

import pydantic
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
)

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.closing import Closing
from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ConfigurationError
from hf_integrations.langchain.clients import Clients

C = TypeVar("C", HfInferenceClient, AsyncHfInferenceClient)
_PLACES = ("base_url", "endpoint", "default_provider")

CONFIG = ConfigDict(
    arbitrary_types_allowed=True,
    extra="forbid",  # a mistyped argument is never silently ignored
    hide_input_in_errors=True,  # what was passed may be a token
    populate_by_name=True,
    protected_namespaces=(),
)


GivenToken: TypeAlias = str | SecretStr | Callable[[], str] | None


def _as_secret(token: GivenToken) -> SecretStr | Callable[[], str] | None:
    return SecretStr(token) if isinstance(token, str) else token


class HfConnection(Closing, BaseModel):
    """The part of a component that knows whom to ask.

    Nothing is sent when it is made. Clients are made from these fields when they are first
    needed; a given one is used instead, under the fields that were set, and never closed here.

    Attributes:
        model: `organisation/name`, perhaps with `:provider`; or the URL of a server of your own.
        provider: who serves it; what the settings say if left out.
        base_url: where inference goes, instead of the router.
        endpoint: the dedicated endpoint that is asked instead, `namespace/name`.
        server: what answers at `base_url`, such as `tei` or `vllm`, where it shall not be asked.
        token: the access token, or a function that returns it, also as `api_key=`; without one
            the environment is asked, and such a token goes only to Hugging Face's own hosts. It is
            not pickled nor dumped.
        bill_to: the organisation that pays for routed calls.
        timeout: seconds for a whole call, or for each piece of a stream.
        max_retries: how often a failed request is sent again.
        client: a ready client, for every other setting.
        async_client: a ready client for asyncio; without one, it is made with the settings of
            `client`, and the other way round.
        connections: what was made from these fields; copies and configured runs share it.
    """

    model: str | None = None
    provider: str | None = None
    base_url: str | None = None
    endpoint: str | None = None
    server: str | None = None
    token: Annotated[GivenToken, AfterValidator(_as_secret)] = Field(
        default=None, validation_alias=AliasChoices("token", "api_key"), repr=False
    )
    bill_to: str | None = None
    timeout: float | None = None
    max_retries: int | None = None
    client: HfInferenceClient | None = Field(default=None, exclude=True, repr=False)
    async_client: AsyncHfInferenceClient | None = Field(default=None, exclude=True, repr=False)

    connections: Clients = Field(default_factory=Clients, exclude=True, repr=False)

    model_config = CONFIG

    # The client's settings that are given here: our field, and its own name for it.
    _SETTINGS: ClassVar[dict[str, str]] = {
        "base_url": "base_url",
        "endpoint": "endpoint",
        "server": "server",
        "token": "token",
        "bill_to": "bill_to",
        "max_retries": "max_retries",
    }

    def __init__(self, **arguments: Any) -> None:
        try:
            super().__init__(**arguments)
        except pydantic.ValidationError as error:
            raise ConfigurationError(in_words(type(self), error)) from None
        self.config()  # what cannot work is said here, not at the first call

    @property
    def api_key(self) -> SecretStr | None:
        """The token in use, wherever it came from; None when there is none."""
        credential = self.config().credential
        return None if credential is None else SecretStr(credential.reveal())

    def config(self) -> HfInferenceConfig:
        """The settings in force, for both colours; the environment is looked at once."""
        given = self.client or self.async_client
        found: HfInferenceConfig = self.connections.config(given, self._key(), self._settings())
        return found

    def close(self) -> None:
        """Let the connections go that were made here; a second call does nothing."""
        for client in self.connections.taken(HfInferenceClient):
            client.close()

    async def aclose(self) -> None:
        """Let the asyncio connections go that were made here, and the plain ones."""
        for client in self.connections.taken(AsyncHfInferenceClient):
            await client.close()
        self.close()

    def plain_client(self) -> HfInferenceClient:
        """The client that sends."""
        return self._one(HfInferenceClient, self.client)

    def asyncio_client(self) -> AsyncHfInferenceClient:
        """The client that sends in asyncio."""
        return self._one(AsyncHfInferenceClient, self.async_client)

    def _key(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self._SETTINGS])

    def _settings(self) -> dict[str, Any]:
        """The client's settings that were given here."""
        given = zip(self._SETTINGS.values(), self._key(), strict=True)
        return {name: value for name, value in given if value is not None}

    def _place(self) -> dict[str, Any]:
        """Where calls go by the settings in force, whoever said so."""
        config = self.config()
        found = {name: getattr(config, name) for name in _PLACES}
        return {name: value for name, value in found.items() if value is not None}

    def _whom(self) -> dict[str, Any]:
        """What each call says about whom to ask, as far as it was given."""
        given = {"model": self.model, "provider": self.provider, "timeout": self.timeout}
        return {name: value for name, value in given.items() if value is not None}

    def _one(self, kind: type[C], given: C | None) -> C:
        key, origin = self._key(), given or self.client or self.async_client
        found = self.connections.get(kind, origin, key)
        return found or self._made(kind, given, origin, key)

    def _made(self, kind: type[C], given: C | None, origin: Any, key: tuple[Any, ...]) -> C:
        settings = self._settings()
        if given is not None and not settings:
            return given
        new: C = kind(self.config()) if given is None else given.with_options(**settings)
        return self.connections.keep(new, origin, key)

    def __getstate__(self) -> dict[Any, Any]:
        """Everything but secrets and connections."""
        state = super().__getstate__()
        return {**state, "__dict__": {**state["__dict__"], "token": None}}

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """A copy of everything but the clients: connections are shared, and so are secrets."""
        memo = {} if memo is None else memo
        for shared in (self.client, self.async_client, self.token):
            memo[id(shared)] = shared
        return super().__deepcopy__(memo)


def in_words(kind: type[BaseModel], error: pydantic.ValidationError) -> str:
    """The arguments at fault, by name and never by value; each breaks one rule or several."""
    faults: dict[str, list[str]] = {}
    for fault in error.errors():
        said, sentence = faults.setdefault(str(fault["loc"][0]), []), _fault(kind, fault)
        said.extend([] if sentence in said else [sentence])
    each = (f"{name}: {', or: '.join(said)}" for name, said in faults.items())
    return f"{kind.__name__}: {'; '.join(each)}"


_ELSEWHERE = "pass client= for settings of the client."


def _fault(kind: type[BaseModel], fault: Any) -> str:
    if fault["type"] != "extra_forbidden":
        return str(fault["msg"])
    from difflib import get_close_matches

    near = get_close_matches(str(fault["loc"][-1]), kind.model_fields, n=1)
    hint = (
        f"did you mean {near[0]}?"
        if near
        else _ELSEWHERE
        if "client" in kind.model_fields
        else f"it has {', '.join(kind.model_fields)}."
    )
    return f"there is no such argument; {hint}"
