"""A lock that was held when a process was forked holds nobody up in the child."""

from __future__ import annotations

from hf_integrations.transport.cache import Cache
from hf_integrations.transport.locked import Locked, renew
from hf_integrations.transport.metrics import Metrics


def test_a_forked_process_has_new_locks() -> None:
    """Those of the parent may be held for ever."""
    held: list[Locked] = [Metrics(), Cache[str]()]
    for one in held:
        one._lock.acquire()
    renew()

    for one in held:
        assert not one._lock.locked()
