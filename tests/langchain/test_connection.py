"""Whom to ask: fields, clients, tokens, and what is never shown."""

from __future__ import annotations

import asyncio
import copy
import itertools
import pickle
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.load import dumps
from langchain_core.runnables import ConfigurableField
from pydantic import SecretStr

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.emulator import Emulator
from hf_integrations.errors import AuthenticationError, ConfigurationError
from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings, HfInferenceLLM
from tests.langchain.conftest import MODEL, TOKEN

SECRET = "hf_very_secret"
CLASSES: list[Any] = [ChatHfInference, HfInferenceLLM, HfInferenceEmbeddings]


@pytest.fixture(params=CLASSES)
def kind(request: pytest.FixtureRequest) -> Any:
    """Each class that asks a server."""
    return request.param


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """The surroundings have no token, unless a test gives them one."""
    for name in ("HF_TOKEN", "HUGGINGFACEHUB_API_TOKEN", "HUGGINGFACE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))


def ask(component: Any) -> None:
    """Send one request."""
    if isinstance(component, HfInferenceEmbeddings):
        component.embed_query("Hello")
    else:
        component.invoke("Hello")


async def aask(component: Any) -> None:
    """Send one request in asyncio."""
    if isinstance(component, HfInferenceEmbeddings):
        await component.aembed_query("Hello")
    else:
        await component.ainvoke("Hello")


def test_the_token_is_never_shown(kind: Any) -> None:
    """Not in its text, nor in that of its fields."""
    component = kind(model=MODEL, token=SECRET)

    assert SECRET not in f"{component!r} {component!s} {component.model_dump()}"
    assert component.token.get_secret_value() == SECRET
    assert component.api_key == SecretStr(SECRET)


def test_the_token_has_a_second_name(kind: Any) -> None:
    """The one that LangChain's standard tests use."""
    assert kind(model=MODEL, api_key=SECRET).token == SecretStr(SECRET)


def test_a_token_of_the_environment_keeps_its_scope(
    kind: Any, fresh: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is known, and not sent to a server that is not Hugging Face's."""
    monkeypatch.setenv("HF_TOKEN", SECRET)
    component = kind(model=MODEL, base_url=fresh.url)

    assert component.token is None
    assert component.api_key == SecretStr(SECRET)
    with pytest.raises(AuthenticationError, match="HF_TOKEN"):
        ask(component)
    assert "authorization" not in fresh.requests[-1].headers


def test_without_any_token_there_is_none(kind: Any) -> None:
    """And making the component is no error yet."""
    assert kind(model=MODEL).api_key is None


def test_an_unknown_argument_is_refused_by_name(kind: Any) -> None:
    """With the nearest that there is, and without its value."""
    with pytest.raises(ConfigurationError, match="did you mean token") as caught:
        kind(model=MODEL, tokn=SECRET)
    assert SECRET not in str(caught.value)
    with pytest.raises(ConfigurationError, match="client="):
        kind(model=MODEL, zzz=1)


def test_an_argument_of_the_wrong_kind_is_refused_by_name(kind: Any) -> None:
    """Without its value."""
    with pytest.raises(ConfigurationError, match="timeout") as caught:
        kind(model=MODEL, timeout=SECRET)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("wrong", [{"base_url": "nonsense"}, {"max_retries": -1}])
def test_settings_that_cannot_work_are_refused_at_once(kind: Any, wrong: dict[str, Any]) -> None:
    """Not at the first call."""
    with pytest.raises(ConfigurationError, match=next(iter(wrong))):
        kind(model=MODEL, **wrong)


async def test_a_given_client_is_used(kind: Any, fresh: Emulator) -> None:
    """With its settings, in both colours, and it stays open."""
    with HfInferenceClient(base_url=fresh.url, token=TOKEN, user_agent="mine") as client:
        component = kind(model=MODEL, client=client)
        ask(component)
        await aask(component)
        await component.aclose()
        ask(component)
    agents = [request.headers["user-agent"] for request in fresh.requests]
    paths = {request.path for request in fresh.requests}

    assert {"mine"} == set(agents) - {""}
    assert len(agents) >= 3
    assert component.plain_client() is client
    assert len(paths - {"/info"}) == 1


async def test_a_given_asyncio_client_is_used(kind: Any, fresh: Emulator) -> None:
    """With its settings, in both colours."""
    async with AsyncHfInferenceClient(base_url=fresh.url, token=TOKEN, user_agent="mine") as given:
        component = kind(model=MODEL, async_client=given)
        await aask(component)
        ask(component)
        component.close()

    assert component.asyncio_client() is given
    assert {request.headers["user-agent"] for request in fresh.requests} == {"mine"}


def test_fields_change_a_given_client_for_this_component_alone(kind: Any, fresh: Emulator) -> None:
    """Nothing that was said is ignored, and the given client stays as it is."""
    with HfInferenceClient(base_url="http://127.0.0.1:9", token="hf_other") as client:
        component = kind(model=MODEL, client=client, base_url=fresh.url, token=TOKEN)
        ask(component)

    assert client.config.base_url == "http://127.0.0.1:9"
    assert component.plain_client() is not client
    assert fresh.requests[-1].status == 200


def test_every_setting_reaches_the_client(kind: Any) -> None:
    """What is declared is not ignored."""
    component = kind(
        model=MODEL, base_url="http://x", token=SECRET, bill_to="org", max_retries=1, timeout=9
    )
    config = component.plain_client().config

    assert (config.base_url, config.bill_to, config.max_retries) == ("http://x", "org", 1)
    assert config.credential.reveal() == SECRET
    assert component.plain_client() is component.plain_client()


def test_a_changed_copy_asks_another_server(kind: Any, fresh: Emulator) -> None:
    """A copy shares connections until its settings differ."""
    first = kind(model=MODEL, base_url="http://127.0.0.1:9", token=TOKEN)
    same, other = first.model_copy(), first.model_copy(update={"base_url": fresh.url})
    ask(other)

    assert same.plain_client() is first.plain_client()
    assert other.plain_client() is not first.plain_client()
    assert fresh.requests[-1].status == 200


def test_a_deep_copy_keeps_its_connections_and_its_token(kind: Any, fresh: Emulator) -> None:
    """Copying does not lock anybody out."""
    with HfInferenceClient(base_url=fresh.url, token=TOKEN) as client:
        ask(copy.deepcopy(kind(model=MODEL, client=client)))
    ask(copy.deepcopy(kind(model=MODEL, base_url=fresh.url, token=TOKEN)))

    assert fresh.requests[-1].status == 200


def test_a_pickle_holds_no_token(
    kind: Any, fresh: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is loaded, the surroundings are asked."""
    component = kind(model=MODEL, base_url=fresh.url, token=SECRET)
    ask(component)
    data = pickle.dumps(component)
    monkeypatch.setenv("HF_TOKEN", "hf_elsewhere")
    loaded = pickle.loads(data)  # noqa: S301 - made here

    assert SECRET.encode() not in data
    assert (loaded.model, loaded.base_url) == (MODEL, fresh.url)
    assert loaded.token is None
    assert loaded.api_key == SecretStr("hf_elsewhere")


def test_a_pickle_with_a_client_holds_no_token(kind: Any) -> None:
    """The client goes along, without its secret."""
    with HfInferenceClient(base_url="http://x", token=SECRET) as client:
        data = pickle.dumps(kind(model=MODEL, client=client))
    loaded = pickle.loads(data)  # noqa: S301 - made here

    assert SECRET.encode() not in data
    assert loaded.client.config.base_url == "http://x"


def test_several_event_loops_may_follow_each_other(kind: Any, fresh: Emulator) -> None:
    """No loop is remembered."""
    component = kind(model=MODEL, base_url=fresh.url, token=TOKEN)
    for _ in range(3):
        asyncio.run(aask(component))

    assert fresh.requests[-1].status == 200


async def test_plain_calls_work_inside_a_running_loop(kind: Any, fresh: Emulator) -> None:
    """As in a notebook."""
    component = kind(model=MODEL, base_url=fresh.url, token=TOKEN)
    ask(component)
    await aask(component)

    assert fresh.requests[-1].status == 200


async def test_closing_twice_is_no_error_and_asking_again_opens_again(
    kind: Any, fresh: Emulator
) -> None:
    """What was made here is closed here."""
    component = kind(model=MODEL, base_url=fresh.url, token=TOKEN)
    await aask(component)
    ask(component)
    component.close()
    await component.aclose()
    await component.aclose()
    ask(component)

    assert fresh.requests[-1].status == 200


def test_nothing_is_sent_when_it_is_made(kind: Any, fresh: Emulator) -> None:
    """Nor when it is shown, copied or asked about its settings."""
    component = kind(model=MODEL, base_url=fresh.url, token=TOKEN)
    assert repr(component.model_copy())
    assert component.config().base_url == fresh.url

    assert fresh.requests == []


@pytest.mark.parametrize("model", [ChatHfInference, HfInferenceLLM])
def test_configured_runs_share_one_set_of_connections(model: Any, fresh: Emulator) -> None:
    """However many there are; only other settings of the client ask for another."""
    component = model(model=MODEL, base_url=fresh.url, token=TOKEN)
    open_to_choice = component.configurable_fields(model=ConfigurableField(id="model"))
    for name in ("org/one", "org/two", "org/three"):
        open_to_choice.invoke("Hello", config={"configurable": {"model": name}})

    assert len(component.connections.taken(HfInferenceClient)) == 1


@pytest.mark.parametrize("model", [ChatHfInference, HfInferenceLLM])
def test_a_cache_never_takes_one_server_for_another(
    model: Any, fresh: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One model's name at two servers is two models, whoever said where they are."""
    cache: Any = InMemoryCache()
    monkeypatch.setenv("HF_INFERENCE_BASE_URL", fresh.url)
    with Emulator() as other, HfInferenceClient(base_url=other.url, token=TOKEN) as client:
        for _ in range(2):
            model(model=MODEL, token=TOKEN, cache=cache).invoke("Hello")
            model(model=MODEL, client=client, cache=cache).invoke("Hello")

        for server in (fresh, other):
            assert len([one for one in server.requests if one.method == "POST"]) == 1


def test_a_function_may_give_the_token(kind: Any, fresh: Emulator) -> None:
    """It is asked anew for each request, is shared by copies, and is neither pickled nor dumped."""
    given = itertools.count()
    component = kind(model=MODEL, base_url=fresh.url, token=lambda: f"hf_{next(given)}")
    ask(component)
    ask(copy.deepcopy(component))

    assert len({one.headers["authorization"] for one in fresh.requests}) > 1
    assert pickle.loads(pickle.dumps(component)).token is None  # noqa: S301 - made here
    assert "lambda" not in dumps(component)
    with pytest.raises(ConfigurationError, match=r"token: .*string, or: .*callable$"):
        kind(model=MODEL, token=5)


def test_an_endpoint_is_asked_by_its_name(fresh: Emulator) -> None:
    """Looked up at the first call, and not before."""
    order = {
        "name": "mine", "provider": {"vendor": "aws", "region": "us-east-1"},
        "compute": {"accelerator": "gpu", "instanceType": "nvidia-l4", "instanceSize": "x1"},
        "model": {"repository": MODEL, "framework": "pytorch", "image": {"vLLM": {}}},
    }  # fmt: skip
    fresh.endpoints.create("emulator", order)
    fresh.clock.advance(10)
    component = ChatHfInference(base_url=fresh.url, token=TOKEN, endpoint="emulator/mine")
    assert fresh.requests == []
    assert component.invoke("Hello").content
    assert fresh.requests[-1].path.startswith("/e/")
