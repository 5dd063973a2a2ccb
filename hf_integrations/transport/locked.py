"""State that threads share, behind a short lock; a forked process has a new one.

Another thread may have held the lock when the process was forked: in the child it would be held
for ever.
"""

from __future__ import annotations

import os
import threading
import weakref


class Locked:
    """What is changed under `_lock`, which is never waited for inside it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        _all.add(self)


_all: weakref.WeakSet[Locked] = weakref.WeakSet()


def renew() -> None:
    """New locks for all: what a forked process must do first."""
    for one in list(_all):
        one._lock = threading.Lock()


# Windows, which does not fork, lacks the function.
getattr(os, "register_at_fork", dict)(after_in_child=renew)
