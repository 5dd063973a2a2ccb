"""What the two models share: their settings, and a client of each colour."""

from __future__ import annotations

import threading
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar

from llama_index.core.bridge.pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    WithJsonSchema,
    model_serializer,
)
from llama_index.core.schema import BaseComponent

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.closing import Closing
from hf_integrations.config import NAMES, HfInferenceConfig
from hf_integrations.errors import ConfigurationError

C = TypeVar("C", HfInferenceClient, AsyncHfInferenceClient)
_SECRET = frozenset({"token", "headers"})


class Clients:
    """A client of each colour, made when it is first needed.

    Args:
        config: the settings of a client that was not given.
        plain, asynchronous: given clients; used as they are, or as views under `settings`.
        settings: what changes in given clients.
    """

    def __init__(
        self,
        config: HfInferenceConfig,
        plain: HfInferenceClient | None = None,
        asynchronous: AsyncHfInferenceClient | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self._config = config
        self._settings = settings or {}
        self._given = (plain, asynchronous)
        self._plain: HfInferenceClient | None = None
        self._asynchronous: AsyncHfInferenceClient | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return Clients, (self._config,)

    def __deepcopy__(self, memo: dict[int, Any]) -> Clients:
        return self  # a copy of a component speaks through the same connections

    @property
    def plain(self) -> HfInferenceClient:
        """The client that blocks."""
        with self._lock:
            if self._plain is None:
                self._plain = _under(self._given[0], self._settings)
                self._plain = self._plain or HfInferenceClient(self._config)
            return self._plain

    @property
    def asynchronous(self) -> AsyncHfInferenceClient:
        """The client that is awaited; it serves every event loop."""
        with self._lock:
            if self._asynchronous is None:
                self._asynchronous = _under(self._given[1], self._settings)
                self._asynchronous = self._asynchronous or AsyncHfInferenceClient(self._config)
            return self._asynchronous

    def close(self) -> None:
        """Close the own plain client; it is made anew when it is needed again."""
        with self._lock:
            plain, self._plain = self._plain, None
        if plain is not None and plain is not self._given[0]:
            plain.close()

    async def aclose(self) -> None:
        """Close both own clients; each is made anew when it is needed again."""
        self.close()
        with self._lock:
            asynchronous, self._asynchronous = self._asynchronous, None
        if asynchronous is not None and asynchronous is not self._given[1]:
            await asynchronous.close()


class Connected(Closing, BaseComponent):
    """A component of LlamaIndex that speaks through our clients.

    What is written by `to_dict`, `to_json` or `pickle` has the settings that are not the default,
    and never the token or the headers: where it is read, the environment is asked for a token.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    provider: str | None = Field(default=None, description="Who serves the model.")
    timeout: float | None = Field(
        default=None,
        description="Seconds for a whole exchange, or for each piece of a stream.",
    )
    config: Annotated[HfInferenceConfig, WithJsonSchema({"type": "object"})] = Field(
        description="The settings of the client.", exclude=True, repr=False, frozen=True
    )
    _clients: Clients = PrivateAttr()

    def __init__(
        self,
        *,
        client: HfInferenceClient | None = None,
        async_client: AsyncHfInferenceClient | None = None,
        config: HfInferenceConfig | None = None,
        **given: Any,
    ) -> None:
        if "api_key" in given:  # what other integrations call it
            given.setdefault("token", given.pop("api_key"))
        settings = {name: given.pop(name) for name in NAMES if name in given}
        settings = {name: value for name, value in settings.items() if value is not None}
        clients, config = _clients_of(client, async_client, config, settings)
        with checked_fields(type(self), given):
            super().__init__(**given | {"config": config})
        self._clients = clients

    @model_serializer(mode="wrap")
    def custom_model_dump(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """The fields, and beside them the settings that are not the default."""
        fields: dict[str, Any] = handler(self)
        return _changed(self.config) | fields | {"class_name": self.class_name()}

    def close(self) -> None:
        """Let the plain client go, unless it was given; the next call makes another."""
        self._clients.close()

    async def aclose(self) -> None:
        """Let both clients go, unless they were given; the next call makes others."""
        await self._clients.aclose()


class checked_fields:
    """Turns what pydantic refuses into our error; it shows no value, as one may be a secret."""

    def __init__(self, kind: type[BaseModel], given: dict[str, Any]) -> None:
        known = kind.model_fields
        for name in given:
            if name not in known:
                near = get_close_matches(name, [*known, *NAMES], n=3)
                raise ConfigurationError(
                    f"{kind.__name__} has no argument {name!r}.",
                    hint=f"Did you mean {' or '.join(near)}?" if near else None,
                )
        self._kind = kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, ValidationError):
            faults = "; ".join(
                f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
            )
            raise ConfigurationError(f"{self._kind.__name__}: {faults}.") from None


def _clients_of(
    client: HfInferenceClient | None,
    async_client: AsyncHfInferenceClient | None,
    config: HfInferenceConfig | None,
    settings: dict[str, Any],
) -> tuple[Clients, HfInferenceConfig]:
    given = client or async_client
    if given is None:
        made = (config or HfInferenceConfig()).with_options(**settings)
        return Clients(made), made
    if config is not None:
        raise ConfigurationError("config: a client was given, which brings its own; give one.")
    made = given.config.with_options(**settings)
    return Clients(made, client, async_client, settings), made


def _under(client: C | None, settings: dict[str, Any]) -> C | None:
    """A given client under other settings; it shares the connections."""
    return client.with_options(**settings) if client is not None and settings else client


def _changed(config: HfInferenceConfig) -> dict[str, Any]:
    """The settings that are neither the default nor what the environment says, without secrets."""
    default = HfInferenceConfig(token=False)
    return {
        name: str(value) if isinstance(value, Path) else value
        for name in NAMES
        if name not in _SECRET and (value := getattr(config, name)) != getattr(default, name)
    }
