"""What a notebook shows: answers, tables and pictures; no markup of others, and nothing asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations import Audio, EmbeddingResponse, EndpointInfo, HfError, HubModel, Image
from hf_integrations.emulator.media.png import write
from hf_integrations.flow import About, Request, Response, Timeout
from hf_integrations.models.chat import ChatResponse
from hf_integrations.models.exchanges import Exchange, RawResponse
from hf_integrations.models.hub import ModelProfile
from hf_integrations.models.replies import Answers
from hf_integrations.models.shapes import decode
from hf_integrations.models.shown import Shown, cell, facts, said, table, things
from hf_integrations.models.sounds import as_wave
from hf_integrations.models.speech import Chunk, Transcription
from hf_integrations.models.text import Label, Written
from hf_integrations.models.text_generation import TextGenerationResponse
from hf_integrations.models.usage import TokenUsage
from hf_integrations.models.vision import Box, Depth, Detection, Segment
from hf_integrations.ruvvector.advice import Advice, Option
from hf_integrations.ruvvector.recall import Recall
from hf_integrations.services.batching import BatchReport
from hf_integrations.services.endpoints.costs import EndpointCost
from hf_integrations.services.health import Check, HealthStatus
from hf_integrations.transport.costs import Cost, Costs
from hf_integrations.transport.lanes import Circuit
from hf_integrations.transport.metrics import Figures, Snapshot

NASTY = "<script>alert('x')</script> & \"more\""
PICTURE = Image(write(np.zeros((2, 2, 3), np.uint8)))
SOUND = Audio(as_wave(np.zeros(100), 1_000))
CHAT = b"""{"model": "org/name", "usage": {"prompt_tokens": 3, "total_tokens": 1200}, "choices": [
  {"message": {"role": "assistant", "content": "<b>one</b>", "reasoning": "<i>hm</i>",
   "tool_calls": [{"id": "a", "function": {"name": "look", "arguments": "{}"}}]},
   "finish_reason": "stop"}, {"message": {"role": "assistant", "content": "two"}}]}"""
PROFILE = b"""{"id": "org/name", "providers": [{"provider": "groq", "status": "live",
  "context_length": 131072, "pricing": {"input": 0.1, "output": 0.2}}]}"""
MODEL = b"""{"id": "org/name", "downloads": 1234567,
  "inferenceProviderMapping": {"groq": {"providerId": "name", "status": "live"}}}"""
OPTION = Option("hnsw", "half", 100, 0.98, 1.5, 12.0, 3.0)

SHOWN: list[tuple[Any, list[str]]] = [
    (decode(CHAT, ChatResponse), ["&lt;b&gt;one", "Thoughts", "look", "1,200"]),
    (TokenUsage(prompt_tokens=1234, total_tokens=1300), ["1,234", "1,300"]),
    (TextGenerationResponse(generated_text="a < b"), ["a &lt; b"]),
    (Written(text="short & sweet"), ["short &amp; sweet"]),
    (Transcription(text="hello", chunks=[Chunk("hello", 0.0, 1.5)]), ["hello", "1.5"]),
    (EmbeddingResponse(np.ones((7, 20), np.float32), "org/name"), ["20", "org/name", "…"]),
    (Answers([Label("joy", 0.98765)]), ["joy", "0.9877"]),
    (Answers([0.5, 0.25]), ["0.25"]),
    (Answers([Segment("sky", PICTURE, 0.9)]), ["<img src=", "sky"]),
    (Answers([Detection("cat", 0.9, Box(1, 2, 3, 4))]), ["xmin 1", "ymax 4"]),
    (decode(PROFILE, ModelProfile), ["groq", "131,072", "input 0.1"]),
    (decode(MODEL, HubModel), ["1,234,567", "groq", "warm"]),
    (EndpointInfo({"name": "mine", "status": {"state": "running"}}, "me"), ["me/mine", "running"]),
    (HealthStatus([Check("api", True, 0.1), Check("token", False, 0, NASTY)]), ["✓", "✗"]),
    (Costs([Cost("groq", "org/name", 3, 10, 20, 0.0012)]), ["groq", "0.0012 USD together"]),
    (Snapshot(Figures(3), {("groq", "org/name"): Figures(3)}, {}, {}, 1.0), ["groq", "all", "p95"]),
    (Shown([Circuit("host", "groq", "org/name", "open", 20)]), ["open", "20"]),
    (BatchReport(["a", None], {1: HfError("no <way>")}), ["no &lt;way&gt;", "HfError"]),
    (Advice(OPTION, "Because.", (OPTION,), 10, 3, 10, 5, 2.0, 1.0), ["Because.", "0.98"]),
    (Recall(0.99, 0.9, 10, 5, 100, "i", 1.0, 2.0), ["0.99", "ef_search"]),
    (
        EndpointCost(endpoint="me/x", price_per_hour=0.5, replicas=2, since=None, hours=3),
        ["me/x", "<td>1</td>", "<td>3</td>"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("thing", "parts"),
    [pytest.param(*one, id=f"{type(one[0]).__name__} {at}") for at, one in enumerate(SHOWN)],
)
def test_what_a_reader_wants_to_know_is_shown(thing: Any, parts: list[str]) -> None:
    """As HTML whose tags are all closed, and with nothing that only looks like ours."""
    html = thing._repr_html_()

    assert [part for part in parts if part not in html] == []
    assert "<script" not in html
    for tag in ("table", "tr", "td", "div", "details", "tbody"):
        assert len(re.findall(f"<{tag}[ >]", html)) == html.count(f"</{tag}>")


def test_what_was_asked_is_not_shown() -> None:
    """Neither the prompt nor the token: notebooks are passed on."""
    request = Request(
        "POST", "http://host/v1", Timeout(1), (("authorization", "Bearer hf_secret"),),
        b'{"inputs": "my prompt"}', About("chat", "groq", "org/name", "hf_…"),
    )  # fmt: skip
    raw = RawResponse("an answer", [Exchange(request, 200, {"x-request-id": "r1"})])

    html = raw._repr_html_()

    assert "r1" in html
    assert "groq" in html
    assert "hf_secret" not in html
    assert "my prompt" not in html


def test_media_show_themselves_in_cells_and_alone() -> None:
    """Pictures as pictures, sound as a player; how far away things are as its picture."""
    assert cell(PICTURE).count("<img") == 1
    assert "<audio controls" in cell(SOUND)
    assert "image/png" in Depth(PICTURE)._repr_mimebundle_()


def test_long_lists_and_texts_are_cut() -> None:
    """After fifty rows and two hundred letters."""
    html = things([Label("x" * 500, 0.1)] * 60)

    assert html.count("<tr>") == 51
    assert "… and 10 more" in html
    assert re.search(r"x{199}…", html)
    assert not re.search(r"x{200}", html)


def test_nothing_to_show_is_said() -> None:
    """An empty list has no table; columns without values are left out, unknown facts too."""
    assert "No rows" in Shown[Label]()._repr_html_()
    assert "start" not in things([Chunk("a"), Chunk("b")])
    assert "since" not in facts(since=None, name="a")
    assert said("", notes=["", ""]) == ""


def test_a_part_of_a_list_is_shown_as_the_whole_is() -> None:
    """And an item is the item."""
    found = Shown([Label("joy", 0.9), Label("fear", 0.1)])

    assert "fear" not in found[:1]._repr_html_()
    assert found[0] == Label("joy", 0.9)


def test_values_are_written_for_people() -> None:
    """Short numbers, thousands parted, yes and no, dates without seconds."""
    assert cell(0.123456) == "0.1235"
    assert cell(1_234_567) == "1,234,567"
    assert cell(True) + cell(False) == "✓✗"
    assert cell(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02 03:04"
    assert cell({"year": 2024, "of": None}) == "year: 2024, of: None"
    assert cell(None) == ""


@given(st.text(), st.text())
def test_no_text_becomes_markup(name: str, value: str) -> None:
    """Whatever it is, in a cell, over a column, in a note or as an answer."""
    for html in (table([name], [[value]]), said(value, thoughts=name, notes=[name]), cell(value)):
        inner = re.sub(
            r"</?(table|thead|tbody|tr|th|td|div|small|details|summary)\b[^>]*>", "", html
        )
        assert "<" not in inner


def test_responses_are_not_needed_to_show_an_answer() -> None:
    """A list of answers is a list, with or without where it came from."""
    answers = Answers([1.0])
    answers.http = Response(200)

    assert answers == [1.0]
    assert "1" in answers._repr_html_()
