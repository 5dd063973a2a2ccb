"""The Hub's API, by its own client and over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.utils._http import parse_ratelimit_headers

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.partners.shelf import MODELS, SERVES
from tests.emulator.conftest import TOKEN, client_of

FLUX = "black-forest-labs/FLUX.1-dev"


@pytest.fixture
def api(emulator: Emulator) -> HfApi:
    """The Hub's own client."""
    return HfApi(endpoint=emulator.url, token=TOKEN)


@pytest.fixture(params=["object", "list"])
def mapped(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """An emulator that tells who serves a model in either form."""
    with Emulator(mapping=request.param) as emulator:
        yield emulator


def test_a_model(api: HfApi) -> None:
    """With the usual fields, or those asked for."""
    found = api.model_info(FLUX)
    assert (found.id, found.pipeline_tag, found.private) == (FLUX, "text-to-image", False)
    assert found.inference_provider_mapping is None
    assert found.sha
    asked = api.model_info(FLUX, expand=["inference", "likes"])
    assert (asked.inference, asked.likes, asked.pipeline_tag) == ("warm", 10, None)
    assert api.model_info("briaai/RMBG-2.0", expand=["inference"]).inference is None


def test_who_serves_it_in_both_forms(mapped: Emulator) -> None:
    """The client makes no difference between them."""
    api = HfApi(endpoint=mapped.url, token=TOKEN)
    mapping = api.model_info(FLUX, expand=["inferenceProviderMapping"]).inference_provider_mapping
    assert mapping is not None
    assert {one.provider: one.provider_id for one in mapping} == MODELS[FLUX].ids
    assert {(one.task, one.status) for one in mapping} == {("text-to-image", "live")}


def test_the_form_itself(mapped: Emulator) -> None:
    """And the JavaScript client's spelling of `expand`."""
    with client_of(mapped) as http:
        found: Any = http.get(f"/api/models/{FLUX}?expand[]=inferenceProviderMapping").json()
    mapping = found["inferenceProviderMapping"]
    if isinstance(mapping, dict):
        assert mapping["fal-ai"]["providerId"] == "fal-ai/flux/dev"
    else:
        [entry] = [one for one in mapping if one["provider"] == "fal-ai"]
        assert (entry["hfModelId"], entry["providerId"]) == (FLUX, "fal-ai/flux/dev")
    assert set(found) == {"_id", "id", "modelId", "inferenceProviderMapping"}


def test_models_that_nobody_knows(api: HfApi) -> None:
    """Are served by all who serve the task of their name."""
    found = api.model_info("org/new", expand=["inferenceProviderMapping"])
    assert {one.provider for one in found.inference_provider_mapping or []} == {
        provider for provider, tasks in SERVES.items() if "conversational" in tasks
    } - {"openai"}
    assert api.model_info("org/my-image-segmentation").pipeline_tag == "image-segmentation"


def test_tags_of_embeddings(api: HfApi) -> None:
    """Name both tasks, which hf-inference takes for each other."""
    tags = api.model_info("sentence-transformers/all-MiniLM-L6-v2").tags or []
    assert {"feature-extraction", "sentence-similarity"} <= set(tags)


def test_models_and_revisions_that_there_are_not(api: HfApi) -> None:
    """With the codes that the client knows."""
    with Emulator(models=["a/b"]) as emulator:
        other = HfApi(endpoint=emulator.url, token=TOKEN)
        assert other.model_info("a/b").id == "a/b"
        with pytest.raises(RepositoryNotFoundError):
            other.model_info("a/c")
        assert [one.id for one in other.list_models()] == ["a/b"]
        assert list(other.list_models(inference_provider="fal-ai")) == []
    assert api.model_info(FLUX, revision="main").id == FLUX
    with pytest.raises(RevisionNotFoundError):
        api.model_info(FLUX, revision="v9")


def test_the_task_may_be_told() -> None:
    """By the settings."""
    with Emulator(tasks={"org/m": "text-to-video"}) as emulator:
        api = HfApi(endpoint=emulator.url, token=TOKEN)
        found = api.model_info("org/m", expand=["inferenceProviderMapping", "pipeline_tag"])
        assert found.pipeline_tag == "text-to-video"
        assert "novita" in {one.provider for one in found.inference_provider_mapping or []}


def test_lists(api: HfApi) -> None:
    """By provider, task and name, up to a limit."""
    found = [m.id for m in api.list_models(inference_provider="zai-org")]
    assert found == ["zai-org/GLM-Image"]
    videos = list(
        api.list_models(inference_provider=["novita", "together"], pipeline_tag="text-to-video")
    )
    assert [one.id for one in videos] == ["Wan-AI/Wan2.2-T2V-A14B"]
    assert len(list(api.list_models(inference_provider="all"))) == len(MODELS)
    assert len(list(api.list_models(limit=3))) == 3
    assert [m.id for m in api.list_models(search="kokoro")] == ["hexgrad/Kokoro-82M"]
    [one] = api.list_models(search="kokoro", expand=["inferenceProviderMapping"])
    assert {m.provider for m in one.inference_provider_mapping or []} == set(
        MODELS["hexgrad/Kokoro-82M"].ids
    )


def test_a_limit_is_a_number(http: httpx.Client) -> None:
    """Nothing else."""
    assert http.get("/api/models?limit=x").status_code == 400


def test_tasks_have_models(http: httpx.Client) -> None:
    """One to try each with, that hf-inference serves."""
    found = http.get("/api/tasks").json()
    assert found["text-to-image"]["widgetModels"] == [FLUX]
    assert found["fill-mask"]["id"] == "fill-mask"
    assert found["text-to-video"]["widgetModels"] == []
    assert [one["id"] for one in found["text-to-video"]["models"]] == ["Wan-AI/Wan2.2-T2V-A14B"]
    assert "conversational" not in found


def test_who_asks(api: HfApi, emulator: Emulator) -> None:
    """Needs a token; the rest does not."""
    assert api.whoami()["name"] == "emulator"
    assert httpx.get(f"{emulator.url}/api/whoami-v2").status_code == 401
    assert httpx.get(f"{emulator.url}/api/models/{FLUX}").status_code == 200


def test_limits_are_told_and_kept() -> None:
    """For each bearer; a reset gives all back."""
    with Emulator(hub_quota=2) as emulator, client_of(emulator) as http:
        left = []
        for _ in range(2):
            info = parse_ratelimit_headers(http.get("/api/tasks").headers)
            assert info is not None
            left.append((info.resource_type, info.remaining, info.limit))
        assert left == [("api", 1, 2), ("api", 0, 2)]
        refused = http.get("/api/tasks")
        assert refused.status_code == 429
        assert refused.headers["retry-after"].isdigit()
        assert httpx.get(f"{emulator.url}/api/tasks").status_code == 200
        with pytest.raises(HfHubHTTPError, match="429"):
            HfApi(endpoint=emulator.url, token=TOKEN).model_info(FLUX)
        emulator.reset()
        assert http.get("/api/tasks").status_code == 200
