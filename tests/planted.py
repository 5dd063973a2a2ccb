"""Words that tests plant as tokens and prompts, and a watch over every log of the whole run."""

from __future__ import annotations

import logging

TOKEN = "hf_plantedplantedplanted"
PROMPT = "The planted prompt: 4711 violet elephants crossed the frozen river at dawn."

# What tests all over the suite use as a token, a password or a prompt.
WORDS = (
    "hf_planted", "violet elephants", "hf_very_secret", "hf_test_secret", "hf_secret", "s3cr3t",
    "a very secret text", "my diary of the year 1999", "a cat that nobody else shall know of",
)  # fmt: skip


class Watch(logging.Handler):
    """Looks for planted words in each record that is logged anywhere.

    Attributes:
        found: the records that hold one, as they are logged.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record, its traceback included."""
        text = self.format(record)
        if any(word in text for word in WORDS):
            self.found.append(f"{record.name}: {text}")

    def taken(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found
