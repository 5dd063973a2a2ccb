"""The clients that components make for themselves, shared by all copies of a component."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.config import HfInferenceConfig

C = TypeVar("C", HfInferenceClient, AsyncHfInferenceClient)


class Clients:
    """Settings and clients, by their kind and by what they were made from.

    A component hands it on to its copies and to the runs of `configurable_fields`, so that all of
    them use the same connections as long as they ask the same server.
    """

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}

    def config(self, given: Any, key: tuple[Any, ...], settings: dict[str, Any]) -> Any:
        """The settings that follow from those of a given client and what was set beside it."""
        whole = (HfInferenceConfig, given, *key)
        if (found := self._made.get(whole)) is None:
            new = given.config.with_options if given is not None else HfInferenceConfig
            found = self._made.setdefault(whole, new(**settings))
        return found

    def get(self, kind: type[C], given: object, key: tuple[Any, ...]) -> C | None:
        """The client that was made before; None when there is none."""
        return self._made.get((kind, given, *key))

    def keep(self, client: C, given: object, key: tuple[Any, ...]) -> C:
        """Keep a new one; another thread may have been faster, and then its client is taken."""
        made: C = self._made.setdefault((type(client), given, *key), client)
        return made

    def taken(self, kind: type[C]) -> list[C]:
        """All clients of a kind, which are not kept any longer."""
        return [self._made.pop(key) for key in list(self._made) if key[0] is kind]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clients)  # what was made is no part of what a component is

    def __hash__(self) -> int:
        return hash(Clients)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # connections cannot be copied, and are shared

    def __reduce__(self) -> tuple[type[Clients], tuple[()]]:
        return Clients, ()  # what was made stays behind, and with it every secret

    def __repr__(self) -> str:
        return f"<{len(self._made)} made>"
