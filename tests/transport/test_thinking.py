"""Thoughts between tags leave the text, however it is cut."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hf_integrations.transport.thinking import Parted, ThinkSplitter, parted

PIECES = st.lists(
    st.sampled_from(["<think>", "</think>", "<th", "ink>", "</", " ", "\n", "a", "b c", "é", "<"])
)


def cut(text: str, edges: set[int], *, opened: bool = False) -> Parted:
    """What comes of a text in pieces."""
    splitter = ThinkSplitter(opened=opened)
    places = [0, *sorted(edge for edge in edges if edge < len(text)), len(text)]
    found = [splitter.feed(text[a:b]) for a, b in pairwise(places)] + [splitter.finish()]
    return Parted("".join(one.thought for one in found), "".join(one.answer for one in found))


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        ("Hello", "", "Hello"),
        ("", "", ""),
        ("<think>hm</think>Hello", "hm", "Hello"),
        ("\n<think>\nhm\nhm\n</think>\n\nHello\n", "hm\nhm", "Hello\n"),
        ("<think>\n\n</think>\n\nHello", "", "Hello"),
        ("<think>a </tho b</think>c", "a </tho b", "c"),
        ("<think>never ends", "never ends", ""),
        ("<think>never ends </th", "never ends </th", ""),
        ("<think>a</think>b</think>c", "a", "b</think>c"),
        ("<think>a</think>", "a", ""),
        ("<thinking>a", "", "<thinking>a"),
        ("<thin", "", "<thin"),
        ("  indented", "", "  indented"),
        (
            "The tag <think> is open, </think> is closed",
            "",
            "The tag <think> is open, </think> is closed",
        ),
    ],
)
def test_only_a_text_that_begins_with_the_tag_has_thoughts(
    text: str, thought: str, answer: str
) -> None:
    """Space around the tags belongs to nobody."""
    assert parted(text) == (thought, answer)


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        ("hm</think>Hello", "hm", "Hello"),
        ("\nhm\n</think>\nHello", "hm", "Hello"),
        ("<think>hm</think>Hello", "hm", "Hello"),
        ("never ends", "never ends", ""),
        ("</think>Hello", "", "Hello"),
        ("<th", "<th", ""),
        ("", "", ""),
    ],
)
def test_a_text_may_begin_within_the_thoughts(text: str, thought: str, answer: str) -> None:
    """As of models whose prompt ends with the tag."""
    assert parted(text, opened=True) == (thought, answer)


@given(PIECES.map("".join), st.sets(st.integers(1, 40)), st.booleans())
def test_chunk_borders_do_not_matter(text: str, edges: set[int], opened: bool) -> None:
    """Even inside a tag."""
    assert cut(text, edges, opened=opened) == parted(text, opened=opened)


def bare(text: str) -> str:
    """A text without tags and space."""
    return "".join(re.sub("</?think>", "", text).split())


@given(PIECES.map("".join))
@example("<think><th</think>ink>")  # what is left of tags may look like one
def test_nothing_but_tags_and_space_is_lost(text: str) -> None:
    """Whatever a model writes."""
    found = parted(text)

    if found.thought:
        assert bare(found.thought) + bare(found.answer) == bare(text)
    elif found.answer and not text.lstrip().startswith("<think>"):
        assert found.answer == text


def test_text_is_handed_out_as_soon_as_it_is_certain() -> None:
    """A stream does not wait for the end of the thoughts."""
    splitter = ThinkSplitter()
    steps = [
        splitter.feed(piece)
        for piece in ("<th", "ink>\na", " b ", "</", "x", "</think>", "\n", "c")
    ]

    assert [step.thought for step in steps] == ["", "a", " b", "", " </x", "", "", ""]
    assert [step.answer for step in steps] == [""] * 7 + ["c"]
    assert splitter.over
