"""The chat model before langchain-tests' own judges, with every capability switched on."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any, Literal

import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests

from hf_integrations.emulator import Emulator
from hf_integrations.langchain import ChatHfInference
from tests.emulator import samples
from tests.langchain.conftest import MODEL, TOKEN
from tests.langchain.scripts import answer, event_stream

# What langchain-core says of its own beta interfaces, which the suite uses.
pytestmark = pytest.mark.filterwarnings(
    "ignore::langchain_core._api.beta_decorator.LangChainBetaWarning"
)
USAGE = {
    "prompt_tokens": 30,
    "completion_tokens": 20,
    "total_tokens": 50,
    "prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 2, "cache_creation_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 9, "audio_tokens": 1},
}
DETAILS: list[Any] = [
    "audio_input", "audio_output", "reasoning_output", "cache_read_input", "cache_creation_input",
]  # fmt: skip


class TestUnit(ChatModelUnitTests):
    """What needs no server."""

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        """The class under test."""
        return ChatHfInference

    @property
    def chat_model_params(self) -> dict[str, Any]:
        """How it is made."""
        return {"model": MODEL}

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        """The environment gives the token; it is not made an argument, so it keeps its scope."""
        return {"HF_TOKEN": TOKEN}, {"model": MODEL}, {"api_key": TOKEN, "token": None}

    @pytest.mark.xfail(
        strict=True,
        reason="load(allowed_objects='all') admits only classes of langchain-core's own list; "
        "test_serialisation.py loads it by naming the class",
    )
    def test_serdes(self, model: BaseChatModel, snapshot: Any) -> None:
        """As in the suite."""
        super().test_serdes(model, snapshot)


class _Integration(ChatModelIntegrationTests):
    emulator: Emulator

    @pytest.fixture(autouse=True)
    def _served(self, fresh: Emulator) -> None:
        self.emulator = fresh

    @pytest.fixture(autouse=True)
    def _no_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The suite downloads a picture, a document and a sound; here they are our own."""
        files = {"png": samples.PICTURE, "pdf": samples.PAGE, "wav": samples.SOUND}

        def download(url: str, **_: Any) -> httpx.Response:
            return httpx.Response(200, content=files[url.rpartition(".")[2]])

        monkeypatch.setattr(httpx, "get", download)
        monkeypatch.setenv("LANGCHAIN_TESTS_USER_AGENT", "hf-integrations")

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        """The class under test."""
        return ChatHfInference

    @property
    def chat_model_params(self) -> dict[str, Any]:
        """How it is made."""
        return {"model": MODEL, "base_url": self.emulator.url, "token": TOKEN}

    @property
    def supports_json_mode(self) -> bool:
        """It does."""
        return True

    @property
    def supports_image_inputs(self) -> bool:
        """It does."""
        return True

    @property
    def supports_image_urls(self) -> bool:
        """It does."""
        return True

    @property
    def supports_pdf_inputs(self) -> bool:
        """It does."""
        return True

    @property
    def supports_audio_inputs(self) -> bool:
        """It does."""
        return True

    @property
    def supports_image_tool_message(self) -> bool:
        """It does."""
        return True

    @property
    def supports_pdf_tool_message(self) -> bool:
        """It does."""
        return True

    @property
    def supports_anthropic_inputs(self) -> bool:
        """It does."""
        return True

    @property
    def supports_model_override(self) -> bool:
        """It does."""
        return True

    @property
    def model_override_value(self) -> str:
        """Another model that the emulator serves."""
        return "org/another"

    @property
    def supported_usage_metadata_details(
        self,
    ) -> dict[Literal["invoke", "stream"], list[Any]]:
        """All of them, on both paths."""
        return {"invoke": DETAILS, "stream": DETAILS}

    def _detailed(self, *, stream: bool) -> AIMessage:
        """An answer of a server that tells all details."""
        model = self.chat_model_class(**self.chat_model_params)
        if not stream:
            self.emulator.fail_next(**answer({"content": "Yes."}, usage=USAGE))
            return model.invoke("Hello")
        events = [{"choices": [{"delta": {"content": "Yes."}}]}, {"choices": [], "usage": USAGE}]
        self.emulator.fail_next(**event_stream(events))
        return reduce(add, model.stream("Hello"))

    def invoke_with_audio_input(self, *, stream: bool = False) -> AIMessage:
        """An answer with that detail."""
        return self._detailed(stream=stream)

    def invoke_with_audio_output(self, *, stream: bool = False) -> AIMessage:
        """An answer with that detail."""
        return self._detailed(stream=stream)

    def invoke_with_reasoning_output(self, *, stream: bool = False) -> AIMessage:
        """An answer with that detail."""
        return self._detailed(stream=stream)

    def invoke_with_cache_read_input(self, *, stream: bool = False) -> AIMessage:
        """An answer with that detail."""
        return self._detailed(stream=stream)

    def invoke_with_cache_creation_input(self, *, stream: bool = False) -> AIMessage:
        """An answer with that detail."""
        return self._detailed(stream=stream)


class TestFunctionCalling(_Integration):
    """Structured output by a tool that must be called."""


class TestJsonSchema(_Integration):
    """Structured output by a schema that the server keeps to."""

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        """The other method."""
        return {"method": "json_schema"}
