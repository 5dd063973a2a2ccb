"""What is said to a model is checked before it travels."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.messages import ROLES, ChatMessage, as_messages
from hf_integrations.models.shapes import as_dict, encode
from hf_integrations.models.tools import FunctionCall, ToolCall

SECRET = "a very secret text"


def test_messages_are_taken_in_every_form() -> None:
    """A string, a message, dicts, a tuple, a generator."""
    user = ChatMessage("user", "hi")
    plain = {"role": "user", "content": "hi"}

    assert as_messages("hi") == as_messages(user) == as_messages((user,)) == [user]
    assert as_messages(plain) == as_messages(one for one in [plain]) == [plain]
    assert as_messages([plain, user]) == [plain, user]


def test_what_the_caller_passed_is_not_changed() -> None:
    """A thought is not sent back, and stays in the caller's message."""
    thinking = ChatMessage("assistant", "yes", reasoning="hm")
    found = as_messages([thinking])[0]

    assert isinstance(found, ChatMessage)
    assert found.reasoning is None
    assert thinking.reasoning == "hm"
    assert b"hm" not in encode(found)


@pytest.mark.parametrize("content", ["", [], [{"type": "text", "text": "x"}]])
@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_may_say_something(role: str, content: Any) -> None:
    """Even nothing."""
    assert as_messages([{"role": role, "content": content, "tool_call_id": "1"}])
    assert as_messages([ChatMessage(role, content, tool_call_id="1")])


def test_a_call_needs_no_words() -> None:
    """An assistant may just call a tool."""
    assert as_messages([{"role": "assistant", "tool_calls": [{}]}])
    assert as_messages([ChatMessage("assistant", tool_calls=ToolCall("1"))])


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (None, "messages: give a string or a list of at least one message."),
        ([], "messages: give a string or a list of at least one message."),
        (5, "messages: give a string"),
        ([5], "messages[0] must be a dict or a ChatMessage, not int."),
        (["hi"], "messages[0] must be a dict or a ChatMessage, not str."),
        (b"hi", "messages[0] must be a dict or a ChatMessage, not int."),
        ([{}], "messages[0].role must be one of assistant, "),
        ([{"role": "bot", "content": SECRET}], "messages[0].role must be one of"),
        ([{"role": ["user"], "content": SECRET}], "messages[0].role must be one of"),
        ([{"role": "user"}], "messages[0] has no content."),
        ([{"role": "user", "tool_calls": [{}]}], "messages[0] has no content."),
        ([ChatMessage("assistant")], "messages[0] has no content."),
        ([{"role": "user", "content": {"text": SECRET}}], "messages[0].content must be a string"),
        ([{"role": "user", "content": 5}], "messages[0].content must be a string"),
        ([{"role": "tool", "content": SECRET}], "messages[0].tool_call_id is missing."),
        ([ChatMessage("tool", SECRET, tool_call_id="")], "messages[0].tool_call_id is missing."),
        (["x", {"role": "user", "content": "x"}], "messages[0] must be"),
        ([{"role": "user", "content": "x"}, None], "messages[1] must be"),
    ],
)
def test_a_message_that_cannot_be_one_is_named_and_not_shown(messages: Any, said: str) -> None:
    """By its index, before anything is sent."""
    with pytest.raises(ValidationError) as caught:
        as_messages(messages)
    assert str(caught.value).startswith(said)
    assert SECRET not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["role", "content", "x"]), inner)
        ),
    )
)
def test_anything_is_messages_or_an_error_of_ours(messages: Any) -> None:
    """Nothing else is ever raised."""
    try:
        found = as_messages(messages)
    except ValidationError as error:
        assert error.message.startswith("messages")  # noqa: PT017
    else:
        assert found


def test_text_may_come_in_parts() -> None:
    """Parts that are not text have none."""
    parts = [{"type": "text", "text": "a"}, "b", {"type": "image_url"}, {"text": None}, b"c"]

    assert ChatMessage("user", parts).text == "ab"
    assert ChatMessage("user", None).text == ""


CALL = [ToolCall("1", FunctionCall("f"))]
THOUGHT = ChatMessage("assistant", "so", reasoning_content="hm")
CALLING = ChatMessage("assistant", tool_calls=CALL, reasoning_content="call")
NAMED = ChatMessage("assistant", tool_calls=CALL, reasoning="call")
RESULT = ChatMessage("tool", "5", tool_call_id="1")
USER = ChatMessage("user", "hi")


def thoughts(messages: list[Any], reasoning: Any) -> list[dict[str, Any]]:
    """The thoughts of each message that go back, by the field they are in."""
    words = ("reasoning", "reasoning_content")
    return [
        {word: told[word] for word in words if word in told}
        for told in map(as_dict, as_messages(messages, reasoning))
    ]


def test_thoughts_go_back_while_calls_are_answered_to_servers_that_want_them() -> None:
    """Not those before the last question, nor those of no call, nor under the other name."""
    talk = [USER, CALLING, RESULT, THOUGHT, USER, CALLING, RESULT, NAMED, RESULT, THOUGHT]
    found = thoughts(talk, "auto")

    assert [place for place, told in enumerate(found) if told] == [5]
    assert found[5] == {"reasoning_content": "call"}


def test_thoughts_go_back_always_or_never() -> None:
    """Each in the field it came in, once."""
    talk = [USER, THOUGHT, USER, NAMED, RESULT]

    assert thoughts(talk, "always") == [
        {},
        {"reasoning_content": "hm"},
        {},
        {"reasoning": "call"},
        {},
    ]
    assert thoughts(talk, "never") == [{}] * 5
    assert THOUGHT.reasoning == THOUGHT.reasoning_content == "hm"


@pytest.mark.parametrize("reasoning", ["auto", "always", "never"])
def test_what_a_dict_says_is_sent(reasoning: Any) -> None:
    """It is in the caller's own words."""
    plain = {"role": "assistant", "content": "x", "reasoning_content": "hm"}

    assert as_messages([plain], reasoning) == [plain]


def test_a_question_ends_a_round_also_where_it_is_a_dict() -> None:
    """As adapters write what users say."""
    talk = [{"role": "user", "content": "?"}, CALLING, RESULT, {"role": "user", "content": "?"}]

    assert thoughts(talk, "auto") == [{}] * 4
    assert thoughts(talk[:3], "auto")[1] == {"reasoning_content": "call"}
