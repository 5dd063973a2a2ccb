"""Tools and the calls of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.base.llms.types import ChatMessage, TextBlock, ToolCallBlock
from llama_index.core.tools import FunctionTool, ToolMetadata
from llama_index.core.tools.types import BaseTool, ToolOutput

from hf_integrations.errors import ValidationError
from hf_integrations.llama_index.tools import (
    ToolCallMerger,
    as_block,
    choice,
    selections,
    specs,
    with_one_call,
)
from hf_integrations.models.chat import FunctionCall, FunctionDelta, ToolCall, ToolCallDelta

arguments = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=6), max_size=3)
named = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,6}", fullmatch=True), arguments), min_size=1, max_size=4
)


def piece(
    index: int | None = None, ident: str | None = None, name: str | None = None, text: str = ""
) -> ToolCallDelta:
    """A piece of a streamed call."""
    return ToolCallDelta(index=index, id=ident, function=FunctionDelta(name, text))


def merged(*pieces: ToolCallDelta) -> list[tuple[str, Any]]:
    """What pieces, each in a chunk of its own, are put together to."""
    merger = ToolCallMerger()
    for one in pieces:
        merger.add([one])
    return [(block.tool_name, block.tool_kwargs) for block in merger.blocks()]


def cut(text: str, data: st.DataObject) -> list[str]:
    """A text in pieces, some of them empty."""
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=3)))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


@pytest.mark.parametrize("style", ["index", "index and ids throughout", "ids", "last"])
@given(wanted=named, data=st.data())
def test_calls_are_put_together_from_any_pieces(
    style: str, wanted: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    """Whatever the server leaves out of a piece, as long as calls can be told apart."""
    pieces = []
    for place, (name, kwargs) in enumerate(wanted):
        index = place if "index" in style else None
        for number, text in enumerate(cut(json.dumps(kwargs), data)):
            first = number == 0
            shown = first or style in ("ids", "index and ids throughout")
            ident = f"id-{place}" if shown else None
            pieces.append(piece(index, ident, name if first else None, text))
    assert merged(*pieces) == wanted


@given(wanted=named)
@pytest.mark.parametrize(("index", "ident"), [(0, None), (0, ""), (None, None), (None, "")])
def test_whole_calls_under_one_index_or_none(
    index: int | None, ident: str | None, wanted: list[tuple[str, dict[str, Any]]]
) -> None:
    """Some servers send each call in one piece, all with index 0 or with nothing at all."""
    pieces = [piece(index, ident, name, json.dumps(kwargs)) for name, kwargs in wanted]
    assert merged(*pieces) == wanted


def test_an_index_that_two_ids_share_is_two_calls() -> None:
    """Each begins with its name."""
    assert merged(
        piece(0, "a", "f", '{"x":'), piece(0, None, None, "1}"), piece(0, "b", "g", "{}")
    ) == [("f", {"x": 1}), ("g", {})]


def test_calls_that_arrive_by_turns() -> None:
    """Belong together by index."""
    assert merged(
        piece(0, "a", "f", '{"x":'), piece(1, "b", "g", '{"y":'), piece(0, text="1}"),
        piece(1, text="2}"),
    ) == [("f", {"x": 1}), ("g", {"y": 2})]  # fmt: skip


def test_a_name_that_is_repeated_is_no_other_call() -> None:
    """Nor is another id for every piece, as long as there is no name."""
    repeated = [piece(0, "a", "f", '{"x":'), piece(0, "a", "f", "1"), piece(0, "a", "f", "}")]
    assert merged(*repeated) == [("f", {"x": 1})]
    assert merged(piece(0, "a", "f", '{"x":'), piece(0, "b", None, "1}")) == [("f", {"x": 1})]
    assert merged(piece(0, "a", "f", '{"x":1}'), piece(0, None, "f", "")) == [("f", {"x": 1})]


def test_a_call_without_an_id_gets_one_and_keeps_it() -> None:
    """The result must be able to name it."""
    merger = ToolCallMerger()
    merger.add([piece(0, "", "f", "{")])
    (begun,) = merger.blocks()
    merger.add([piece(0, "", None, "}")])
    (whole,) = merger.blocks()
    assert whole.tool_call_id == begun.tool_call_id
    assert whole.tool_call_id
    assert as_block(ToolCall(None, FunctionCall("f", "{}"))).tool_call_id


def test_a_piece_without_a_function_adds_nothing() -> None:
    """It may only announce the call."""
    merger = ToolCallMerger()
    merger.add([ToolCallDelta(index=0, id="a"), piece(0, None, "f", "{}")])
    (block,) = merger.blocks()
    assert (block.tool_call_id, block.tool_name, block.tool_kwargs) == ("a", "f", {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [('{"a": 1}', {"a": 1}), ('{"a": 1, "b', {"a": 1}), ("", {}), ("[1]", {}), ("}{", {})],
)
def test_arguments_are_read_as_far_as_they_can_be(text: str, expected: dict[str, Any]) -> None:
    """Whole, still arriving, or no object at all."""
    call = as_block(ToolCall("1", FunctionCall("f", text)))
    (found,) = selections(ChatMessage(role="assistant", blocks=[call]))
    assert found.tool_kwargs == expected


def test_arguments_that_are_no_json_are_kept_as_text() -> None:
    """Nothing the model wrote is lost."""
    assert as_block(ToolCall("1", FunctionCall("f", "a=1"))).tool_kwargs == "a=1"
    assert as_block(ToolCall("1", FunctionCall("f", "\ud800"))).tool_kwargs == "\ud800"


@pytest.mark.parametrize(
    ("given_", "required", "expected"),
    [
        (None, False, None),
        (None, True, "required"),
        ("auto", True, "auto"),
        ("none", False, "none"),
        ("required", False, "required"),
        ("any", False, "required"),
        ("f", False, {"type": "function", "function": {"name": "f"}}),
        ({"type": "function", "function": {"name": "g"}}, False, None),
    ],
)
def test_how_far_the_model_is_bound(given_: Any, required: bool, expected: Any) -> None:
    """Every spelling, in the words of the wire."""
    found = choice(given_, required=required, names=["f", "g"])
    assert found == (given_ if isinstance(given_, dict) else expected)


def test_without_tools_nothing_is_required() -> None:
    """Servers refuse a choice among none."""
    assert choice(None, required=True, names=[]) is None


def test_a_tool_that_is_not_offered_is_refused() -> None:
    """By name, before anything is sent."""
    with pytest.raises(ValidationError, match=r"tool_choice: there is no tool 'h'.*f, g"):
        choice("h", required=False, names=["f", "g"])


def test_tools_as_a_server_is_told_of_them() -> None:
    """With a schema, whatever the description's length."""

    def sums(a: int, b: int = 0) -> int:
        """Add."""
        return a + b

    tool = FunctionTool.from_defaults(sums, description="x" * 2_000)
    (spec,) = specs([tool])
    assert spec["function"]["name"] == "sums"
    assert spec["function"]["parameters"]["required"] == ["a"]
    assert len(spec["function"]["description"]) == 2_000


