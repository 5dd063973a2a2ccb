"""What a model's server says it can do: asked once, and never in the way of a call."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from hf_integrations.errors import HfError

if TYPE_CHECKING:
    from hf_integrations.client import AsyncHfInferenceClient, HfInferenceClient
    from hf_integrations.models.hub import ModelProfile

_LOG = logging.getLogger(__name__)
# Nobody waits long for what there are good guesses for.
_BRIEFLY: dict[str, Any] = {
    "max_retries": 0, "request_timeout": 5.0, "auto_wait_for_model": False,
}  # fmt: skip


class LiveProfile:
    """The profile of one model, as far as it is known; unknown is not an error."""

    def __init__(self) -> None:
        self._asked: str | None = None
        self._found: ModelProfile | None = None

    def load(self, client: HfInferenceClient, model: str) -> None:
        """Ask, unless that was done already."""
        if self._asked == model:
            return
        self._asked = model
        try:
            with client.with_options(**_BRIEFLY) as brief:
                self._found = brief.hub.profile(model)
        except HfError as error:
            self._unknown(error)

    async def aload(self, client: AsyncHfInferenceClient, model: str) -> None:
        """`load`, awaited."""
        if self._asked == model:
            return
        self._asked = model
        try:
            async with client.with_options(**_BRIEFLY) as brief:
                self._found = await brief.hub.profile(model)
        except HfError as error:
            self._unknown(error)

    @property
    def context_length(self) -> int | None:
        """How many tokens the model takes; None where nobody says."""
        return self._found.context_length if self._found else None

    @property
    def supports_tools(self) -> bool:
        """Whether tools may be given; they may, unless somebody says no."""
        return self._found is None or self._found.supports_tools is not False

    def _unknown(self, error: HfError) -> None:
        self._found = None
        _LOG.info(
            "The model's profile is not known (%s); the usual is taken.", type(error).__name__
        )


def in_a_loop() -> bool:
    """Whether an event loop runs in this thread, which waiting would hold up."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
