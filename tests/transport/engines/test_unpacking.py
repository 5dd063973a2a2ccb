"""What is packed is unpacked as far as it may be, and no further."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.engines.unpacking import Gunzip, TooLargeError


def unpacked(data: bytes, step: int = 0, room: int | None = None) -> bytes:
    """All of it, fed so many bytes at a time."""
    one, step = Gunzip(), step or len(data) or 1
    found = b"".join(one.feed(data[at : at + step], room) for at in range(0, len(data), step))
    assert one.whole
    return found


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=3), st.integers(1, 50))
def test_any_bytes_come_back_however_they_are_cut(members: list[bytes], step: int) -> None:
    """Also where several files follow one another, as a proxy may send them."""
    data = b"".join(map(gzip.compress, members))
    assert unpacked(data, step) == b"".join(members)


def test_nothing_is_whole() -> None:
    """Servers say gzip and send no body."""
    assert unpacked(b"") == b""


def test_what_is_cut_is_not_whole() -> None:
    """The rest is missing."""
    one = Gunzip()
    one.feed(gzip.compress(b"hello")[:-1], None)
    assert not one.whole


def test_padding_after_the_end_is_no_content() -> None:
    """Some servers send it."""
    assert unpacked(gzip.compress(b"hello") + b"\0" * 8) == b"hello"


def test_other_bytes_are_an_error() -> None:
    """The head of the answer was wrong."""
    with pytest.raises(zlib.error):
        Gunzip().feed(b"hello", None)


@pytest.mark.parametrize("room", [0, 1, 999_999])
def test_a_bomb_is_unpacked_to_its_limit(room: int) -> None:
    """A thousand bytes may hold a million; members count together."""
    with pytest.raises(TooLargeError):
        Gunzip().feed(gzip.compress(b"x" * 1_000_000), room)
    with pytest.raises(TooLargeError):
        Gunzip().feed(gzip.compress(b"x" * 500_000) * 2, room)
    assert len(unpacked(gzip.compress(b"x" * 1_000_000), room=1_000_000)) == 1_000_000
