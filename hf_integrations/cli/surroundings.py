"""Where a command works: which service answers, which database keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import ConfigurationError

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
        dsn: the database.
        database: the same, for people.
        emulated: whether the emulator answers.
    """

    settings: dict[str, Any]
    service: str
    dsn: str
    database: str
    emulated: bool

    def label(self, model: str) -> str:
        """What a vector is marked with, so that those of different origin are never compared."""
        return f"emulator:{model}" if self.emulated else model

    def client(self) -> HfInferenceClient:
        """A client for the service."""
        from hf_integrations.client import HfInferenceClient

        return HfInferenceClient(**self.settings)

    def store(self, collection: str) -> RuvVectorStore:
        """A collection in the database."""
        from hf_integrations.ruvvector import RuvVectorStore

        return RuvVectorStore(self.dsn, collection)


class Wishes(Struct, frozen=True):
    """What the caller said on the command line; None where nothing was said.

    Attributes:
        emulator: True takes the emulator, False never does, None takes it when there is neither
            a token nor a base URL.
    """

    base_url: str | None = None
    provider: str | None = None
    database: str | None = None
    emulator: bool | None = False


@contextmanager
def surroundings(wishes: Wishes) -> Iterator[Surroundings]:
    """Everything a command needs, started here as far as it is not there, and stopped after it."""
    named = {"base_url": wishes.base_url, "default_provider": wishes.provider}
    given: dict[str, Any] = {name: value for name, value in named.items() if value}
    config = HfInferenceConfig(**given)
    with ExitStack() as stack:
        emulated = wishes.emulator
        if emulated is None:
            emulated = config.credential is None and config.base_url is None
        if emulated:
            settings, service = _emulator(stack)
        else:
            settings = given
            service = config.base_url or "Hugging Face's router"
        dsn, database = _database(stack, wishes.database)
        yield Surroundings(settings, service, dsn, database, emulated)


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
