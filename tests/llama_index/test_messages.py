"""Messages travel, and come back as they were."""

from __future__ import annotations

import base64
import io
import wave
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.base.llms.types import (
    AudioBlock,
    CacheControl,
    CachePoint,
    ChatMessage,
    CitableBlock,
    CitationBlock,
    DocumentBlock,
    ImageBlock,
    MessageRole,
    TextBlock,
    ThinkingBlock,
    ToolCallBlock,
    VideoBlock,
)

from hf_integrations.emulator import Emulator
from hf_integrations.errors import ValidationError
from hf_integrations.llama_index import HfInferenceLLM
from hf_integrations.llama_index.messages import from_wire, to_wire
from hf_integrations.models import chat as wire
from hf_integrations.models.chat import as_messages
from hf_integrations.testing.llama_index.llm import DOT
from tests.llama_index.conftest import last_body


def silence() -> bytes:
    """A sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(bytes(200))
    return file.getvalue()


texts = st.text(min_size=1, max_size=20)
names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
calls = st.builds(
    ToolCallBlock,
    tool_call_id=names,
    tool_name=names,
    tool_kwargs=st.dictionaries(names, values, max_size=3),
)
urls = st.sampled_from(["https://example.com/a.png", "data:image/png;base64,AAAA"])
images = st.builds(ImageBlock, url=urls, detail=st.sampled_from([None, "low"]))


@st.composite
def messages(draw: st.DrawFn) -> ChatMessage:
    """Messages in the form in which ours come: each kind of block in its place."""
    role = draw(st.sampled_from([r for r in MessageRole if r not in ("chatbot", "model")]))
    blocks: list[Any] = draw(st.lists(st.builds(ThinkingBlock, content=texts), max_size=1))
    content = draw(st.lists(images, max_size=2))
    blocks += content
    if not content or draw(st.booleans()):
        blocks.append(TextBlock(text=draw(texts)))
    extra = {}
    if role is MessageRole.ASSISTANT:
        blocks += draw(st.lists(calls, max_size=3))
    if role is MessageRole.TOOL:
        extra = {"tool_call_id": draw(names), "name": draw(names)}
    return ChatMessage(role=role, blocks=blocks, additional_kwargs=extra)


@given(messages())
def test_a_message_makes_the_round_trip(message: ChatMessage) -> None:
    """Role, blocks, ids and names."""
    (sent,) = to_wire([message])
    again = from_wire(sent)
    assert (again.role, again.blocks) == (message.role, message.blocks)
    assert message.additional_kwargs.items() <= again.additional_kwargs.items()


@given(messages())
def test_a_message_of_the_wire_makes_the_round_trip(message: ChatMessage) -> None:
    """The other way round, and the client takes it."""
    (sent,) = to_wire([message])
    assert to_wire([from_wire(sent)]) == [sent]
    as_messages([sent])


@given(messages())
def test_nothing_is_changed(message: ChatMessage) -> None:
    """What the caller passed is the caller's."""
    before = message.model_copy(deep=True)
    from_wire(to_wire([message])[0])
    assert message == before


def test_text_alone_is_one_string() -> None:
    """Every server takes that; LlamaIndex puts lines between blocks, and so does this."""
    message = ChatMessage(role="user", blocks=[TextBlock(text="a"), TextBlock(text="b")])
    assert to_wire([message])[0].content == "a\nb" == message.content


def test_a_message_that_says_nothing() -> None:
    """Is an empty text, but for one that calls a tool."""
    call = ToolCallBlock(tool_call_id="1", tool_name="f")
    assert to_wire([ChatMessage(role="user", blocks=[])])[0].content == ""
    assert to_wire([ChatMessage(role="assistant", blocks=[call])])[0].content is None
    assert from_wire(wire.ChatMessage("assistant")).content == ""


@pytest.mark.parametrize("role", ["chatbot", "model"])
def test_other_names_of_the_assistant(role: str) -> None:
    """Mean the assistant."""
    assert to_wire([ChatMessage(role=role, content="a")])[0].role == "assistant"


def test_an_image_in_bytes_travels_inline(tmp_path: Path) -> None:
    """With the kind the bytes tell, where nobody else does."""
    nameless = tmp_path / "image"
    nameless.write_bytes(DOT)
    for image in (ImageBlock(image=DOT), ImageBlock(path=nameless)):
        (sent,) = to_wire([ChatMessage(role="user", blocks=[image])])
        assert isinstance(sent.content, list)
        assert sent.content[0]["image_url"]["url"].startswith("data:image/png;base64,iVBOR")


