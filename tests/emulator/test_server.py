"""The server as a thread and as a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from hf_integrations.emulator import Emulator, serve
from hf_integrations.emulator.server import listen, url_of
from hf_integrations.errors import ConfigurationError, HfError
from tests.interrupting import unmeasured

RUN = """
import sys
from hf_integrations.emulator import serve
serve(port=0, token="hf_only", on_ready=lambda url: print(url, flush=True))
print("ended", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_process_serves_until_it_is_told_to_end(number: signal.Signals) -> None:
    """Both signals end it in order."""
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", RUN],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=unmeasured(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/health").status_code == 200
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)

    assert (process.returncode, output, errors) == (0, "ended\n", "")


def test_serving_ends_on_a_signal_and_gives_the_handlers_back() -> None:
    """In the main thread of this process."""
    before = signal.getsignal(signal.SIGTERM)
    urls: list[str] = []

    def end_when_ready() -> None:
        httpx.get(f"{urls[0]}/health").raise_for_status()
        signal.raise_signal(signal.SIGTERM)

    asking = threading.Thread(target=end_when_ready)

    def on_ready(url: str) -> None:
        urls.append(url)
        asking.start()

    serve(port=0, models=["a/b"], on_ready=on_ready)
    asking.join()

    assert signal.getsignal(signal.SIGTERM) is before
    with pytest.raises(httpx.ConnectError):
        httpx.get(urls[0])


def test_a_port_that_is_taken_is_told() -> None:
    """With what to do about it."""
    with Emulator() as emulator:
        port = int(emulator.url.rsplit(":", 1)[1])
        with pytest.raises(ConfigurationError, match=f"port {port}") as caught:
            serve(port=port)
        assert isinstance(caught.value, HfError)
        assert "port=" in (caught.value.hint or "")
        with pytest.raises(ConfigurationError):
            Emulator(port=port).start()


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 0)])
def test_places_that_cannot_be_listened_on(host: str, port: int) -> None:
    """No such port; no such address here."""
    with pytest.raises(ConfigurationError):
        listen(host, port)


def test_urls_can_be_called() -> None:
    """All interfaces are called by the loopback."""
    with listen("0.0.0.0", 0) as everywhere:  # noqa: S104 - closed at once
        assert url_of(everywhere).startswith("http://127.0.0.1:")


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_urls_of_ipv6_have_brackets() -> None:
    """As a URL wants them."""
    try:
        listening = listen("::1", 0)
    except ConfigurationError:
        pytest.skip("no IPv6 loopback here")
    with listening:
        assert url_of(listening).startswith("http://[::1]:")
