"""vLLM, SGLang and llama.cpp alone, over a socket."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import openai
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import client_of
from tests.emulator.engines.conftest import Play

HOSTED = ("vllm", "sglang", "llama.cpp")
REPLY = "Hello! How can I help you?"


@pytest.mark.parametrize("engine", HOSTED)
def test_openais_client_works(play: Play, engine: str) -> None:
    """With chat, completions and embeddings."""
    url = f"{str(play(engine).base_url).rstrip('/')}/v1"
    with openai.OpenAI(base_url=url, api_key="none", max_retries=0) as client:
        [model] = client.models.list().data
        assert model.owned_by == {"llama.cpp": "llamacpp"}.get(engine, engine)
        chat = client.chat.completions.create(
            model=model.id, messages=[{"role": "user", "content": "Hello"}]
        )
        assert chat.choices[0].message.content == REPLY
        assert client.completions.create(model=model.id, prompt="Hello").choices[0].text == REPLY
        found = client.embeddings.create(model=model.id, input=["a", "b"])
        assert [len(one.embedding) for one in found.data] == [384, 384]


ASKED: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "Hello"}]},
    "/v1/completions": {"prompt": "Hello"},
    "/v1/embeddings": {"input": "a"},
}


@pytest.mark.parametrize(
    ("engine", "path"),
    [*((engine, path) for engine in HOSTED for path in ASKED), ("tgi", "/v1/chat/completions"),
     ("tei", "/v1/embeddings")],
)  # fmt: skip
@pytest.mark.parametrize("models", [None, ["org/m"]])
def test_the_model_need_not_be_named(engine: str, path: str, models: list[str] | None) -> None:
    """There is but one."""
    with Emulator(engine=engine, models=models) as alone, client_of(alone) as http:
        answer = http.post(path, json=ASKED[path])
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == ("org/m" if models else "emulator/hashed-ngrams")


@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_thoughts_have_the_engines_form(play: Play, engine: str) -> None:
    """A field of its name."""
    body = {"model": "m-thinking", "messages": [{"role": "user", "content": "Hello"}]}
    message = play(engine).post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
    assert ("reasoning" if engine == "vllm" else "reasoning_content") in message


def test_vllm_tokenizes(play: Play) -> None:
    """Prompts and chats, there and back."""
    http = play("vllm")
    assert http.get("/version").json()["version"]
    found = http.post("/tokenize", json={"prompt": "Hello world", "return_token_strs": True}).json()
    assert (found["count"], found["token_strs"]) == (2, ["Hello", "world"])
    back = http.post("/detokenize", json={"tokens": found["tokens"]}).json()
    assert back == {"prompt": "Hello world"}
    chat = {"messages": [{"role": "user", "content": "Hello world"}]}
    assert http.post("/tokenize", json=chat).json()["tokens"] == found["tokens"]


def test_vllm_lists_what_it_serves() -> None:
    """Another model is not found."""
    with Emulator(engine="vllm", models=["org/m"]) as emulator, client_of(emulator) as http:
        [model] = http.get("/v1/models").json()["data"]
        assert (model["id"], model["root"], model["max_model_len"] > 0) == ("org/m", "org/m", True)
        body = {"model": "org/x", "messages": [{"role": "user", "content": "a"}]}
        response = http.post("/v1/chat/completions", json=body)
        assert response.status_code == 404
        assert response.json()["error"]["type"] == "NotFoundError"


def test_sglangs_own_generation(play: Play) -> None:
    """One text or several, with what it has cost."""
    http = play("sglang")
    found = http.post("/generate", json={"text": "Hello"}).json()
    assert found["text"] == REPLY
    assert found["meta_info"]["completion_tokens"] == len(found["output_ids"]) == 8
    body = {"text": ["Hello", "Hi"], "sampling_params": {"max_new_tokens": 2, "stop": ["?"]}}
    several = http.post("/generate", json=body).json()
    assert [one["text"] for one in several] == ["Hello!", "Hello!"]
    assert several[0]["meta_info"]["finish_reason"] == {"type": "length", "length": 2}
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    shaped = {"text": "7", "sampling_params": {"json_schema": schema}}
    assert json.loads(http.post("/generate", json=shaped).json()["text"]) == {"n": 7}


def test_sglangs_stream_grows(play: Play) -> None:
    """Every event has all of the text so far."""
    text = play("sglang").post("/generate", json={"text": "Hello", "stream": True}).text
    *events, done = [line[6:] for line in text.splitlines() if line]
    assert done == "[DONE]"
    told = [json.loads(event) for event in events]
    assert told[-1]["text"] == REPLY
    assert all(b["text"].startswith(a["text"]) for a, b in pairwise(told))
    assert [one["meta_info"]["finish_reason"] is None for one in told] == [True] * 7 + [False]


def test_sglang_tells_of_itself(play: Play) -> None:
    """On its own routes."""
    http = play("sglang")
    assert http.get("/get_model_info").json()["is_generation"] is True
    assert http.get("/get_server_info").json()["version"]
    assert http.get("/health_generate").status_code == 200


def test_llama_cpps_own_completion(play: Play) -> None:
    """Whole, or in events of which the last has no text."""
    http = play("llama.cpp")
    found = http.post("/completion", json={"prompt": "Hello", "n_predict": 2}).json()
    assert (found["content"], found["stop_type"], found["tokens_predicted"]) == (
        "Hello!", "limit", 2,
    )  # fmt: skip
    whole = http.post("/completion", json={"prompt": "Hello", "n_predict": -1}).json()
    assert (whole["content"], whole["stop_type"]) == (REPLY, "eos")
    stream = http.post("/completion", json={"prompt": "Hello", "stream": True}).text
    events = [json.loads(line[6:]) for line in stream.splitlines() if line]
    assert "".join(event["content"] for event in events) == REPLY
    assert [event["stop"] for event in events] == [False] * 8 + [True]
    assert "[DONE]" not in stream


def test_llama_cpp_tokenizes(play: Play) -> None:
    """There and back."""
    http = play("llama.cpp")
    ids = http.post("/tokenize", json={"content": "Hello world"}).json()["tokens"]
    assert http.post("/detokenize", json={"tokens": ids}).json() == {"content": "Hello world"}
    pieces = http.post("/tokenize", json={"content": "Hello", "with_pieces": True}).json()
    assert pieces["tokens"][0]["piece"] == "Hello"
    assert http.post("/tokenize", json={"content": 5}).json() == {"tokens": []}


def test_llama_cpp_tells_of_itself(play: Play) -> None:
    """On its own routes."""
    http = play("llama.cpp")
    assert http.get("/props").json()["default_generation_settings"]["n_ctx"] > 0
    assert http.get("/slots").json()[0]["id"] == 0
    assert http.get("/models").json()["data"][0]["meta"]["n_vocab"]
    assert http.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("engine", "path", "body"),
    [
        ("vllm", "/tokenize", {"prompt": ""}), ("vllm", "/tokenize", {}),
        ("vllm", "/detokenize", {"tokens": "x"}), ("sglang", "/generate", {"text": []}),
        ("sglang", "/generate", {"text": "a", "sampling_params": 5}),
        ("sglang", "/generate", {"text": "a", "sampling_params": {"max_new_tokens": 0}}),
        ("llama.cpp", "/completion", {"prompt": 5}),
        ("llama.cpp", "/completion", {"prompt": "a", "n_predict": -2}),
        ("llama.cpp", "/completion", {"prompt": "a", "stop": 5}),
    ],
)  # fmt: skip
def test_wrong_requests(play: Play, engine: str, path: str, body: Any) -> None:
    """400."""
    assert play(engine).post(path, json=body).status_code == 400
