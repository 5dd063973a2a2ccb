"""The messages of a conversation, checked before they travel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from hf_integrations.config.content import ReturnReasoning
from hf_integrations.errors import ValidationError
from hf_integrations.models.tools import ToolCall

Content: TypeAlias = str | list[Any] | None


class ChatMessage(Struct, omit_defaults=True):
    """One message of a conversation; the same shape goes out and comes in.

    Attributes:
        content: text, or a list of parts: dicts in OpenAI's form, texts, and pictures, sound and
            film as objects, bytes or paths.
        reasoning: what the model thought before it answered, whatever the server calls that.
        reasoning_content: the same, where the server calls it so.
    """

    role: str
    content: Content = None
    name: str | None = None
    tool_calls: list[ToolCall] | ToolCall | None = None
    tool_call_id: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.tool_calls, ToolCall):  # old TGI sends the one call itself
            self.tool_calls = [self.tool_calls]
        if self.reasoning is None:  # DeepSeek's and older vLLM's word for it
            self.reasoning = self.reasoning_content

    @property
    def text(self) -> str:
        """The text of the message, whatever its form."""
        if isinstance(self.content, list):
            return "".join(map(_text, self.content))
        return self.content or ""


ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_ROLES = ", ".join(sorted(ROLES))


def as_messages(
    messages: Any, reasoning: ReturnReasoning = "never"
) -> list[ChatMessage | dict[str, Any]]:
    """A conversation in the form it travels in.

    Args:
        messages: a string (one user message), a message, or a list of them; a message is a dict
            or a `ChatMessage`.
        reasoning: which thoughts of `ChatMessage`s go back: `auto`, those of the calls that are
            being answered, where the server has them as `reasoning_content`, since such servers
            want them; or all, or none. What a dict says is always sent.

    Raises:
        ValidationError: there is no message, or one has no known role or no content.
    """
    if isinstance(messages, str):
        messages = [ChatMessage("user", messages)]
    elif isinstance(messages, (ChatMessage, dict)):
        messages = [messages]
    # A list first: to ask whether something is an Iterable takes longer than all the rest of this.
    if not isinstance(messages, (list, Iterable)) or not (found := list(messages)):
        raise ValidationError("messages: give a string or a list of at least one message.")
    thoughts = False
    for index, one in enumerate(found):
        if isinstance(one, dict):
            get = one.get
            _check(index, get("role"), get("content"), get("tool_calls"), get("tool_call_id"))
        elif isinstance(one, ChatMessage):
            _check(index, one.role, one.content, one.tool_calls, one.tool_call_id)
            thoughts = thoughts or one.reasoning is not None or one.reasoning_content is not None
        else:
            kind = type(one).__name__
            raise ValidationError(f"messages[{index}] must be a dict or a ChatMessage, not {kind}.")
    return _with_reasoning(found, reasoning) if thoughts else found


def _check(index: int, role: Any, content: Any, calls: Any, answers: Any) -> None:
    if not isinstance(role, str) or role not in ROLES:
        raise ValidationError(f"messages[{index}].role must be one of {_ROLES}.")
    if content is None and not (role == "assistant" and calls):
        raise ValidationError(f"messages[{index}] has no content.")
    if content is not None and not isinstance(content, (str, list)):
        raise ValidationError(f"messages[{index}].content must be a string or a list of parts.")
    if role == "tool" and not (isinstance(answers, str) and answers):
        raise ValidationError(
            f"messages[{index}].tool_call_id is missing.",
            hint="A tool's result names the call that it answers: the id of the ToolCall.",
        )


def _with_reasoning(
    messages: list[ChatMessage | dict[str, Any]], reasoning: ReturnReasoning
) -> list[ChatMessage | dict[str, Any]]:
    """The messages with the thoughts that go back, each in the field it came in, and no others."""
    going = reasoning == "always"
    for place in range(len(messages) - 1, -1, -1):
        message = messages[place]
        role = message.get("role") if isinstance(message, dict) else message.role
        if role == "user" and reasoning == "auto":
            reasoning = "never"  # what was thought before a question is over
        if isinstance(message, dict):
            continue
        if message.reasoning is None and message.reasoning_content is None:
            continue
        wanted = bool(message.tool_calls) and message.reasoning_content is not None
        if not going and not (reasoning == "auto" and wanted):
            messages[place] = msgspec.structs.replace(
                message, reasoning=None, reasoning_content=None
            )
        elif message.reasoning_content is not None:
            messages[place] = _under_one_name(message)
    return messages


def _under_one_name(message: ChatMessage) -> ChatMessage:
    one = msgspec.structs.replace(message)
    one.reasoning = None
    return one


def _text(part: Any) -> str:
    if isinstance(part, str):
        return part
    return str(part.get("text") or "") if isinstance(part, dict) else ""
