"""Where a command works: which service answers, which database keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ConfigurationError, ValidationError

if TYPE_CHECKING:
    from hf_integrations.client import HfInferenceClient
    from hf_integrations.ruvvector import RuvVectorStore

CHAT_MODEL = "meta-llama/Llama-3.1-8B-Instruct"
EMBEDDING_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


class Surroundings(Struct, frozen=True):
    """Where a command works.

    Attributes:
        settings: what a client is made with: base_url, token, provider, as far as they are set.
        service: what answers, for people.
        emulated: whether the emulator answers.
        dsn: the database; nothing where the command needs none.
        database: the same, for people.
    """

    settings: dict[str, Any]
    service: str
    emulated: bool
    dsn: str = ""
    database: str = ""

    def label(self, model: str) -> str:
        """What a vector is marked with, so that those of different origin are never compared."""
        return f"emulator:{model}" if self.emulated else model

    def client(self) -> HfInferenceClient:
        """A client for the service."""
        from hf_integrations.client import HfInferenceClient

        hub = {"hub_url": self.settings["base_url"]} if self.emulated else {}
        return HfInferenceClient(**self.settings, **hub)

    def store(self, collection: str) -> RuvVectorStore:
        """A collection in the database."""
        from hf_integrations.ruvvector import RuvVectorStore

        return RuvVectorStore(self.dsn, collection)


class Wishes(Struct, frozen=True):
    """What the caller said on the command line; None where nothing was said.

    Attributes:
        emulator: True takes the emulator, False never does, None takes it when there is neither
            a token nor a base URL.
        token_env: the variable of the environment that holds the token.
    """

    base_url: str | None = None
    provider: str | None = None
    database: str | None = None
    emulator: bool | None = False
    token_env: str | None = None


@contextmanager
def served(wishes: Wishes) -> Iterator[Surroundings]:
    """A service for a command that needs no database; an emulator is stopped after it."""
    with ExitStack() as stack:
        yield _service(stack, wishes)


@contextmanager
def surroundings(wishes: Wishes) -> Iterator[Surroundings]:
    """Everything a command needs, started here as far as it is not there, and stopped after it."""
    with ExitStack() as stack:
        place = _service(stack, wishes)
        dsn, database = _database(stack, wishes.database)
        yield Surroundings(place.settings, place.service, place.emulated, dsn, database)


def _service(stack: ExitStack, wishes: Wishes) -> Surroundings:
    given = _given(wishes)
    if wishes.emulator and given:
        raise ValidationError(
            "--emulator stands with --base-url, --provider or --token-env.",
            hint="Leave out one of them.",
        )
    config = HfInferenceConfig(**given)
    emulated = wishes.emulator
    if emulated is None:
        emulated = config.credential is None and config.base_url is None
    if not emulated:
        return Surroundings(given, config.base_url or "Hugging Face's router", False)
    settings, service = _emulator(stack)
    return Surroundings(settings, service, True)


def _given(wishes: Wishes) -> dict[str, Any]:
    """The settings of a client that were said."""
    named = {
        "base_url": wishes.base_url,
        "default_provider": wishes.provider,
        "token": _token(wishes.token_env),
    }
    return {name: value for name, value in named.items() if value}


def _token(name: str | None) -> str | None:
    """A token the caller points to; unlike one that is found, it goes where the base URL is."""
    if name is None:
        return None
    if not (token := os.environ.get(name, "").strip()):
        raise ConfigurationError(
            f"--token-env: there is no {name[:100]!r} in the environment.",
            hint="Give the name of the variable, not the token.",
        )
    return token


def _emulator(stack: ExitStack) -> tuple[dict[str, Any], str]:
    try:
        from hf_integrations.emulator import Emulator
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "The emulator needs an extra that is not installed.",
            hint="Run: pip install 'hf-integrations[emulator]'",
        ) from error
    emulator = stack.enter_context(Emulator())
    return {"base_url": emulator.url, "token": "hf_emulated"}, f"the emulator at {emulator.url}"


def _database(stack: ExitStack, given: str | None) -> tuple[str, str]:
    if dsn := given or os.environ.get("DATABASE_URL"):
        return dsn, "your database"
    from hf_integrations.ruvvector import embedded_postgres

    server = stack.enter_context(embedded_postgres())
    return server.dsn, f"PostgreSQL in {server.path}"
