"""Answers quoted from a context."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.emulator.answers import MOST, NOT_IN_CONTEXT, answer, quotes
from hf_integrations.emulator.grounding import Grounds

CONTEXT = (
    "The with statement is used to wrap the execution of a block. "
    "Assert statements are a convenient way to insert debugging assertions into a program. "
    "Lambda expressions are used to create anonymous functions. "
    "The global statement makes the listed identifiers global. "
    "The while statement is used for repeated execution as long as an expression is true."
)


def test_the_sentence_that_answers_is_quoted() -> None:
    """Word for word, and no other."""
    assert answer(Grounds(CONTEXT, "What are lambda expressions used for?")) == (
        "Lambda expressions are used to create anonymous functions."
    )
    assert answer(Grounds(CONTEXT, "How do I insert assertions for debugging?")) == (
        "Assert statements are a convenient way to insert debugging assertions into a program."
    )


def test_two_subjects_give_two_sentences_in_their_order() -> None:
    """Sentences about as good as the best come along."""
    assert quotes(CONTEXT, "Which statements are for debugging and which for anonymous functions?")
    found = quotes(CONTEXT, "What do lambda and assert do?")
    assert [one.split()[0] for one in found] == ["Assert", "Lambda"]


def test_what_is_not_in_the_context_is_not_answered() -> None:
    """No quotation for its own sake."""
    assert answer(Grounds(CONTEXT, "Who won the football cup?")) == NOT_IN_CONTEXT
    assert answer(Grounds("", "What is this?")) == NOT_IN_CONTEXT
    assert answer(Grounds(CONTEXT, "Why is it so?")) == NOT_IN_CONTEXT


def test_quoted_function_words_count() -> None:
    """`with` in quotes is the subject, and not a preposition."""
    [first] = quotes(CONTEXT, "What is `with`?")
    assert first.startswith("The with statement")


def test_a_sentence_that_occurs_twice_is_quoted_once() -> None:
    """Overlapping chunks repeat themselves; answers do not."""
    sentence = "Lambda expressions create anonymous functions here."
    assert quotes(f"{sentence} {sentence}\n\n{sentence}", "lambda expressions?") == [sentence]


def test_an_earlier_answer_is_kept_when_the_context_does_not_help() -> None:
    """As the refining prompt demands."""
    assert answer(Grounds("Bananas are yellow fruits.", "What is lambda?", "A function.")) == (
        "A function."
    )


def test_an_earlier_answer_is_bettered_by_the_context() -> None:
    """The best sentences of both."""
    earlier = "Perhaps something about functions here."
    found = answer(Grounds(CONTEXT, "What are lambda expressions?", earlier))
    assert "anonymous functions" in found


def test_not_knowing_is_no_earlier_answer() -> None:
    """A later chunk may know what the first did not."""
    assert answer(Grounds(CONTEXT, "Who won?", NOT_IN_CONTEXT)) == NOT_IN_CONTEXT
    assert "anonymous" in answer(Grounds(CONTEXT, "lambda expressions?", NOT_IN_CONTEXT))


def test_prose_goes_before_code_and_whole_sentences_before_fragments() -> None:
    """Of equal matches the readable one is quoted."""
    context = (
        "   spam = frobnicate(egg); frobnicate(ham)\n\n"
        "frobnicate the value of spam somewhere.\n\n"
        "To frobnicate a value of spam is to turn it."
    )
    assert quotes(context, "How do I frobnicate spam?")[-1] == (
        "To frobnicate a value of spam is to turn it."
    )


def test_short_lines_serve_when_there_is_nothing_else() -> None:
    """A context of headings only."""
    assert quotes("Ravens: black\n\nSwans: white", "What colour are swans?") == ["Swans: white"]


@given(st.lists(st.sampled_from(CONTEXT.split()), min_size=1, max_size=8))
def test_quotations_are_always_from_the_context(parts: list[str]) -> None:
    """Whatever is asked: at most three, word for word, in order."""
    found = quotes(CONTEXT, " ".join(parts))
    places = [CONTEXT.index(one) for one in found]

    assert len(found) <= MOST
    assert places == sorted(places)
