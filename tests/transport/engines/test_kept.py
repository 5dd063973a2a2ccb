"""Connections that are kept: each is given to one caller or closed, and counted while in use."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from hf_integrations.errors import InferenceTimeoutError, NetworkError
from hf_integrations.flow import Timeout
from hf_integrations.transport.engines import EngineSettings
from hf_integrations.transport.engines.kept import Kept, Pool
from hf_integrations.transport.engines.stdlib import StdlibEngine
from tests.transport.engines.asking import ask
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import Peer


class Old(socket.socket):
    """A connection that tells when it is closed."""

    told: Callable[[], None]

    def close(self) -> None:
        """Close, and tell."""
        super().close()
        self.told()


def test_who_looks_for_one_while_all_are_closed_gets_none() -> None:
    """The client is closed while another thread finds that the first one it tries is over."""
    here, there = socket.socketpair()
    old, other = Old(fileno=here.detach()), socket.socket()
    kept = Kept(2, 60.0)
    old.told = kept.close
    kept.give("place", other)
    kept.give("place", old)
    there.close()

    assert kept.take("place") is None
    assert other.fileno() < 0
    assert kept.pool() == Pool()


def silent(peer: Peer) -> None:
    """Hears a request, and hangs up when the client does."""
    peer.hear()
    peer.wait_until_gone()


def unreadable(peer: Peer) -> None:
    """Says what is no HTTP."""
    peer.hear()
    peer.say(b"SSH-2.0-OpenSSH_9\r\n\r\n")


@pytest.mark.parametrize(
    ("script", "error"), [(silent, InferenceTimeoutError), (unreadable, NetworkError)]
)
def test_a_failed_request_is_in_use_no_longer(
    serve: MakeServer, script: Callable[[Peer], None], error: type[NetworkError]
) -> None:
    """A server that often fails fills neither memory nor the figures of connections."""
    engine = StdlibEngine(EngineSettings())
    url = serve(script).url

    with pytest.raises(error):
        engine.send(ask(url, timeout=Timeout(5.0, total=0.05)))

    assert engine.pool() == Pool()
    engine.close()
