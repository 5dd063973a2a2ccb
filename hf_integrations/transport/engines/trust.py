"""Whom an engine trusts and who it says it is: the system's store, with what the settings add."""

from __future__ import annotations

import ssl
from pathlib import Path

from hf_integrations.errors import ConfigurationError
from hf_integrations.transport.engines.settings import EngineSettings


def ssl_context(settings: EngineSettings) -> ssl.SSLContext:
    """For the engines on Python's own ssl. SSL_CERT_FILE and SSL_CERT_DIR are honoured."""
    context = ssl.create_default_context()
    try:
        if settings.ca_file is not None:
            context.load_verify_locations(settings.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise unusable("ca_file", settings.ca_file) from error
    try:
        if settings.client_cert is not None:
            context.load_cert_chain(settings.client_cert)
    except OSError as error:
        raise unusable("client_cert", settings.client_cert) from error
    return context


def pem(name: str, path: str) -> bytes:
    """The bytes of a PEM file, for the engines that want them."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise unusable(name, path) from error
    if b"-----BEGIN" not in data:
        raise unusable(name, path)
    return data


def unusable(name: str, path: str | None) -> ConfigurationError:
    """A file that was named and does not serve."""
    content = {
        "ca_file": "a PEM file with certificates",
        "client_cert": "a PEM file with a certificate and its private key",
    }
    return ConfigurationError(f"{name}={path!r} cannot be used.", hint=f"Name {content[name]}.")
