"""What every client is asked."""

from __future__ import annotations

import json
from typing import Any

MODEL = "bench/model"
PROMPT = "Say something."
MESSAGES: Any = [{"role": "user", "content": PROMPT}]
CHAT_PATH = "/v1/chat/completions"
TOKEN = "hf_benchmark"


def body(**more: object) -> bytes:
    """A chat as JSON."""
    return json.dumps({"model": MODEL, "messages": MESSAGES} | more).encode()
