"""A store of `hf_integrations.ruvvector` in both colours, as one component uses it."""

from __future__ import annotations

import inspect
from importlib.util import find_spec
from typing import Any, Self

from hf_integrations.errors import ConfigurationError

INSTALL = "pip install 'hf-integrations[ruvvector]'"
_NOT_HERE = frozenset({"embed", "pool"})


class Pair:
    """The plain store and the one for asyncio; each is made when it is first needed.

    Args:
        kind: the class of the plain store, by name; that of the other begins with Async.
        owner: the component, by name, for its errors.
        store: a ready store for the plain methods, instead of settings; never closed here.
        async_store: a ready one for the asyncio methods.
        **settings: the arguments of the class; None is as good as nothing.

    Raises:
        ConfigurationError: psycopg is not installed, or the settings cannot work.
    """

    def __init__(
        self, kind: str, owner: str, *, store: Any = None, async_store: Any = None, **settings: Any
    ) -> None:
        self._kinds = (kind, f"Async{kind}")
        self._owner = owner
        self._given = (store, async_store)
        self._made: list[Any] = [None, None]
        self._settings = {name: value for name, value in settings.items() if value is not None}
        if store is not None or async_store is not None:
            self._check_alone()
        else:
            self._check_known()
            _ = self.plain  # what cannot work is said here, not at the first call

    @property
    def plain(self) -> Any:
        """The store behind the plain methods."""
        return self._made[0] or self._one(0)

    @property
    def waiting(self) -> Any:
        """The store behind the asyncio methods."""
        return self._made[1] or self._one(1)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        plain, waiting = self._given
        return type(self)(
            self._kinds[0], self._owner, store=plain, async_store=waiting, **self._settings
        )

    def __getstate__(self) -> dict[str, Any]:
        if not any(self._given):
            _ = self.plain, self.waiting  # these know how to leave their DSN behind
        settings = {name: value for name, value in self._settings.items() if name != "dsn"}
        return self.__dict__ | {"_settings": settings}

    def close(self) -> None:
        """Close the connections of the plain store, if it was made here."""
        if self._made[0] is not None and self._given[0] is None:
            self._made[0].close()

    async def aclose(self) -> None:
        """Close all connections that were made here."""
        if self._made[1] is not None and self._given[1] is None:
            await self._made[1].close()
        self.close()

    def _one(self, colour: int) -> Any:
        self._made[colour] = self._given[colour] or self._new(colour)
        return self._made[colour]

    def _new(self, colour: int) -> Any:
        if any(other is not None for other in self._given):
            raise ConfigurationError(
                f"Only the other kind of store was given; pass {('store', 'async_store')[colour]}= "
                f"as well to use {('plain', 'asyncio')[colour]} methods."
            )
        return getattr(self._core(), self._kinds[colour])(**self._settings)

    def _core(self) -> Any:
        """The framework-free stores; without psycopg, the sentence that says what to install."""
        if find_spec("psycopg") is None:
            raise ConfigurationError(f"{self._owner} needs psycopg: {INSTALL}")
        from hf_integrations import ruvvector

        return ruvvector

    def _check_alone(self) -> None:
        if self._settings:
            raise ConfigurationError(
                f"{', '.join(self._settings)}: a ready store brings its own settings."
            )

    def _check_known(self) -> None:
        known = inspect.signature(getattr(self._core(), self._kinds[0])).parameters.keys()
        if unknown := self._settings.keys() - (known - _NOT_HERE):
            raise ConfigurationError(
                f"{', '.join(sorted(unknown))}: {self._owner} has no such argument here.",
                hint=f"It has {', '.join(sorted(known - _NOT_HERE))}; pass store= and "
                "async_store= for pools of your own.",
            )
