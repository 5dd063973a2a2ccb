"""The parts of a client: each is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Generic, Self, TypeVar, overload

S = TypeVar("S")


class service(Generic[S]):
    """A service as a part of a client: loaded when it is first used, then kept with the client.

    Args:
        place: its module in `hf_integrations.services`, and its class: `chat.AsyncChat`.
    """

    def __init__(self, place: str) -> None:
        self._module, _, self._class = place.partition(".")

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: Any = None) -> Self: ...
    @overload
    def __get__(self, client: object, owner: Any = None) -> S: ...
    def __get__(self, client: Any, owner: Any = None) -> Any:
        """The service of a client."""
        if client is None:
            return self
        made = getattr(import_module(f"hf_integrations.services.{self._module}"), self._class)
        return client.__dict__.setdefault(self._name, client.bound(made))
