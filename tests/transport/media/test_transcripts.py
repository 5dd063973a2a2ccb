"""Transcripts of windows, put together."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.transport.media import Span, Transcript, merge


@dataclass(frozen=True)
class Stretch:
    """When a window is."""

    start: float
    end: float | None


def cut_up(
    spans: list[Span], window: float, overlap: float
) -> tuple[list[Stretch], list[Transcript]]:
    """What a perfect recogniser hears in each window: what lies within it, from its beginning."""
    length = max([span.end or 0 for span in spans], default=0.0)
    stretches, transcripts, start = [], [], 0.0
    while True:
        end = min(start + window, length)
        heard = [
            Span(span.text, span.start - start, span.end - start)
            for span in spans
            if span.end is not None and span.start >= start and span.end <= end
        ]
        stretches.append(Stretch(start, end))
        transcripts.append(Transcript("".join(span.text for span in heard).strip(), tuple(heard)))
        if end >= length:
            return stretches, transcripts
        start += window - overlap


def said(spans: list[Span]) -> Transcript:
    """The transcript of the whole."""
    whole = tuple(Span(span.text, round(span.start, 3), round(span.end or 0, 3)) for span in spans)
    return Transcript("".join(span.text for span in spans).strip(), whole)


@st.composite
def speech(draw: st.DrawFn, words: st.SearchStrategy[str]) -> list[Span]:
    """Words with their times, to the hundredth as recognisers give them; pauses between."""
    spans: list[Span] = []
    at = 0
    for text in draw(st.lists(words, max_size=60)):
        at += draw(st.integers(0, 40)) + (
            draw(st.integers(100, 1500)) if draw(st.integers(0, 9)) == 9 else 0
        )
        length = draw(st.integers(15, 100))
        spans.append(Span(f" {text}", at / 100, (at + length) / 100))
        at += length
    return spans


FEW = st.sampled_from(["the", "a", "no", "Ho!", "it,"])
MANY = st.uuids().map(str)


@given(speech(FEW), st.sampled_from([(10.0, 3.0), (8.0, 4.0), (30.0, 10.0)]))
def test_words_with_times_come_back_as_they_were(
    spans: list[Span], sizes: tuple[float, float]
) -> None:
    """Cut into windows and merged: the same words at the same times, however often they repeat."""
    assert merge(*cut_up(spans, *sizes)) == said(spans)


@given(speech(MANY), st.data())
def test_clocks_that_differ_a_little_do_no_harm(spans: list[Span], data: st.DataObject) -> None:
    """Every window has its own idea of time; no word is lost or doubled."""
    stretches, transcripts = cut_up(spans, 10.0, 4.0)
    moved = []
    for transcript in transcripts:
        shift = data.draw(st.floats(-0.2, 0.2))
        moved.append(
            Transcript(
                transcript.text,
                tuple(
                    Span(span.text, span.start + shift, (span.end or 0) + shift)
                    for span in transcript.spans
                ),
            )
        )

    assert merge(stretches, moved).text == said(spans).text


@given(speech(MANY))
def test_text_without_times_comes_back(spans: list[Span]) -> None:
    """By its words alone."""
    stretches, transcripts = cut_up(spans, 10.0, 4.0)
    merged = merge(stretches, [Transcript(transcript.text) for transcript in transcripts])

    assert merged.text.split() == said(spans).text.split()
    if len(stretches) > 1:
        assert merged.spans == ()


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4), st.booleans())
def test_any_text_is_merged(texts: list[str], timed: bool) -> None:
    """Whatever a recogniser writes; and only white space is lost when nothing is shared."""
    stretches = [Stretch(5.0 * n, 5.0 * n + 5) for n in range(len(texts))]
    spans = [(Span(text, 0.0, 5.0),) if timed else () for text in texts]
    merged = merge(stretches, [Transcript(*pair) for pair in zip(texts, spans, strict=True)])

    assert "".join(merged.text.split()) == "".join("".join(texts).split())


def two(left: Transcript, right: Transcript, overlap: float = 10.0) -> Transcript:
    """Two windows of a minute."""
    return merge([Stretch(0, 60), Stretch(60 - overlap, 120 - overlap)], [left, right])


def test_words_broken_at_the_edges_are_dropped() -> None:
    """A window that begins or ends within a word hears something else; the other knows better."""
    left = Transcript("We walked the dog to the par", (
        Span(" We walked", 48.0, 49.0), Span(" the dog", 52.0, 53.0),
        Span(" to the par", 58.5, 60.0),
    ))  # fmt: skip
    right = Transcript("ked the dog to the park and back.", (
        Span("ked", 0.0, 0.2), Span(" the dog", 2.0, 3.0),
        Span(" to the park and back.", 8.5, 11.0),
    ))  # fmt: skip

    merged = two(left, right)
    assert merged.text == "We walked the dog to the park and back."
    assert merged.spans[0] == Span(" We walked", 48.0, 49.0)
    assert merged.spans[-1].end == 61.0


def test_broken_edges_without_times() -> None:
    """The same by words alone."""
    merged = two(
        Transcript("We walked the dog to the old par"),
        Transcript("lked the dog to the old park and back."),
    )

    assert merged == Transcript("We walked the dog to the old park and back.")


def test_signs_and_capitals_do_not_part_words() -> None:
    """One window hears a sentence's end where the other hears a comma."""
    merged = two(Transcript("I came, I saw."), Transcript("i saw I conquered"))

    assert merged.text == "I came, I saw I conquered"


