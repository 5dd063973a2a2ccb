"""A connection to a host by whichever of its addresses answers first, in one time for all of them.

asyncio has this itself; Python's `socket.create_connection` gives each address the whole time.

Source: RFC 8305: each address is tried a moment after the one before, or as soon as that failed.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any

# Seconds after which the next address of a name is tried beside the one before.
NEXT_ADDRESS = 0.25

_BEGUN = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN}


def reached(
    host: str, port: int, end: float, look_up: Callable[..., Any] = socket.getaddrinfo
) -> socket.socket:
    """A connection, until that moment of `time.monotonic()`.

    Raises:
        TimeoutError: there was none in time.
        OSError: the name has no address, or none of them takes a connection.
    """
    found = look_up(host, port, type=socket.SOCK_STREAM)
    if len(found) != 1:
        return _first_of(deque(found), end)
    link = socket.socket(*found[0][:3])
    try:
        link.settimeout(left_until(end))
        link.connect(found[0][4])
    except BaseException:
        link.close()
        raise
    return link


def left_until(end: float) -> float:
    """Seconds until then; none are an error."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _first_of(found: deque[Any], end: float) -> socket.socket:
    with selectors.DefaultSelector() as trials:
        failure: OSError | None = None
        try:
            while found or trials.get_map():
                if found and (failed := _try(trials, found.popleft())) is not None:
                    failure = failed
                    continue
                left = left_until(end)
                for key, _ in trials.select(min(left, NEXT_ADDRESS) if found else left):
                    link: Any = key.fileobj
                    trials.unregister(link)
                    code = link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        return _taken(link)
                    link.close()
                    failure = OSError(code, os.strerror(code))
        finally:
            for key in list(trials.get_map().values()):
                loser: Any = key.fileobj
                loser.close()
    raise failure or OSError("the name has no address")


def _try(trials: selectors.BaseSelector, address: Any) -> OSError | None:
    """Begin to connect; the error if that cannot be."""
    link = socket.socket(*address[:3])
    link.setblocking(False)
    code = link.connect_ex(address[4])
    if code in _BEGUN:
        trials.register(link, selectors.EVENT_WRITE)
        return None
    link.close()
    return OSError(code, os.strerror(code))


def _taken(link: socket.socket) -> socket.socket:
    link.setblocking(True)
    return link
