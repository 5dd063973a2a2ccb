"""LangChain's own way of writing components down, without what must stay secret."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.load import dumpd, dumps, load
from pydantic import SecretStr

from hf_integrations import HfInferenceClient
from hf_integrations.langchain import ChatHfInference, HfInferenceLLM

# What langchain-core says of `load`.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The function `load` is in beta:langchain_core._api.beta_decorator.LangChainBetaWarning"
)
SECRET = "hf_very_secret"


@pytest.fixture(params=[ChatHfInference, HfInferenceLLM])
def kind(request: pytest.FixtureRequest) -> Any:
    """Each class that LangChain can write down."""
    return request.param


def loaded(component: Any, **secrets: str) -> Any:
    """A component written down and read again."""
    return load(
        dumpd(component),
        allowed_objects=[type(component)],
        valid_namespaces=["hf_integrations"],
        secrets_map=secrets,
    )


def test_what_was_set_comes_back(kind: Any) -> None:
    """All of it, and nothing else."""
    component = kind(model="org/m", provider="groq", base_url="http://x", temperature=0.5, seed=7)
    again = loaded(component)

    assert again == component
    assert again.model_fields_set >= {"model", "provider", "base_url", "temperature", "seed"}


def test_the_token_is_only_referred_to(kind: Any) -> None:
    """Its place says where it is found when it is read again."""
    component = kind(model="org/m", token=SECRET)
    written = dumpd(component)

    assert SECRET not in dumps(component)
    assert written["kwargs"]["token"] == {"lc": 1, "type": "secret", "id": ["HF_TOKEN"]}
    assert loaded(component, HF_TOKEN=SECRET).token == SecretStr(SECRET)


def test_a_token_of_the_environment_is_not_written_down(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read again, it is still one of the environment, and keeps its scope."""
    monkeypatch.setenv("HF_TOKEN", SECRET)
    component = kind(model="org/m")

    assert "token" not in dumpd(component)["kwargs"]
    assert loaded(component, HF_TOKEN=SECRET).token is None


def test_it_is_found_again_at_its_public_place(kind: Any) -> None:
    """So that moving a module breaks nothing that was written."""
    assert dumpd(kind(model="org/m"))["id"] == ["hf_integrations", "langchain", kind.__name__]


def test_a_client_stays_behind(kind: Any) -> None:
    """With its secrets."""
    with HfInferenceClient(base_url="http://x", token=SECRET) as client:
        component = kind(model="org/m", client=client)
        written = dumps(component)

    assert SECRET not in written
    assert "client" not in dumpd(component)["kwargs"]
