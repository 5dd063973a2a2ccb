"""Whatever a server answers is read right, or is a typed error."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.media import Image
from hf_integrations.models.replies import Answers, items, many, media, one
from hf_integrations.models.text import Label, Written, labels
from hf_integrations.routing.table import ROWS
from tests.playing import elsewhere
from tests.services.calls import ok
from tests.services.tasks_at_hand import EXAMPLES, LABELS, PNG64

READ = sorted(name for name, row in ROWS.items() if row.reads is not None)
NAMES = [
    "label", "score", "labels", "scores", "text", "chunks", "timestamp", "box", "mask", "masks",
    "answer", "start", "end", "blob", "index", "results", "depth", "predictions", "error", "x",
]  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 2**70), st.floats(allow_nan=False, width=32),
    st.text(max_size=5), st.just(PNG64),
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=12,
)


def read(name: str, response: Response) -> Any:
    """What the row makes of an answer; an error of ours is returned."""
    reads = ROWS[name].reads
    assert reads is not None
    try:
        return reads(response)
    except DecodeError as error:
        return error


@settings(max_examples=300)
@given(value=JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    """Never a KeyError, never a TypeError, whatever the task."""
    try:
        response = ok(value)
    except OverflowError:
        return
    for name in READ:
        found = read(name, response)
        assert isinstance(found, DecodeError) or found is not None, name


@settings(max_examples=300)
@given(cut=st.integers(0, 400), junk=st.binary(max_size=8), place=st.integers(0, 20), part=JSON)
def test_a_broken_answer_is_read_or_refused(cut: int, junk: bytes, place: int, part: Any) -> None:
    """A good one of any task that is cut off, with junk in its place, or with a part replaced."""
    for name in READ:
        whole = EXAMPLES[name].answer.body
        read(name, Response(200, {}, whole[:cut] + junk))
        value = msgspec.json.decode(whole)
        inner = value
        while isinstance(inner, list) and inner and isinstance(inner[0], (list, dict)):
            inner = inner[0]
        if isinstance(inner, dict):
            inner[sorted(inner)[place % len(inner)]] = part
            read(name, ok(value))


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("body", [b"", b"[" * 9_999, b"\xff", b"null", b"{}", b'{"error": "no"}'])
def test_what_is_no_answer_is_refused(name: str, body: bytes) -> None:
    """With the status and the id of the request, and without its content."""
    error = read(name, Response(200, {"x-request-id": "abc"}, body))
    assert isinstance(error, DecodeError)
    assert (error.status, error.request_id) == (200, "abc")


@pytest.mark.parametrize("answer", [LABELS, [LABELS], [[LABELS]]])
def test_outer_lists_do_not_matter(answer: Any) -> None:
    """One around the list for each input, as hf-inference sends it."""
    assert labels(ok(answer)) == [Label("a", 0.75), Label("b", 0.25)]


def test_one_object_will_do_for_a_list_and_a_list_for_one_object() -> None:
    """Some servers leave the list out, some put one in."""
    assert many(Label)(ok(LABELS[0])) == [Label("a", 0.75)]
    assert one(Label)(ok(LABELS)) == one(Label)(ok(LABELS[0])) == Label("a", 0.75)
    assert items(ok([[1, 2]])) == [1, 2]
    with pytest.raises(DecodeError, match="it is empty"):
        one(Label)(ok([]))


def test_answers_remember_the_exchange() -> None:
    """And are lists in everything else."""
    found = labels(ok(LABELS, x_request_id="abc"))
    assert found.request_id == "abc"
    assert found.best == found[0]
    assert elsewhere(found) == found
    assert Answers([1]).request_id is None
    with pytest.raises(DecodeError, match="empty"):
        _ = Answers[int]().best
    written = one(Written)(ok({"text": "x"}, x_request_id="abc"))
    assert written.request_id == "abc"


def test_media_in_json_are_base64_bare_or_as_data_uri() -> None:
    """And what they are is told by their bytes."""
    for text in (PNG64, f"data:image/png;base64,{PNG64}"):
        assert media(ok({}), Image, text).media_type == "image/png"
    for text in ("no base64!", "aGVsbG8="):
        with pytest.raises(DecodeError):
            media(ok({}), Image, text)
