"""What a text offers for filling in a form."""

from __future__ import annotations

import pytest

from hf_integrations.emulator.evidence import Evidence


def evidence(text: str, **facts: object) -> Evidence:
    """Return the evidence of `text`."""
    return Evidence(text, lambda: "an answer", facts=[facts])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("add 3 and 4", [3, 4]),
        ("f(3)", [3]),
        ("-2.5 degrees, 1,000 metres", [-2.5, 1000]),
        ("v2 and x3y are names", []),
        ("three apples and Two pears", [3, 2]),
        ("12 is twelve", [12]),
        ("from 3-4", [3, 4]),
    ],
)
def test_numbers_are_found_in_order(text: str, numbers: list[float]) -> None:
    """Digits first; number words only where there are no digits."""
    found = evidence(text)
    taken = [found.number("x") for _ in numbers]
    assert taken == numbers or taken == [abs(one) for one in numbers]
    assert found.number("x") is None


def test_a_labelled_number_is_preferred() -> None:
    """By its name before it, or after it as a unit."""
    found = evidence("Wait 5 days, then width is 7 and height=9")
    assert found.number("height") == 9
    assert found.number("width") == 7
    assert found.number("day") == 5
    assert found.numbers_left() == 0


def test_quotations_come_before_names_and_names_before_topics() -> None:
    """And each is taken once."""
    found = evidence("Write about trees in Paris with 'green' and \"blue\"")
    assert [found.phrase() for _ in range(3)] == ["green", "blue", "Paris"]
    assert found.phrase() == "trees"


def test_names_are_runs_of_capitals_that_do_not_begin_a_sentence() -> None:
    """The first capital of a sentence says nothing."""
    assert evidence("What is it like in San Francisco, CA?").phrase() == "San Francisco, CA"
    assert evidence("Visit Rome. Then rest.").phrase() == "Rome"
    assert evidence("Nothing here").phrase() is None


def test_apostrophes_are_no_quotation_marks() -> None:
    """It's the user's own word."""
    assert evidence("It's the user's own").quotation() is None
    assert evidence("Call it 'x', please").quotation() == "x"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("name: Ada Lovelace, age: 36", "Ada Lovelace"),
        ("the name is Ada.", "Ada"),
        ("name = 'Ada, Countess'", "Ada, Countess"),
        ("her Name of choice", "choice"),
        ("nothing", None),
        ("rename: it", None),
    ],
)
def test_values_are_found_by_their_label(text: str, value: str | None) -> None:
    """Colon, equals sign, is and of."""
    assert evidence(text).labelled("name") == value


def test_names_of_fields_may_be_spelled_in_any_way() -> None:
    """Underscores, spaces and camel case are alike."""
    assert evidence("customer name: Ada").labelled("customer_name") == "Ada"
    assert evidence("customer-name: Ada").labelled("customerName") == "Ada"
    assert evidence("the file_path here").mentions("filePath")
    assert not evidence("profile").mentions("file")


def test_a_labelled_quotation_is_used_up() -> None:
    """It is not given to another field."""
    found = evidence("title: 'One' and 'Two'")
    assert found.labelled("title") == "One"
    assert found.phrase() == "Two"


def test_facts_are_looked_up_by_name() -> None:
    """What tools answered last comes first."""
    found = Evidence("", str, facts=[{"a": 1}, {"a": 2}])
    assert found.fact("a") == 2
    assert found.fact("b") is None


def test_words_that_are_no_values_are_passed_over() -> None:
    """The names of the fields, put in quotes by a prompt."""
    found = Evidence("JSON with 'setup' about cats", str, beyond=frozenset({"setup"}))
    assert found.phrase() == "cats"


def test_parts_of_a_form_are_found() -> None:
    """By a pattern."""
    assert evidence("on 2024-05-06 at noon").matching(r"\d{4}-\d{2}-\d{2}") == "2024-05-06"
    assert evidence("never").matching(r"\d") is None
