"""What every flow may look at."""

from __future__ import annotations

from hf_integrations.config import HfInferenceConfig
from hf_integrations.models.servers import ServerInfo
from hf_integrations.services.context import Context


def test_a_view_has_its_own_settings_and_the_same_memory() -> None:
    """What one learns about a server, all know."""
    context = Context.of(HfInferenceConfig(max_retries=1))
    view = context.view(context.config.with_options(max_retries=2))
    view.servers["https://host"] = ServerInfo(version="1")

    assert (context.patience.retry.most, view.patience.retry.most) == (1, 2)
    assert context.servers["https://host"].version == "1"


def test_two_contexts_share_nothing() -> None:
    """Each client learns for itself."""
    one, other = (Context.of(HfInferenceConfig()) for _ in range(2))
    one.servers["x"] = ServerInfo()

    assert other.servers == {}
