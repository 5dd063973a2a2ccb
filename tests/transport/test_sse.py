"""The decoder of server-sent events: the same events however the stream is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.sse import SSEDecoder

STREAM = (
    b'\xef\xbb\xbf: ping\n\ndata: {"a": "caf\xc3\xa9"}\r\n\r\n'
    b"event: message\rid: 1\rdata:no space\r\rdata: two\ndata: lines\n\n\n\n"
    b"retry: 3\n\ndata\n\n: data: not this\ndata:  one space kept\n\ndata: [DONE]\n\ndata: last"
)
EVENTS = [
    b'{"a": "caf\xc3\xa9"}',
    b"no space",
    b"two\nlines",
    b"",
    b" one space kept",
    b"[DONE]",
    b"last",
]


def decoded(*chunks: bytes) -> list[bytes]:
    """All events of a stream that comes in `chunks`."""
    decoder = SSEDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)] + decoder.finish()


def test_every_form_of_an_event_is_read() -> None:
    """All line ends, comments, several lines, other fields, no space, no last empty line."""
    assert decoded(STREAM) == EVENTS


@given(st.sets(st.integers(1, len(STREAM) - 1)))
def test_chunk_borders_do_not_matter(cuts: set[int]) -> None:
    """However the stream is cut, even inside a character or a line end."""
    edges = [0, *sorted(cuts), len(STREAM)]

    assert decoded(*(STREAM[a:b] for a, b in pairwise(edges))) == EVENTS


def test_byte_by_byte_is_a_cut_too() -> None:
    """The slowest server."""
    assert decoded(*(bytes([byte]) for byte in STREAM)) == EVENTS


texts = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))


@given(
    st.lists(st.lists(texts, min_size=1, max_size=3), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.data(),
)
def test_what_is_written_is_read(events: list[list[str]], end: str, data: st.DataObject) -> None:
    """Any text, any line end, any cut."""
    lines = "".join(
        "".join(f"data: {line}{end}" for line in event) + end for event in events
    ).encode()
    cuts = data.draw(st.lists(st.integers(0, len(lines)), max_size=8))
    edges = [0, *sorted(cuts), len(lines)]

    found = decoded(*(lines[a:b] for a, b in pairwise(edges)))

    assert found == ["\n".join(event).encode() for event in events]


@given(st.lists(st.binary()))
def test_any_bytes_are_decoded_without_an_error(chunks: list[bytes]) -> None:
    """Whatever a server sends; and cutting it otherwise gives the same."""
    assert decoded(*chunks) == decoded(b"".join(chunks))


def test_an_event_is_given_as_soon_as_it_is_complete() -> None:
    """Not one byte later."""
    decoder = SSEDecoder()

    assert decoder.feed(b"data: a\n") == []
    assert decoder.feed(b"\nda") == [b"a"]
    assert decoder.feed(b"ta: b\n\ndata: c\n\n") == [b"b", b"c"]
    assert decoder.finish() == []


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\r\n", b"\n\n", b"  "])
def test_the_last_event_needs_no_empty_line(end: bytes) -> None:
    """Some servers just hang up."""
    assert [event.rstrip() for event in decoded(b"data: a" + end)] == [b"a"]


def test_a_mark_of_byte_order_is_skipped_only_at_the_start() -> None:
    """As the standard says."""
    assert decoded(b"\xef", b"\xbb", b"\xbfdata: a\n\n") == [b"a"]
    assert decoded(b"\xef\xbbdata: a\n\n") == []
    assert decoded(b"data: a\n\n\xef\xbb\xbfdata: b\n\n") == [b"a"]
    assert decoded(b"\xef\xbb") == []


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (b'error: {"code": 500}', b'{"error":{"code":500}}'),
        (b"event: error\ndata: out of\ndata: memory", b'{"error":"out of\\nmemory"}'),
        (b'event: error\ndata: {"error": "x"}', b'{"error":"x"}'),
        (b"event: error", b'{"error":"The server says that it failed, and not how."}'),
        (b"event: error\ndata: \xff", b'{"error":"\xef\xbf\xbd"}'),
        (b"event: errors\ndata: x", b"x"),
    ],
)
def test_an_event_that_is_an_error_by_its_name_is_one_by_its_data(
    event: bytes, data: bytes
) -> None:
    """However it is told, an object with `error`."""
    assert SSEDecoder().feed(event + b"\n\n") == [data]
