"""What is asked of a model, whoever serves it: one shape for each kind of work.

A request says by its type what its answer is: `UnifiedModelRequest[str]` gives a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from msgspec import Struct

from hf_integrations.errors import ValidationError
from hf_integrations.models.chat import ChatMessage
from hf_integrations.models.estimates import by_heuristic, of_messages
from hf_integrations.models.media import Audio, AudioInput, Image
from hf_integrations.models.messages import as_messages
from hf_integrations.models.shapes import encode
from hf_integrations.models.speech import Transcription as Transcript
from hf_integrations.models.text import Label
from hf_integrations.models.tools import ToolChoice, as_tools
from hf_integrations.platform.shapes import Capability

if TYPE_CHECKING:
    import numpy as np  # noqa: F401 - named in quotes below
    from numpy.typing import NDArray  # noqa: F401

T = TypeVar("T")
_COMMON = frozenset({"model", "session", "timeout", "options"})


class UnifiedModelRequest(Struct, Generic[T], frozen=True, kw_only=True, eq=False):
    """What every request has.

    Attributes:
        model: which model; the adapter's own when left out.
        session: calls of one session go to one adapter, where a `ModelRouter` is `sticky`.
        timeout: seconds for all of the call; the adapter's own when left out.
        options: parameters that the kind does not name, in the adapter's own words.
    """

    kind: ClassVar[Capability]
    subject: ClassVar[str]  # the field that holds what it is about

    model: str | None = None
    session: str | None = None
    timeout: float | None = None
    options: dict[str, Any] = {}

    @property
    def parameters(self) -> dict[str, Any]:
        """What was set besides the subject and what every request has; `options` among it."""
        names = [n for n in self.__struct_fields__ if n not in _COMMON and n != self.subject]
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        return self.options | given

    @property
    def text(self) -> str:
        """The text that is read for it."""
        subject = getattr(self, self.subject)
        return subject if isinstance(subject, str) else ""

    @property
    def input_tokens(self) -> int:
        """About how many tokens are read, as `client.tokens` estimates them without a server."""
        return by_heuristic(self.text)

    @property
    def output_tokens(self) -> int | None:
        """The most tokens that may be written; None where nothing limits them."""
        return None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.model!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: not the prompt."""
        return [("model", self.model)]


class _Generation(UnifiedModelRequest[T], frozen=True, kw_only=True, eq=False):
    """What is written token by token; fields as in OpenAI's API."""

    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: list[str] | None = None

    @property
    def output_tokens(self) -> int | None:
        """`max_tokens`."""
        return self.max_tokens


class Chat(_Generation[ChatMessage], frozen=True, kw_only=True, eq=False):
    """The next message of a conversation; with `tools`, perhaps a call of one.

    Attributes:
        messages: a string, or dicts or `ChatMessage`s, oldest first.
        tools: `Tool`s, dicts in OpenAI's form, or classes whose fields are the arguments.
        tool_choice: `auto`, `none`, `required`, or the name of a tool.
        response_format: a JSON schema in OpenAI's form, or a class.
    """

    kind: ClassVar[Capability] = "chat"
    subject: ClassVar[str] = "messages"

    messages: str | list[Any]
    tools: list[Any] | None = None
    tool_choice: ToolChoice | None = None
    response_format: dict[str, Any] | type | None = None

    @property
    def text(self) -> str:
        """The texts of all messages."""
        return "\n".join(map(_said, as_messages(self.messages)))

    @property
    def input_tokens(self) -> int:
        """About how many tokens are read: texts, a few for each message, and what tools say."""
        offered = encode(as_tools(self.tools)).decode() if self.tools else ""
        return of_messages(as_messages(self.messages), by_heuristic) + by_heuristic(offered)


class TextGeneration(_Generation[str], frozen=True, kw_only=True, eq=False):
    """How a text goes on."""

    kind: ClassVar[Capability] = "text_generation"
    subject: ClassVar[str] = "prompt"

    prompt: str


class Embedding(UnifiedModelRequest["NDArray[np.float32]"], frozen=True, kw_only=True, eq=False):
    """Vectors of n texts: float32, n × d."""

    kind: ClassVar[Capability] = "embeddings"
    subject: ClassVar[str] = "texts"

    texts: Sequence[str]
    dimensions: int | None = None
    normalize: bool | None = None

    @property
    def text(self) -> str:
        """All texts."""
        return self.texts if isinstance(self.texts, str) else "\n".join(self.texts)

    @property
    def output_tokens(self) -> int | None:
        """None are written."""
        return 0


class ImageGeneration(UnifiedModelRequest[Image], frozen=True, kw_only=True, eq=False):
    """A picture of what is described; sizes in pixels."""

    kind: ClassVar[Capability] = "image_generation"
    subject: ClassVar[str] = "prompt"

    prompt: str
    negative_prompt: str | None = None
    width: int | None = None
    height: int | None = None
    seed: int | None = None


class Classification(UnifiedModelRequest[list[Label]], frozen=True, kw_only=True, eq=False):
    """What a text is: labels, the best first."""

    kind: ClassVar[Capability] = "classification"
    subject: ClassVar[str] = "content"

    content: str
    top_k: int | None = None


class Transcription(UnifiedModelRequest[Transcript], frozen=True, kw_only=True, eq=False):
    """What is said in a sound: path, URL, bytes, or `Audio`."""

    kind: ClassVar[Capability] = "transcription"
    subject: ClassVar[str] = "audio"

    audio: AudioInput

    @property
    def text(self) -> str:
        """None is read."""
        return ""


class Speech(UnifiedModelRequest[Audio], frozen=True, kw_only=True, eq=False):
    """A text, spoken; voices are those of the model."""

    kind: ClassVar[Capability] = "speech"
    subject: ClassVar[str] = "content"

    content: str
    voice: str | None = None


def checked(request: object) -> UnifiedModelRequest[Any]:
    """The request, if it is one."""
    if not isinstance(request, UnifiedModelRequest) or not hasattr(request, "kind"):
        raise ValidationError(
            f"request must be a UnifiedModelRequest, not {type(request).__name__}.",
            hint="Chat(messages=…), TextGeneration(prompt=…), Embedding(texts=…), … are such.",
        )
    return request


def _said(message: ChatMessage | dict[str, Any]) -> str:
    if isinstance(message, ChatMessage):
        return message.text
    return ChatMessage(str(message.get("role")), message.get("content")).text
