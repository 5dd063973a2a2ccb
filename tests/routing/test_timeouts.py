"""How long a request may take: by its kind, and by how much it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.config import LARGEST, HfInferenceConfig
from hf_integrations.errors import ValidationError
from hf_integrations.flow import Timeout
from hf_integrations.routing.table import ROWS
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, Task
from hf_integrations.routing.timeouts import timeout_of


def seconds(task: Task, amount: int = 0, **settings: Any) -> float | None:
    """For a whole exchange."""
    config = HfInferenceConfig(**settings)
    return timeout_of(config, task, streamed=False, seconds=None, amount=amount).total


def test_each_kind_has_its_time() -> None:
    """A second per 100 tokens, half a minute per 100 texts, three minutes for media."""
    assert seconds(CHAT) == 120
    assert seconds(CHAT, 1000) == 130
    assert seconds(CHAT, 10**400) == 120 + 10**7
    assert seconds(CHAT, 10**9, timeout_per_100_tokens=1000) == LARGEST
    assert seconds(FEATURE_EXTRACTION, 200) == 120
    assert seconds(ROWS["image-classification"]) == 180
    assert seconds(ROWS["summarization"]) == 120


def test_each_is_a_setting() -> None:
    """And the additions can be turned off."""
    assert seconds(CHAT, 1000, request_timeout=5, timeout_per_100_tokens=0) == 5
    assert seconds(FEATURE_EXTRACTION, 99, embedding_timeout=7, timeout_per_100_inputs=0) == 7
    assert seconds(ROWS["image-classification"], upload_timeout=400) == 400


def test_what_the_call_says_counts() -> None:
    """As it is; for a stream it is the time for each piece."""
    config = HfInferenceConfig()
    whole = timeout_of(config, CHAT, streamed=False, seconds=3, amount=1000)
    stream = timeout_of(config, CHAT, streamed=True, seconds=None, amount=1000)

    assert whole == Timeout(10, total=3)
    assert stream == Timeout(10, silence=300)


@pytest.mark.parametrize("bad", [0, -1, "5", True, float("nan"), 1e10])
def test_a_timeout_is_a_number_of_seconds(bad: Any) -> None:
    """More than none."""
    with pytest.raises(ValidationError, match="timeout must be a number of seconds"):
        timeout_of(HfInferenceConfig(), CHAT, streamed=False, seconds=bad, amount=0)