@pytest.mark.parametrize(
    ("tools", "words"), [(5, "tools is a int"), ([len], r"tools\[0\] is a builtin")]
)
def test_what_is_no_tool_is_named(tools: Any, words: str) -> None:
    """By its place, with what to give."""
    with pytest.raises(ValidationError, match=words):
        specs(tools)


def test_a_tool_without_a_schema() -> None:
    """Takes one string, as LlamaIndex has it."""

    class Plain(BaseTool):
        @property
        def metadata(self) -> ToolMetadata:
            return ToolMetadata(name="plain", description="d", fn_schema=None)

        def __call__(self, input: Any) -> ToolOutput:  # noqa: A002 - LlamaIndex calls it so
            raise AssertionError

    assert specs([Plain()])[0]["function"]["parameters"]["required"] == ["input"]


def test_one_call_of_several() -> None:
    """The first, in both places; the rest of the message stays, and so does the original."""
    blocks = [ToolCallBlock(tool_call_id=str(n), tool_name="f") for n in range(2)]
    message = ChatMessage(role="assistant", blocks=[TextBlock(text="a"), *blocks])
    one = with_one_call(message)
    assert one.blocks == [TextBlock(text="a"), blocks[0]]
    assert [call["id"] for call in one.additional_kwargs["tool_calls"]] == ["0"]
    assert len(message.blocks) == 3
    assert with_one_call(one) is one
