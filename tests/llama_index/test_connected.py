"""The settings of a component, and the clients behind it."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient, HfInferenceConfig
from hf_integrations.emulator import Emulator
from hf_integrations.errors import AuthenticationError, ConfigurationError
from hf_integrations.llama_index import HfInferenceEmbedding, HfInferenceLLM
from tests.llama_index.conftest import MODEL, TOKEN


@pytest.fixture(params=[HfInferenceLLM, HfInferenceEmbedding])
def kind(request: pytest.FixtureRequest) -> Any:
    """A class that has settings."""
    return request.param


def test_nothing_is_sent_by_a_constructor(kind: Any, whom: dict[str, Any], fresh: Emulator) -> None:
    """Nor by asking for what LlamaIndex wants to know."""
    component = kind(**whom)
    component.to_payload()
    component.to_json()
    repr(component)
    assert fresh.requests == []


def test_settings_in_every_way(kind: Any) -> None:
    """One by one, as a config, or a config with changes."""
    one = kind(model=MODEL, token=False, base_url="http://localhost:1", max_retries=1)
    config = HfInferenceConfig(token=False, base_url="http://localhost:1")
    other = kind(model=MODEL, config=config, max_retries=1)
    assert one.config == other.config
    assert (one.config.base_url, one.config.max_retries) == ("http://localhost:1", 1)
    assert kind(model=MODEL, config=config).config == config


def test_none_leaves_a_setting_as_it_is(kind: Any) -> None:
    """As callers pass on what they were not given."""
    component = kind(model=MODEL, token=False, max_retries=None, base_url=None)
    assert component.config.max_retries == HfInferenceConfig(token=False).max_retries


def test_an_argument_that_is_not_known_is_refused(kind: Any) -> None:
    """With the nearest that is; other integrations ignore it."""
    with pytest.raises(ConfigurationError, match=r"'max_retry'.*Did you mean max_retries"):
        kind(model=MODEL, max_retry=1)
    with pytest.raises(ConfigurationError, match="'qqqq'"):
        kind(model=MODEL, qqqq=1)


def test_a_value_that_cannot_be_is_refused_without_being_shown(kind: Any) -> None:
    """It may be a secret that stands in the wrong place."""
    with pytest.raises(ConfigurationError, match="timeout") as caught:
        kind(model=MODEL, timeout="hf_misplaced")
    assert "hf_misplaced" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="base_url"):
        kind(model=MODEL, base_url="localhost")


def test_given_clients_are_used_and_left_open(whom: dict[str, Any], fresh: Emulator) -> None:
    """By the methods of their colour."""
    with HfInferenceClient(base_url=whom["base_url"], token=TOKEN) as client:
        llm = HfInferenceLLM(MODEL, client=client)
        llm.complete("Hello")
        llm.close()
        client.embeddings.create("a", model=MODEL)
        llm.complete("Hello")
    assert len(fresh.requests) >= 3
    with pytest.raises(ConfigurationError, match="closed"):
        llm.complete("Hello")


async def test_the_other_colour_takes_the_settings_of_the_given_one(whom: dict[str, Any]) -> None:
    """Whichever was given."""
    settings = {"base_url": whom["base_url"], "token": TOKEN}
    with HfInferenceClient(**settings) as client:
        llm = HfInferenceLLM(MODEL, client=client)
        assert (await llm.acomplete("Hello")).text
        await llm.aclose()
    async with AsyncHfInferenceClient(**settings) as async_client:
        llm = HfInferenceLLM(MODEL, async_client=async_client)
        assert llm.complete("Hello").text == (await llm.acomplete("Hello")).text
        await llm.aclose()
        assert (await async_client.chat.complete("Hello", model=MODEL)).text


async def test_a_given_client_under_other_settings(whom: dict[str, Any]) -> None:
    """Is a view of it, which goes with the component."""
    async with AsyncHfInferenceClient(base_url=whom["base_url"], token="hf_invalid") as client:
        llm = HfInferenceLLM(MODEL, async_client=client, token=TOKEN, max_retries=0)
        assert (await llm.acomplete("Hello")).text
        await llm.aclose()
        with pytest.raises(AuthenticationError):
            await client.chat.complete("Hello", model=MODEL)
    with pytest.raises(ConfigurationError, match="config"):
        HfInferenceLLM(MODEL, async_client=client, config=HfInferenceConfig())


async def test_a_closed_component_can_be_used_again(whom: dict[str, Any]) -> None:
    """LlamaIndex never closes anything, so closing is only letting connections go."""
    llm = HfInferenceLLM(**whom)
    for _ in range(2):
        assert llm.complete("Hello").text
        assert (await llm.acomplete("Hello")).text
        llm.close()
        llm.close()
        await llm.aclose()


def test_a_token_from_the_environment_stays_with_hugging_face(
    whom: dict[str, Any], fresh: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never goes to another server; a given one does."""
    monkeypatch.setenv("HF_TOKEN", "hf_from_the_environment")
    del whom["token"]
    with pytest.raises(AuthenticationError):
        HfInferenceLLM(**whom).complete("Hello")
    assert not [r for r in fresh.requests if "authorization" in {*map(str.lower, r.headers)}]


def test_the_token_by_its_other_names(whom: dict[str, Any]) -> None:
    """`api_key`, as other integrations have it."""
    del whom["token"]
    assert HfInferenceLLM(**whom, api_key=TOKEN).complete("Hello").text


def test_a_copy_speaks_through_the_same_connections(whom: dict[str, Any]) -> None:
    """Token and all, as it stays in the process."""
    llm = HfInferenceLLM(**whom)
    for again in (copy.copy(llm), copy.deepcopy(llm), llm.model_copy()):
        assert again.complete("Hello").text == llm.complete("Hello").text


def test_a_pickled_component_asks_its_new_surroundings_for_a_token(
    kind: Any, whom: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And keeps every other setting."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    component = kind(**whom, max_retries=7, timeout=5)
    written = pickle.dumps(component)
    assert TOKEN.encode() not in written
    again = pickle.loads(written)  # noqa: S301
    assert (again.config.max_retries, again.timeout) == (7, 5)
    assert again.config.base_url == whom["base_url"]


def test_only_what_differs_is_written(kind: Any, tmp_path: Path) -> None:
    """Paths as text, and neither token nor headers."""
    file = tmp_path / "ca.pem"
    file.write_text("")
    component = kind(model=MODEL, token="hf_x", headers={"x-key": "secret"}, ca_file=file)
    written = component.to_dict()
    assert written["ca_file"] == str(file)
    assert not {"token", "headers", "config", "hub_url", "max_retries"} & written.keys()
    assert "secret" not in component.to_json()


def test_the_schema_is_json(kind: Any) -> None:
    """Workflows ask for it."""
    assert kind.model_json_schema()["properties"]["provider"]


def test_messages_are_no_part_of_an_error(whom: dict[str, Any]) -> None:
    """Nor is the token."""
    whom["token"] = "hf_invalid_secret"
    with pytest.raises(AuthenticationError) as caught:
        HfInferenceLLM(**whom).chat([ChatMessage("a private matter")])
    assert "private" not in str(caught.value)
    assert "hf_invalid_secret" not in str(caught.value)
