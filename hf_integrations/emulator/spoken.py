"""What is said to a chat request: the reply, the thoughts before it, and what both have cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hf_integrations.emulator import tokens
from hf_integrations.emulator.parameters import Cut
from hf_integrations.emulator.replies import Reply


@dataclass(frozen=True, slots=True)
class Thought:
    """What was thought before a reply, and the form in which it is told."""

    text: str = ""
    form: str = "reasoning"

    @property
    def tag(self) -> str:
        """The thought as it stands in the reply's text, where it is told so."""
        return f"<think>\n{self.text}\n</think>\n\n" if self.text and self.form == "think" else ""

    @property
    def field(self) -> str | None:
        """The name of the field that has the thought, where it is told so."""
        return self.form if self.text and self.form.startswith("reasoning") else None

    def parts(self, answer: str) -> list[dict[str, Any]]:
        """The thought, if there is one, and some of the answer as Mistral's servers tell them."""
        thinking = {"type": "thinking", "thinking": [{"type": "text", "text": self.text}]}
        said = [{"type": "text", "text": answer}] if answer else []
        return [thinking, *said] if self.text else said

    @property
    def in_parts(self) -> bool:
        """Whether it is told in a list of parts."""
        return bool(self.text) and self.form == "parts"


@dataclass(frozen=True, slots=True)
class Completion:
    """One chat request with its reply, ready to be told whole or in events.

    Attributes:
        id: empty where text-generation-inference is played.
        read: tokens of the messages and tools; `cached` of them were read before.
        with_usage: whether a stream is to end with the usage.
        oddity: what is to be odd in the telling.
    """

    id: str
    model: str
    body: dict[str, Any]
    reply: Reply
    cut: Cut
    thought: Thought
    read: int
    cached: int
    with_usage: bool
    oddity: str = ""

    @property
    def choices(self) -> int:
        """How many times the reply is told."""
        return self.body.get("n") or 1

    @property
    def reason(self) -> str:
        """Why the reply ended."""
        if self.reply.calls and self.oddity != "finish_stop":
            return "tool_calls"
        return "length" if self.cut.reason == "length" else "stop"

    @property
    def reasoned(self) -> int:
        """Tokens of the thoughts of all choices."""
        return self.choices * tokens.count(self.thought.text)

    @property
    def written(self) -> int:
        """Tokens of all choices, with their thoughts."""
        spoken = sum(tokens.count(f"{call.name}{call.arguments}") for call in self.reply.calls)
        return self.choices * (spoken or len(self.cut.pieces)) + self.reasoned

    def usage(self) -> dict[str, Any]:
        """Return the tokens read and written; details only where there is something to tell."""
        usage: dict[str, Any] = {
            "prompt_tokens": self.read,
            "completion_tokens": self.written,
            "total_tokens": self.read + self.written,
        }
        if self.cached:
            usage["prompt_tokens_details"] = {"cached_tokens": self.cached}
        if self.reasoned:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.reasoned}
        return usage
