"""How long a request may take, by what it is for."""

from __future__ import annotations

from hf_integrations.config import LARGEST, HfInferenceConfig
from hf_integrations.errors import ValidationError
from hf_integrations.flow import Timeout
from hf_integrations.routing.tasks import FEATURE_EXTRACTION, Task


def timeout_of(
    config: HfInferenceConfig, task: Task, *, streamed: bool, seconds: float | None, amount: int
) -> Timeout:
    """The timeout of a request.

    Args:
        seconds: what the call says, instead of the settings.
        amount: of what makes it last: texts to embed, or the most tokens to generate.
    """
    given: object = seconds
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if seconds is not None and not (number and 0 < seconds <= LARGEST):
        raise ValidationError("timeout must be a number of seconds, more than 0.")
    if streamed:
        return Timeout(config.connection_timeout, silence=seconds or config.stream_timeout)
    usual = min(_usual(config, task, min(amount, int(LARGEST))), LARGEST)
    return Timeout(config.connection_timeout, total=seconds or usual)


def _usual(config: HfInferenceConfig, task: Task, amount: int) -> float:
    if task is FEATURE_EXTRACTION:
        return config.embedding_timeout + amount / 100 * config.timeout_per_100_inputs
    if hasattr(getattr(task, "takes", None), "noun"):  # media, of whatever kind
        return max(config.upload_timeout, config.request_timeout)
    return config.request_timeout + amount / 100 * config.timeout_per_100_tokens
