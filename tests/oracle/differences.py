"""Where our requests differ from huggingface_hub's, and why: one short table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import Struct

Seen = list[dict[str, Any]]


class Difference(Struct, frozen=True):
    """One difference.

    Attributes:
        why: the reason.
        becomes: changes what theirs sent into what ours sends.
        tasks: where; empty for all.
        providers: with whom; empty for all.
    """

    why: str
    becomes: Callable[[dict[str, Any]], None]
    tasks: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()

    def concerns(self, provider: str, task: str) -> bool:
        """Whether a pair is meant."""
        return (not self.tasks or task in self.tasks) and (
            not self.providers or provider in self.providers
        )


def _without(*names: str) -> Callable[[dict[str, Any]], None]:
    def becomes(one: dict[str, Any]) -> None:
        if isinstance(one["body"], dict):
            for name in names:
                one["body"].pop(name, None)

    return becomes


def _renamed(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def becomes(one: dict[str, Any]) -> None:
        if isinstance(one["body"], dict) and old in one["body"]:
            one["body"][new] = one["body"].pop(old)

    return becomes


def _typed(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def becomes(one: dict[str, Any]) -> None:
        if isinstance(one["body"], dict):
            told = json.dumps(one["body"]).replace(f"data:{old};", f"data:{new};")
            one["body"] = json.loads(told)

    return becomes


def _typed_body(one: dict[str, Any]) -> None:
    raw = one["body"]
    if isinstance(raw, bytes) and raw:
        kind = "image/png" if raw.startswith(b"\x89PNG") else "audio/wav"
        one["headers"]["content-type"] = kind


def _no_model(one: dict[str, Any]) -> None:
    one["body"].get("parameters", {}).pop("model", None)


def _no_flag(one: dict[str, Any]) -> None:
    one["body"]["parameters"].pop("multi_label", None)


def _no_empty_parameters(one: dict[str, Any]) -> None:
    if isinstance(one["body"], dict) and one["body"].get("parameters") == {}:
        del one["body"]["parameters"]


def _question(one: dict[str, Any]) -> None:
    body = one["body"]
    image, question = body.pop("image"), body.pop("question")
    body["inputs"] = {"image": image, "question": question}


def _table(one: dict[str, Any]) -> None:
    one["body"] = {"inputs": {"data": one["body"]["table"]}}


def _sound_is_wanted(one: dict[str, Any]) -> None:
    if one["method"] == "POST":
        one["headers"]["accept"] = "audio/*"


_PICTURES = ("image-to-image", "image-to-video", "image-segmentation")


DIFFERENCES = (
    Difference("Defaults are not sent: nobody asked for them.", _without("stream"),
               ("conversational", "text-generation")),
    Difference("OpenAI's completions say max_tokens; huggingface_hub forgets to rename it.",
               _renamed("max_new_tokens", "max_tokens"), ("text-generation",),
               ("together", "novita")),
    Difference("The media type is told by the bytes: PNG is not said to be JPEG.",
               _typed("image/jpeg", "image/png"), _PICTURES),
    Difference("The media type is told by the bytes: WAV is not said to be MP3.",
               _typed("audio/mpeg", "audio/wav"), ("automatic-speech-recognition",), ("fal-ai",)),
    Difference("Raw media say their type; huggingface_hub says none for bytes.", _typed_body, (),
               ("hf-inference",)),
    Difference("The name of the model is not a parameter of the task.", _no_model,
               ("table-question-answering",)),
    Difference("A flag nobody has set is not sent.", _no_flag, ("zero-shot-classification",)),
    Difference("Empty parameters are not sent.", _no_empty_parameters),
    Difference("The task's specification has image and question within inputs.", _question,
               ("visual-question-answering",)),
    Difference("The task's specification has the table as data within inputs.", _table,
               ("tabular-classification",)),
    Difference("Speech is asked for as sound.", _sound_is_wanted,
               ("text-to-speech",), ("hf-inference",)),
)  # fmt: skip
