"""What every flow may look at."""

from __future__ import annotations

from hf_integrations.config import HfInferenceConfig
from hf_integrations.models.servers import ServerInfo
from hf_integrations.services.context import Context
from hf_integrations.transport.media.settings import MediaSettings
from tests.services.calls import context, router


def test_a_view_has_its_own_settings_and_the_same_memory() -> None:
    """What one learns about a server, all know."""
    ctx = Context.of(HfInferenceConfig(max_retries=1))
    view = ctx.view(ctx.config.with_options(max_retries=2))
    view.servers["https://host"] = ServerInfo(version="1")

    assert (ctx.patience.retry.most, view.patience.retry.most) == (1, 2)
    assert ctx.servers["https://host"].version == "1"


def test_two_contexts_share_nothing() -> None:
    """Each client learns for itself."""
    one, other = (Context.of(HfInferenceConfig()) for _ in range(2))
    one.servers["x"] = ServerInfo()

    assert other.servers == {}


def test_the_settings_of_media_come_from_the_config() -> None:
    """All by their names; the caller's own server is trusted with URLs, nobody else."""
    ctx = context(
        base_url="http://10.0.0.1:80/v1", max_image_side=9, fetch_timeout=5, max_image_pixels=7,
        trusted_hosts=["media.local"],
    )  # fmt: skip

    assert ctx.media.max_image_side == 9
    assert ctx.media.fetch_timeout == 5
    assert ctx.media.max_image_pixels == 7
    assert ctx.media.trusted_hosts == ("10.0.0.1:80", "media.local")
    assert ctx.media.user_agent == ctx.config.user_agent
    assert router().media == MediaSettings(user_agent=ctx.config.user_agent)
    thin = Context.of(HfInferenceConfig.thin()).media
    assert (thin.auto_optimize_images, thin.auto_chunk_long_audio) == (False, False)
