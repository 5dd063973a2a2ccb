"""Forms."""

from __future__ import annotations

import os

import httpx
import pytest
from starlette.requests import Request

from hf_integrations.emulator.partners import multipart
from hf_integrations.emulator.problems import Refusal


def request(body: bytes, kind: str) -> Request:
    """Return a request with a body."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "headers": [(b"content-type", kind.encode())]}
    return Request(scope, receive)


async def test_what_httpx_writes_is_read() -> None:
    """Fields and files, byte for byte."""
    data = os.urandom(5_000) + b"\r\n\r\n--\r\n" + bytes(range(256))
    made = httpx.Request(
        "POST", "http://x", data={"model": "m", "name": "ü"}, files={"file": ("a.wav", data)}
    )
    form = await multipart.read(request(made.read(), made.headers["content-type"]))
    assert form.fields == {"model": "m", "name": "ü"}
    assert form.file("file") == data
    assert form.file("other") is None


async def test_a_boundary_in_quotes_and_parts_without_names() -> None:
    """Both are allowed."""
    named = b'--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    body = named + b"--a b\r\nX: y\r\n\r\n2\r\n--a b--"
    form = await multipart.read(request(body, 'multipart/form-data; boundary="a b"'))
    assert form.fields == {"x": "1"}


async def test_an_empty_file_is_none() -> None:
    """As if it had not been sent."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--x--\r\n'
    form = await multipart.read(request(body, "multipart/form-data; boundary=x"))
    assert form.file("file") is None


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", ""])
async def test_what_is_no_form(kind: str) -> None:
    """Is refused."""
    with pytest.raises(Refusal, match="multipart"):
        await multipart.read(request(b"{}", kind))


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\n\r\n\r\n", b"no boundary at all"])
async def test_broken_forms_are_empty(body: bytes) -> None:
    """Nothing is in them."""
    form = await multipart.read(request(body, "multipart/form-data; boundary=x"))
    assert (form.fields, form.files) == ({}, {})
