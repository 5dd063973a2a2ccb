"""Ctrl-C while a plain engine waits."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from tests.interrupting import unmeasured
from tests.transport.engines.conftest import MakeServer
from tests.transport.engines.scripted import PATIENCE, STREAM, Peer

PROGRAM = """
import sys
from hf_integrations.flow import Request, Timeout
from hf_integrations.transport.engines import EngineSettings, make_engine

kind, url, way = sys.argv[1:]
engine = make_engine(EngineSettings(kind=kind))
try:
    if way == "send":
        engine.send(Request("POST", url, Timeout(60, 600)))
    else:
        for data in engine.open(Request("POST", url, Timeout(60, None, 600))):
            pass
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("kind", ["auto", "httpx"])
@pytest.mark.parametrize("way", ["send", "stream"])
def test_ctrl_c_ends_the_wait_at_once(kind: str, way: str, serve: MakeServer) -> None:
    """Who waits for a model can change his mind, and the server is told."""
    heard, gone = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(STREAM if way == "stream" else b"")
        heard.set()
        peer.wait_until_gone()
        gone.set()

    server = serve(script)
    command = [sys.executable, "-c", PROGRAM, kind, server.url, way]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, text=True, env=unmeasured()
    ) as program:
        assert heard.wait(PATIENCE)
        program.send_signal(signal.SIGINT)
        said, _ = program.communicate(timeout=PATIENCE)

    assert (said, program.returncode) == ("interrupted\n", 0)
    assert gone.wait(PATIENCE)
