"""Whom every engine trusts, and how it shows who it is."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from hf_integrations.errors import ConfigurationError, NetworkError
from tests.transport.engines.asking import SECRETS, ask, ask_stream, told
from tests.transport.engines.callers import Kind
from tests.transport.engines.conftest import MakeCaller, MakeServer
from tests.transport.engines.scripted import OK, Peer


def talk(peer: Peer) -> None:
    """One answer."""
    peer.hear()
    peer.say(OK)


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    """The authority's certificate as a file."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def server_side(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    """A server with a certificate for a name."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_server_nobody_vouches_for_is_refused(
    make_caller: MakeCaller, serve: MakeServer, authority: trustme.CA
) -> None:
    """The token is not sent, the message says what to do, and asking again is no use."""
    server = serve(talk, context=server_side(authority))
    caller = make_caller()
    for way in (caller.send, caller.open):
        with pytest.raises(NetworkError, match=r"certificate.*`ca_file`") as caught:
            way(ask_stream(server.url))
        assert not caught.value.retryable
        assert not [secret for secret in SECRETS if secret in told(caught.value)]

    assert server.heard == []


def test_a_named_authority_is_trusted(
    make_caller: MakeCaller, serve: MakeServer, authority: trustme.CA, ca_file: str
) -> None:
    """`ca_file` for a company's proxy or a self-hosted server."""
    server = serve(talk, context=server_side(authority))

    assert make_caller(ca_file=ca_file).send(ask(server.url)).body == b"ok"


def test_connections_are_kept_under_tls_too(
    make_caller: MakeCaller, serve: MakeServer, authority: trustme.CA, ca_file: str
) -> None:
    """What TLS itself sends after an answer does not pass for the server's farewell."""

    def keep_talking(peer: Peer) -> None:
        while True:
            talk(peer)

    server = serve(keep_talking, context=server_side(authority))
    caller = make_caller(ca_file=ca_file)
    for _ in range(3):
        caller.send(ask(server.url))

    assert server.connections == 1


def test_the_systems_authorities_are_trusted(
    make_caller: MakeCaller,
    serve: MakeServer,
    authority: trustme.CA,
    ca_file: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SSL_CERT_FILE is how a system says where they are."""
    monkeypatch.setenv("SSL_CERT_FILE", ca_file)
    server = serve(talk, context=server_side(authority))

    assert make_caller().send(ask(server.url)).body == b"ok"


def test_a_certificate_for_another_name_is_refused(
    make_caller: MakeCaller, serve: MakeServer, authority: trustme.CA, ca_file: str
) -> None:
    """Trusted, and somebody else."""
    server = serve(talk, context=server_side(authority, "elsewhere.example"))
    with pytest.raises(NetworkError):
        make_caller(ca_file=ca_file).send(ask(server.url))

    assert server.heard == []


def test_a_server_may_ask_who_is_there(
    make_caller: MakeCaller,
    serve: MakeServer,
    authority: trustme.CA,
    ca_file: str,
    tmp_path: Path,
) -> None:
    """`client_cert` is shown to a server that wants it; without one there is no answer."""
    context = server_side(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    own = tmp_path / "own.pem"
    authority.issue_cert("client@example.org").private_key_and_cert_chain_pem.write_to_path(own)
    server = serve(talk, context=context)

    known = make_caller(ca_file=ca_file, client_cert=str(own))
    assert known.send(ask(server.url)).body == b"ok"
    with pytest.raises(NetworkError):
        make_caller(ca_file=ca_file).send(ask(server.url))


@pytest.mark.parametrize("setting", ["ca_file", "client_cert"])
@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "nothing of the kind",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ],
    ids=["no file", "empty", "text", "broken"],
)
def test_a_file_that_does_not_serve_is_named(
    make_caller: MakeCaller,
    tmp_path: Path,
    kind: Kind,
    setting: str,
    content: str | None,
) -> None:
    """A wrong path or file is a mistake of the settings: said before anything is sent."""
    path = tmp_path / "file.pem"
    if content is not None:
        path.write_text(content)

    def use() -> None:
        make_caller(**{setting: str(path)}).send(ask("https://127.0.0.1:1"))

    with pytest.raises(ConfigurationError, match=rf"{setting}=.*file\.pem"):
        use()


def test_a_broken_certificate_of_the_systems_is_named(
    make_caller: MakeCaller,
    authority: trustme.CA,
    serve: MakeServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody is trusted then, and the message leads to the file."""
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    monkeypatch.setenv("SSL_CERT_DIR", "/no/such/folder")
    server = serve(talk, context=server_side(authority))
    with pytest.raises((NetworkError, ConfigurationError), match="SSL_CERT_FILE"):
        make_caller().send(ask(server.url))
