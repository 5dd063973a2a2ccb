"""Splitting into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.sentences import Sentence, split


def texts(text: str) -> list[str]:
    """Return the sentences as text."""
    return [sentence.text for sentence in split(text)]


def test_sentences_end_at_their_stops() -> None:
    """Full stops, questions and exclamations."""
    assert texts("One is here. Is two? Yes! Three…") == [
        "One is here.",
        "Is two?",
        "Yes!",
        "Three…",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "See Fig. 3 for details.",
        "Use tools, e.g. Python, for this.",
        "Dr. Smith and Mr. Jones met.",
        "Version 3.14 is out.",
        "It returns a.b.c here.",
        "J. Smith wrote it.",
        "It ends... but goes on.",
        "Call str.join() with it.",
    ],
)
def test_stops_inside_sentences_are_not_ends(sentence: str) -> None:
    """Abbreviations, initials, numbers and names with dots."""
    assert texts(sentence) == [sentence]


def test_quotes_and_brackets_stay_with_their_sentence() -> None:
    """A closing sign belongs to the sentence before it."""
    assert texts('He said "stop." Then (it ended.) Now.') == [
        'He said "stop."',
        "Then (it ended.)",
        "Now.",
    ]


def test_hard_line_breaks_do_not_end_sentences() -> None:
    """Wrapped prose is put together, with single spaces."""
    assert texts("A sentence that is\n   wrapped over\nlines. Another.") == [
        "A sentence that is wrapped over lines.",
        "Another.",
    ]


def test_empty_lines_end_paragraphs() -> None:
    """A heading without a stop does not run into the text below."""
    assert texts("Heading\n\nText follows.") == ["Heading", "Text follows."]


def test_rules_and_underlines_are_dropped() -> None:
    """Underlines of headings say nothing."""
    assert texts("The with statement\n******************\n\nIt wraps.\n-----\nMore.") == [
        "The with statement",
        "It wraps.",
        "More.",
    ]


def test_list_items_are_sentences_of_their_own() -> None:
    """Bullets and numbers begin anew."""
    assert texts("Steps:\n* first one\n* second one\n1. third one") == [
        "Steps:",
        "* first one",
        "* second one",
        "1. third one",
    ]


def test_markdown_headings_stand_alone() -> None:
    """A heading line ends with its line."""
    assert texts("# Title\nText here.") == ["# Title", "Text here."]


def test_code_is_one_block_and_no_prose() -> None:
    """Indented code, prompts and grammars are not cut into sentences."""
    code = "   with open(path) as file:\n       data = file.read()"
    text = f"An example:\n\n{code}\n\n>>> 1 + 1\n2\n\nx ::= y"
    assert split(text) == [
        Sentence("An example:"),
        Sentence("with open(path) as file: data = file.read()", prose=False),
        Sentence(">>> 1 + 1 2", prose=False),
        Sentence("x ::= y", prose=False),
    ]


def test_indented_prose_is_prose() -> None:
    """Definitions in documentation are indented and still sentences."""
    assert split("object.x\n\n   It is called when needed. It returns.") == [
        Sentence("object.x"),
        Sentence("It is called when needed."),
        Sentence("It returns."),
    ]


def test_asian_sentences_end_at_their_own_stops() -> None:
    """No space is needed after them."""
    assert texts("今天天气很好。我们去公园。") == ["今天天气很好。", "我们去公园。"]


@given(st.text(alphabet="aB.!?\n *-=>'\"(。", max_size=80))
def test_words_are_kept_and_in_order(text: str) -> None:
    """Of letters, none is lost, added or moved."""
    kept = "".join(c for c in text if c.isalpha())
    assert "".join(c for part in texts(text) for c in part if c.isalpha()) == kept


@given(st.text(max_size=200))
def test_sentences_are_parts_of_the_text(text: str) -> None:
    """Every sentence of prose is found in the text, white space aside."""
    flat = " ".join(text.split())
    for sentence in split(text):
        assert sentence.text
        if "\n" not in text:
            assert sentence.text in flat
