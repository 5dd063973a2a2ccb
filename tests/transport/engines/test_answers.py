"""Answers are read as they come, however they are cut."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.engines.answers import LONGEST_HEAD, Answer, AnswerError
from hf_integrations.transport.engines.unpacking import TooLargeError

MEASURED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;note=x\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: y\r\n\r\n"
)
TO_THE_END = b"HTTP/1.0 200 OK\n\nhello"
PACKED_BODY = gzip.compress(b"hello")
PACKED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + (
    b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED_BODY), PACKED_BODY)
)
WAYS = pytest.mark.parametrize(
    "text", [MEASURED, CHUNKED, TO_THE_END, PACKED], ids=["length", "chunks", "end", "packed"]
)


def fed(text: bytes, method: str = "POST", step: int = 0) -> tuple[Answer, bytes]:
    """An answer that was fed a text, so many bytes at a time, and its content so far."""
    answer, found = Answer(method), b""
    step = step or len(text) or 1
    for start in range(0, len(text), step):
        found += answer.feed(text[start : start + step])
    return answer, found


@WAYS
def test_a_body_is_read_to_its_end(text: bytes) -> None:
    """Whichever way its end is told."""
    answer, found = fed(text)
    answer.end()

    assert (answer.status, found, answer.over) == (200, b"hello", True)


@WAYS
@given(step=st.integers(1, 90))
def test_an_answer_may_be_cut_anywhere(text: bytes, step: int) -> None:
    """Also within the head, the size of a chunk, and the line end after it."""
    answer, found = fed(text, step=step)
    answer.end()

    assert (answer.status, found, answer.over) == (200, b"hello", True)


def test_a_connection_is_kept_when_nothing_is_left_on_it() -> None:
    """And let go when more came than was announced, or the end was its own."""
    surprised, _ = fed(MEASURED + b"HTTP/1.1 500 Surprise\r\n\r\n")
    last, _ = fed(MEASURED.replace(b"X-A: 1", b"Connection: x, Close"))
    old, _ = fed(MEASURED.replace(b"HTTP/1.1", b"HTTP/1.0"))
    ended, _ = fed(TO_THE_END)
    ended.end()

    assert fed(MEASURED)[0].keeps
    assert fed(CHUNKED)[0].keeps
    assert not any(answer.keeps for answer in (surprised, last, old, ended))


def test_two_lengths_of_one_body_end_a_connection() -> None:
    """What a proxy before the server took for its end may be another place (RFC 9112 §6.3)."""
    both, found = fed(CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1))

    assert (found, both.over, both.keeps) == (b"hello", True, False)


def test_a_folded_header_is_one_line() -> None:
    """As was once allowed, and some servers still write (RFC 9112, 5.2)."""
    folded = MEASURED.replace(b"X-A: 1", b"X-A: one,\r\n two\r\n\tthree")
    answer, found = fed(folded)
    assert answer.headers["x-a"] == "one, two three, 2"
    assert found == b"hello"
    with pytest.raises(AnswerError, match="a header of it has no name"):
        fed(b"HTTP/1.1 200 OK\r\n folded: onto nothing\r\n\r\n")


@pytest.mark.parametrize(
    "rest",
    [b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"Content-Length: 0\r\n\r\n", b"\r\n"],
)
def test_a_body_that_is_packed_may_be_empty(rest: bytes) -> None:
    """Proxies add the header to every answer."""
    answer, found = fed(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" + rest)
    if not answer.over:
        with pytest.raises(AnswerError):  # nothing says that this is the end
            answer.end()
        return
    assert (found, answer.over) == (b"", True)


@WAYS
def test_a_body_may_be_as_large_as_is_said_and_no_larger(text: bytes) -> None:
    """Of one that flows, each piece: it may go on for ever."""
    for most, flows in ((5, False), (5, True), (None, False)):
        answer = Answer("POST", most, flows=flows)
        assert answer.feed(text) == b"hello"
    with pytest.raises(TooLargeError):
        Answer("POST", 4).feed(text)


def test_a_length_that_is_too_much_is_refused_before_it_is_read() -> None:
    """Nothing of the body need be there."""
    head = MEASURED.partition(b"hello")[0]
    with pytest.raises(TooLargeError):
        Answer("POST", 4).feed(head)
    assert Answer("POST", 4, flows=True).feed(head) == b""


def test_how_a_body_is_packed_is_read_in_either_case() -> None:
    """As every word of a header is."""
    assert fed(PACKED.replace(b"gzip", b"GZip", 1))[1] == b"hello"


def test_an_old_server_may_keep_a_connection() -> None:
    """HTTP/1.0 with `Connection: keep-alive`."""
    text = MEASURED.replace(b"HTTP/1.1", b"HTTP/1.0").replace(b"X-A: 1", b"Connection: Keep-Alive")

    assert fed(text)[0].keeps


def test_repeated_headers_are_joined() -> None:
    """Names in lower case."""
    assert fed(MEASURED)[0].headers["x-a"] == "1, 2"


def test_informational_answers_are_passed_over() -> None:
    """The final one counts."""
    answer, found = fed(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + MEASURED)

    assert (answer.status, found) == (200, b"hello")
    assert "link" not in answer.headers


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Encoding: gzip\r\n\r\n"),
        ("CONNECT", b"HTTP/1.1 200 Connection established\r\n\r\n"),
    ],
)
def test_some_answers_have_no_body(method: str, text: bytes) -> None:
    """Whatever their head says; nobody waits for one."""
    answer, found = fed(text, method)

    assert (found, answer.over, answer.keeps) == (b"", True, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-", "before its end"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "before its end"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\n: x\r\n\r\n", "no name"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", "length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", "length"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * (LONGEST_HEAD + 1), "too long"),
    ],
)
def test_a_head_that_cannot_be_read_is_refused(text: bytes, words: str) -> None:
    """With the reason, and without what was said."""
    with pytest.raises(AnswerError, match=words):
        fed(text)[0].end()


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * (LONGEST_HEAD + 9),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n" + PACKED_BODY[:9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + PACKED_BODY[:9],
    ],
    ids=["short", "short chunk", "no size", "long chunk", "endless size", "packed", "packed, end"],
)
def test_half_a_body_never_passes_for_a_whole_one(text: bytes) -> None:
    """What is cut off or garbled raises."""
    with pytest.raises(AnswerError):
        fed(text)[0].end()


def test_a_body_that_is_not_packed_as_it_says_is_refused() -> None:
    """By the library that unpacks."""
    with pytest.raises(zlib.error):
        fed(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")
