"""Every engine goes through the proxies that the environment names."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from hf_integrations import HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import NetworkError
from tests.transport.engines.asking import SECRETS, ask, ask_stream, told
from tests.transport.engines.conftest import MakeCaller, MakeServer
from tests.transport.engines.scripted import OK, Gone, Peer, answer
from tests.transport.engines.test_trust import server_side, talk


def test_http_goes_through_the_proxy(
    make_caller: MakeCaller, serve: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is asked for the whole URL, and gets its own password."""
    proxy = serve(talk)
    monkeypatch.setenv("HTTP_PROXY", f"http://user:word@{proxy.host}")

    assert make_caller().send(ask("http://model.example")).body == b"ok"
    [heard] = proxy.heard
    assert heard.target == "http://model.example/v1/chat?key=secret-query"
    assert heard.headers["host"] == "model.example"
    assert heard.headers["proxy-authorization"] == "Basic dXNlcjp3b3Jk"


def test_https_is_carried_blindly(
    make_caller: MakeCaller,
    serve: MakeServer,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proxy learns the host and nothing else: no token, no path, no body."""
    server = serve(talk, context=server_side(authority))

    def carry(peer: Peer) -> None:
        peer.hear()
        peer.say(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer.relay(("127.0.0.1", server.port))

    proxy = serve(carry)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    caller = make_caller(ca_file=str(tmp_path / "ca.pem"), proxy_loopback=True)

    assert caller.send(ask(server.url)).body == b"ok"
    [heard] = proxy.heard
    assert (heard.method, heard.target) == ("CONNECT", server.host)
    assert not [secret for secret in SECRETS if secret in repr(heard)]
    caller.close()


@pytest.mark.parametrize("spared", ["127.0.0.1", "*"])
def test_no_proxy_is_honoured(
    make_caller: MakeCaller, serve: MakeServer, monkeypatch: pytest.MonkeyPatch, spared: str
) -> None:
    """What NO_PROXY names is asked directly."""
    proxy, server = serve(talk), serve(talk)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", spared)

    assert make_caller(proxy_loopback=True).send(ask(server.url)).body == b"ok"
    assert (len(proxy.heard), len(server.heard)) == (0, 1)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_asked_directly(
    make_caller: MakeCaller,
    serve: MakeServer,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    host: str,
) -> None:
    """What a proxy would ask by such a name is its own machine."""
    proxy, server = serve(talk), serve(talk)
    monkeypatch.setenv(name, proxy.url)

    assert make_caller().send(ask(f"http://{host}:{server.port}")).body == b"ok"
    assert (len(proxy.heard), len(server.heard)) == (0, 1)


def test_this_machine_is_asked_through_the_proxy_when_that_is_wanted(
    make_caller: MakeCaller, serve: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting says so."""
    proxy, server = serve(talk), serve(talk)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)

    assert make_caller(proxy_loopback=True).send(ask(server.url)).body == b"ok"
    assert (len(proxy.heard), len(server.heard)) == (1, 0)


def test_a_client_asks_the_emulator_past_the_proxies(
    emulator: Emulator, serve: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what a company's laptop has in its environment."""
    proxy = serve(talk)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)

    with HfInferenceClient(base_url=emulator.url, token="hf_test") as client:
        assert client.chat.complete("hi", model="org/model").text
    assert proxy.heard == []


def test_all_proxy_serves_every_scheme(
    make_caller: MakeCaller, serve: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One name for all."""
    proxy = serve(talk)
    monkeypatch.setenv("ALL_PROXY", proxy.url)

    assert make_caller().send(ask("http://model.example")).body == b"ok"


@pytest.mark.parametrize("way", ["send", "open"])
def test_a_proxy_that_refuses_is_an_error_without_secrets(
    make_caller: MakeCaller, serve: MakeServer, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """No answer came from the host; the proxy's is not taken for it."""

    def refuse(peer: Peer) -> None:
        peer.hear()
        peer.say(answer(b"no", status="403 Forbidden"))
        raise Gone

    monkeypatch.setenv("HTTPS_PROXY", serve(refuse).url)
    caller = make_caller()
    with pytest.raises(NetworkError, match=r"model\.example") as caught:
        getattr(caller, way)(ask_stream("https://model.example"))

    assert not [secret for secret in SECRETS if secret in told(caught.value)]


def test_the_answer_of_the_proxy_for_http_is_an_answer(
    make_caller: MakeCaller, serve: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway's 502 is judged above, like any status."""

    def refuse(peer: Peer) -> None:
        peer.hear()
        peer.say(answer(b"no", status="502 Bad Gateway"))

    monkeypatch.setenv("HTTP_PROXY", serve(refuse).url)

    assert make_caller().send(ask("http://model.example")).status == 502
    assert OK