def test_sentences_are_joined_within() -> None:
    """A sentence that both windows have is taken from the first as far as the middle."""
    left = Transcript("A long sentence that goes on and on", (
        Span("A long sentence that goes on and on", 40.0, 60.0),
    ))  # fmt: skip
    right = Transcript("that goes on and on and ends.", (
        Span("that goes on and on", 0.5, 10.0), Span("and ends.", 10.5, 12.0),
    ))  # fmt: skip
    merged = two(left, right)

    assert merged.text == "A long sentence that goes on and on and ends."
    assert [span.start for span in merged.spans] == sorted(span.start for span in merged.spans)


def test_a_language_without_spaces() -> None:
    """Every sign is a word, and no space is put between."""
    merged = two(
        Transcript("我们今天去公园散步,然后", (Span("我们今天去公园散步,然后", 44.0, 60.0),)),
        Transcript("公园散步,然后回家。", (Span("公园散步,然后回家。", 1.0, 14.0),)),
    )

    assert merged.text == "我们今天去公园散步,然后回家。"


def test_windows_that_agree_on_nothing() -> None:
    """The clock decides where there is one; else nothing is thrown away."""
    left = Transcript("one two", (Span(" one", 51.0, 52.0), Span(" two", 57.0, 58.0)))
    right = Transcript("eins zwei", (Span(" eins", 1.0, 2.0), Span(" zwei", 7.0, 8.0)))

    assert two(left, right).text == "one zwei"
    assert two(Transcript("one two"), Transcript("eins zwei")).text == "one two eins zwei"


def test_a_word_far_from_the_edge_is_no_meeting() -> None:
    """Without times, one common word in the middle of both must not swallow what is around it."""
    merged = two(Transcript("a b c the d e f"), Transcript("g h i the j k l"))

    assert merged.text == "a b c the d e f g h i the j k l"


def test_windows_side_by_side_lose_nothing() -> None:
    """No overlap, nothing is compared."""
    stretches = [Stretch(0, 10), Stretch(10, 20)]

    assert merge(stretches, [Transcript("no"), Transcript("no")]).text == "no no"


def test_silence_says_nothing() -> None:
    """Windows without a word, with times or without."""
    timed = Transcript("after", (Span("after", 12.0, 13.0),))

    assert two(Transcript(""), timed) == Transcript("after", (Span("after", 62.0, 63.0),))
    assert two(Transcript("  "), Transcript("")) == Transcript("")
    assert two(timed, Transcript("", (Span("  ", 1.0, 2.0),))).text == "after"
    assert merge([], []) == Transcript("")


def test_what_only_one_window_has_heard_is_kept() -> None:
    """Even late in the overlap, when the other has heard nothing at all."""
    late = Transcript("late", (Span("late", 59.0, 60.0),))

    assert two(late, Transcript("")).text == "late"


def test_one_window_is_left_as_it_is() -> None:
    """To the last space; unless its times are not those of the whole."""
    only = Transcript(" as  it is ", (Span(" as  it is ", 0.12345, None),))

    assert merge([Stretch(0, None)], [only]) is only
    assert merge([Stretch(10, 20)], [only]).spans[0] == Span(" as  it is ", 10.123, 20.0)


def test_a_window_of_unknown_length() -> None:
    """Its times, where it has none, are those of its beginning."""
    merged = merge([Stretch(5, None)], [Transcript("x", (Span("x", 1.0),))])

    assert merged.spans == (Span("x", 6.0, 6.0),)
    assert merge([Stretch(5, None)], [Transcript("x y")]) == Transcript("x y")


def test_spans_without_an_end() -> None:
    """They end where the next begins, the last with the window."""
    spans = (Span(" a", 1.0), Span(" b", 3.0), Span(" c", 70.0))
    merged = two(Transcript("a b c", spans), Transcript(""))

    assert [span.end for span in merged.spans] == [3.0, 70.0, 70.0]


def test_a_long_overlap_of_one_span_is_not_compared_forever() -> None:
    """A recogniser that gives minutes as one span: only words near the cut are looked at."""
    words = [f"w{n}" for n in range(3000)]
    left = Transcript("", (Span(" ".join(words[:2000]), 0.0, 60.0),))
    right = Transcript("", (Span(" ".join(words[1700:]), 0.0, 60.0),))

    assert two(left, right).text == " ".join(words)


def test_every_window_has_its_transcript() -> None:
    """One too few is a bug of the caller."""
    with pytest.raises(ValueError, match="shorter"):
        merge([Stretch(0, 1), Stretch(1, 2)], [Transcript("a")])