def test_a_url_travels_as_it_is() -> None:
    """Nobody fetches it here, and with it what it may lead to."""
    image = ImageBlock(url="http://169.254.169.254/secret.png", detail="high")
    (sent,) = to_wire([ChatMessage(role="user", blocks=[image])])
    assert isinstance(sent.content, list)
    url = {"url": "http://169.254.169.254/secret.png", "detail": "high"}
    assert sent.content == [{"type": "image_url", "image_url": url}]


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (ImageBlock(image=b"no image at all"), "no known kind"),
        (ImageBlock(), "no image"),
        (ImageBlock(url="file:///etc/passwd"), "https"),
        (AudioBlock(), "nothing in it"),
        (DocumentBlock(path="/no/such/file.pdf"), "nothing in it"),
    ],
)
def test_a_block_that_cannot_travel_is_named_by_its_place(block: Any, fault: str) -> None:
    """And nothing is sent without it."""
    fine = ChatMessage(role="user", content="a")
    bad = ChatMessage(role="user", blocks=[TextBlock(text="a"), block])
    with pytest.raises(ValidationError, match=rf"messages\[1\]\.blocks\[1\].*{fault}"):
        to_wire([fine, bad])


def test_a_block_of_a_kind_that_is_not_known_is_named() -> None:
    """As LlamaIndex grows, nothing is left out in silence."""
    message = ChatMessage(role="user", content="a")
    message.blocks.append(object())  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match=r"blocks\[1\] is a object; a message may hold TextB"):
        to_wire([message])


def test_sound_and_documents_travel(llm: HfInferenceLLM, fresh: Emulator, tmp_path: Path) -> None:
    """As bytes, in the words of the wire, with their names."""
    sound, paper = silence(), tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF")
    blocks = [
        TextBlock(text="What is it?"),
        AudioBlock(audio=sound),
        DocumentBlock(path=str(paper)),
        DocumentBlock(data=b"%PDF-1.4\n%%EOF", title="report.pdf"),
    ]
    assert llm.chat([ChatMessage(role="user", blocks=blocks)]).message.content
    text, audio, *files = last_body(fresh)["messages"][0]["content"]
    assert (text["type"], audio["input_audio"]["format"]) == ("text", "wav")
    assert base64.b64decode(audio["input_audio"]["data"]) == sound
    assert [one["file"]["filename"] for one in files] == ["paper.pdf", "report.pdf"]
    assert all(one["file"]["file_data"].startswith("data:application/pdf") for one in files)


def test_a_film_is_named_by_its_url() -> None:
    """The server fetches it, or nobody does."""
    (sent,) = to_wire([ChatMessage(role="user", blocks=[VideoBlock(url="https://e.org/a.mp4")])])
    assert sent.content == [{"type": "video", "video": "https://e.org/a.mp4"}]


def test_what_is_cited_is_said() -> None:
    """Servers here know no citations; the words are not lost."""
    citable = CitableBlock(title="t", source="s", content=[TextBlock(text="words")])
    cited = CitationBlock(cited_content=TextBlock(text="more"), source="s", title="t",
                          additional_location_info={})  # fmt: skip
    (sent,) = to_wire([ChatMessage(role="user", blocks=[citable, cited])])
    assert sent.content == "words\nmore"


def test_cache_points_are_left_out() -> None:
    """No server here knows them, and nothing is lost."""
    point = CachePoint(cache_control=CacheControl(type="ephemeral"))
    message = ChatMessage(role="user", blocks=[TextBlock(text="a"), point])
    assert to_wire([message])[0].content == "a"


def test_thinking_under_either_name() -> None:
    """`reasoning` and `reasoning_content` are one thing."""
    for name in ("reasoning", "reasoning_content"):
        message = from_wire(wire.ChatMessage("assistant", "a", **{name: "hm"}))  # type: ignore[arg-type]
        assert message.blocks == [ThinkingBlock(content="hm"), TextBlock(text="a")]


def test_content_in_parts_is_read() -> None:
    """As some servers answer."""
    message = from_wire(
        wire.ChatMessage("assistant", [{"type": "text", "text": "a"}, {"type": "other"}])
    )
    assert message.blocks == [TextBlock(text="a")]


def test_calls_in_older_places_are_sent() -> None:
    """Dicts in `additional_kwargs`, and objects of other clients, as histories have them."""

    class Call:
        def model_dump(self) -> dict[str, object]:
            return {"id": "2", "function": {"name": "g", "arguments": "{}"}, "type": "function"}

    kept = [{"id": "1", "function": {"name": "f", "arguments": '{"a":1}'}}, Call()]
    message = ChatMessage(role="assistant", additional_kwargs={"tool_calls": kept})
    (sent,) = to_wire([message])
    assert isinstance(sent.tool_calls, list)
    assert [(call.id, call.name, call.arguments) for call in sent.tool_calls] == [
        ("1", "f", {"a": 1}),
        ("2", "g", {}),
    ]


def test_a_call_that_is_none_is_refused() -> None:
    """By its place."""
    for call in ({"name": "f"}, "f"):
        message = ChatMessage(role="assistant", additional_kwargs={"tool_calls": [call]})
        with pytest.raises(ValidationError, match="tool_calls"):
            to_wire([message])
