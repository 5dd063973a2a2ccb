"""A host with several addresses: the first that answers counts, within one time for all of them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from hf_integrations.transport.engines.reaching import left_until, reached

Address = tuple[str, int]


@pytest.fixture
def live() -> Iterator[Address]:
    """A server that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()


@pytest.fixture
def dead() -> Address:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address: Address = listener.getsockname()
    return address


@pytest.fixture
def full() -> Iterator[Address]:
    """A server whose queue is full, so that connecting to it takes for ever."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        visitors = [socket.socket() for _ in range(4)]
        for visitor in visitors:
            visitor.setblocking(False)
            visitor.connect_ex(listener.getsockname())
        yield listener.getsockname()
        for visitor in visitors:
            visitor.close()


def at(*addresses: Address) -> Callable[..., Any]:
    """A name with these addresses."""

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    return look_up


def soon(seconds: float = 60.0) -> float:
    """A moment; no test waits so long unless it fails."""
    return time.monotonic() + seconds


@pytest.mark.parametrize("others", [(), ("dead",), ("full",), ("full", "dead", "full")])
def test_the_first_address_that_answers_is_taken(
    others: tuple[str, ...], live: Address, request: pytest.FixtureRequest
) -> None:
    """Whatever is wrong with those before it."""
    addresses = [request.getfixturevalue(name) for name in others]
    with closing(reached("name", 1, soon(), at(*addresses, live))) as link:
        assert link.getpeername() == live
        assert link.getblocking()


def test_an_address_is_not_asked_when_one_before_it_has_answered(
    live: Address, dead: Address
) -> None:
    """The resolver's order counts."""
    with closing(reached("name", 1, soon(), at(live, dead))) as link:
        assert link.getpeername() == live


@pytest.mark.parametrize("count", [1, 2])
def test_when_none_takes_a_connection_the_last_says_why(count: int, dead: Address) -> None:
    """As an error of the system."""
    with pytest.raises(ConnectionRefusedError):
        reached("name", 1, soon(), at(*[dead] * count))


def test_all_addresses_share_one_time(full: Address) -> None:
    """A hundred that do not answer take no longer than one."""
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        reached("name", 1, soon(0.6), at(*[full] * 100))
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_over_is_not_begun(count: int, live: Address) -> None:
    """Looking up a name may have taken all of the time."""
    with pytest.raises(TimeoutError):
        reached("name", 1, soon(-1), at(*[live] * count))
    with pytest.raises(TimeoutError):
        left_until(soon(-1))


def test_a_name_without_an_address_is_an_error() -> None:
    """Of the system, too."""
    with pytest.raises(OSError, match="no address"):
        reached("name", 1, soon(), at())


def test_an_address_of_a_kind_that_is_not_there_is_passed_by(live: Address) -> None:
    """As IPv6 is on many machines."""
    other = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("255.255.255.255", 9))
    found = [other, *at(live)("name", 1)]
    with closing(reached("name", 1, soon(), lambda *_, **__: found)) as link:
        assert link.getpeername() == live
