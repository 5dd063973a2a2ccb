"""Reasoning: what is told of the way to an answer, in the forms that servers have.

A reply reasons when the request sets `reasoning_effort` (other than `none`), or the model's name
says that it does: `reasoning`, `thinking`, `R1`, `QwQ`. The form is a field `reasoning`, a field
`reasoning_content`, `<think>` tags in the text, or `parts` of the content, as Mistral has it. It is
that of `Emulator(reasoning=…)`, else of the request (`reasoning_format`, as groq has it), else of
who is played.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hf_integrations.emulator.problems import openai_problem
from hf_integrations.emulator.settings import Settings

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
HIDDEN = "hidden"

_NAMES = re.compile(r"reasoning|thinking|\bR1\b|\bQwQ\b", re.IGNORECASE)
_FORMATS = {"parsed": "reasoning", "raw": "think", "hidden": HIDDEN}
# Sources: wire.md of the providers' docs; the servers' own documentation of `reasoning_content`.
_FORMS = {
    "zai-org": "reasoning_content", "fireworks-ai": "reasoning_content",
    "novita": "reasoning_content", "nscale": "reasoning_content", "ovhcloud": "reasoning_content",
    "sambanova": "think", "nebius": "reasoning_content", "hf-inference": "think",
    "sglang": "reasoning_content", "llama.cpp": "reasoning_content", "tgi": "think",
}  # fmt: skip


def thought(body: Mapping[str, Any], model: str, question: str) -> str:
    """Return what was thought about `question`; empty where nothing was."""
    effort = body.get("reasoning_effort")
    if effort is not None and effort not in EFFORTS:
        known = ", ".join(EFFORTS)
        raise openai_problem(
            400, f"`reasoning_effort` must be one of {known}", param="reasoning_effort"
        )
    if effort == "none" or (effort is None and not _NAMES.search(model)):
        return ""
    shown = " ".join(question.split())[:200]
    steps = [f"The user says: {shown}", "I look for what the prompt says about it."]
    if effort in ("high", "xhigh"):
        steps.append("I read it once more, to be sure that nothing else fits better.")
    return "\n".join(steps)


def form(settings: Settings, body: Mapping[str, Any], path: str) -> str:
    """Return the form in which reasoning is told on `path`."""
    if settings.reasoning is not None:
        return settings.reasoning
    asked = _FORMATS.get(str(body.get("reasoning_format")))
    return asked or _FORMS.get(settings.engine or path.split("/")[1], "reasoning")
