"""Answers are read off a socket, however they are cut."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.engines.answers import LONGEST_HEAD, Answer, _Chunks

MEASURED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;note=x\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: y\r\n\r\n"
)
TO_THE_END = b"HTTP/1.0 200 OK\n\nhello"


@contextmanager
def said(*pieces: bytes, end: bool = True) -> Iterator[socket.socket]:
    """A connection on which this was said."""
    near, far = socket.socketpair()
    with near, far:
        for piece in pieces:
            far.sendall(piece)
        if end:
            far.shutdown(socket.SHUT_WR)
        yield near


def body(answer: Answer) -> bytes:
    """All of it."""
    return b"".join(iter(answer.read, b""))


@pytest.mark.parametrize("text", [MEASURED, CHUNKED, TO_THE_END], ids=["length", "chunks", "end"])
def test_a_body_is_read_to_its_end(text: bytes) -> None:
    """Whichever way its end is told."""
    with said(text) as link:
        assert body(Answer(link, "POST")) == b"hello"


@given(st.sets(st.integers(1, len(CHUNKED) - 60)))
def test_chunks_may_be_cut_anywhere(cuts: set[int]) -> None:
    """Also within the size of a chunk, and within the line end after it."""
    wire = CHUNKED.partition(b"\r\n\r\n")[2]
    edges = [0, *sorted(cut for cut in cuts if cut < len(wire)), len(wire)]
    chunks, found, rest = _Chunks(), b"", b""
    for start, end in pairwise(edges):
        data, rest = chunks.feed(rest + wire[start:end])
        found += data

    assert (found, rest, chunks.over) == (b"hello", b"", True)


def test_a_connection_is_kept_when_nothing_is_left_on_it() -> None:
    """And let go when more came than was announced, or the end was its own."""
    with said(MEASURED) as link:
        whole = Answer(link, "POST")
        body(whole)
    with said(MEASURED + b"HTTP/1.1 500 Surprise\r\n\r\n") as link:
        surprised = Answer(link, "POST")
        body(surprised)
    with said(TO_THE_END) as link:
        ended = Answer(link, "POST")

    assert (whole.spent, whole.will_close) == (True, False)
    assert not surprised.spent
    assert ended.will_close


def test_repeated_headers_are_joined() -> None:
    """Names in lower case."""
    with said(MEASURED) as link:
        assert Answer(link, "POST").headers["x-a"] == "1, 2"


def test_informational_answers_are_passed_over() -> None:
    """The final one counts."""
    with said(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + MEASURED) as link:
        answer = Answer(link, "POST")

    assert answer.status == 200
    assert "link" not in answer.headers


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
    ],
)
def test_some_answers_have_no_body(method: str, text: bytes) -> None:
    """Whatever their head says; reading does not wait for one."""
    with said(text, end=False) as link:
        answer = Answer(link, method)
        assert (answer.read(), answer.spent) == (b"", True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-", "before its end"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\n: x\r\n\r\n", "no name"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", "length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "length"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * (LONGEST_HEAD + 1), "too long"),
    ],
)
def test_a_head_that_cannot_be_read_is_refused(text: bytes, words: str) -> None:
    """With the reason, and without what was said."""
    near, far = socket.socketpair()
    with near, far:
        far.settimeout(5)
        far.setblocking(True)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        far.sendall(text)
        far.shutdown(socket.SHUT_WR)
        with pytest.raises(HTTPException, match=words):
            Answer(near, "POST")


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * (LONGEST_HEAD + 9),
    ],
    ids=["short", "short chunk", "no size", "long chunk", "endless size"],
)
def test_half_a_body_never_passes_for_a_whole_one(text: bytes) -> None:
    """What is cut off or garbled raises."""
    near, far = socket.socketpair()
    with near, far:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        far.sendall(text)
        far.shutdown(socket.SHUT_WR)
        answer = Answer(near, "POST")
        with pytest.raises(HTTPException):
            body(answer)
