"""Connections do not survive a fork: what a forked process inherits is its parent's."""

from __future__ import annotations

import os
import weakref
from typing import Any, ClassVar

from hf_integrations.errors import ConfigurationError


class Forks:
    """What this process is to know about having been forked.

    Attributes:
        count: how often this process or an ancestor was forked.
        given: the callers' own pools.
        parents: what belongs to the parent; kept, as even to delete it could disturb that.
    """

    count = 0
    given: ClassVar[weakref.WeakSet[Any]] = weakref.WeakSet()
    parents: ClassVar[list[object]] = []

    @classmethod
    def after_in_child(cls) -> None:
        """Take note of it."""
        cls.count += 1
        cls.parents.extend(pool for pool in cls.given if not pool.closed)

    @classmethod
    def check(cls, pool: object) -> None:
        """Raise a ConfigurationError for a caller's pool that was open when this was forked."""
        if any(pool is inherited for inherited in cls.parents):
            raise ConfigurationError(
                "pool= was open when this process was forked: its connections are the parent's.",
                hint="Open pools in the new process, or give a dsn.",
            )


# Windows, which does not fork, lacks the function.
getattr(os, "register_at_fork", dict)(after_in_child=Forks.after_in_child)


def close_at_home(pool: Any, process: int) -> None:
    """Close a pool, if this is still the process that opened it."""
    if process == os.getpid():
        pool.close()
