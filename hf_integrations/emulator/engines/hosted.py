"""vLLM, SGLang and llama.cpp: what they have beside OpenAI's routes.

Sources: https://docs.vllm.ai (serving, online); https://docs.sglang.ai (native APIs);
llama.cpp, `tools/server/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hf_integrations.emulator import conversation, parameters, replies, tei, tokens, wire
from hf_integrations.emulator.chat import refuse_body, refuse_parameter
from hf_integrations.emulator.conversation import Turn
from hf_integrations.emulator.house import House, house_of
from hf_integrations.emulator.parameters import Cut, Ending

VERSIONS = {"vllm": "0.11.0", "sglang": "0.5.4", "llama.cpp": "b6700-emulator"}
CONTEXT = tei.MAX_TOTAL_TOKENS


async def version(request: Request) -> Response:
    """Answer vLLM's `GET /version`."""
    return wire.answer({"version": VERSIONS["vllm"]})


async def vllm_tokenize(request: Request) -> Response:
    """Answer vLLM's `POST /tokenize`: the ids of a prompt or a conversation."""
    body = await wire.read_json(request, refuse_body)
    text = body.get("prompt")
    if text is None:
        text = "\n".join(turn.text for turn in conversation.read(body.get("messages")))
    found = house_of(request).vocabulary.read(_text(text, "prompt"))
    told: dict[str, Any] = {
        "count": len(found), "max_model_len": CONTEXT, "tokens": [one.id for one in found],
        "token_strs": [one.text for one in found] if body.get("return_token_strs") else None,
    }  # fmt: skip
    return wire.answer(told)


async def detokenize(request: Request) -> Response:
    """Answer `POST /detokenize`: the engines call the text `prompt`, `text` and `content`."""
    body = await wire.read_json(request, refuse_body)
    ids = body.get("tokens")
    if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
        raise refuse_parameter("`tokens` must be a list of token ids", "tokens")
    text, engine = house_of(request).vocabulary.text(ids), house_of(request).settings.engine
    return wire.answer({{"vllm": "prompt", "sglang": "text"}.get(engine or "", "content"): text})


async def sglang_tokenize(request: Request) -> Response:
    """Answer SGLang's `POST /tokenize`: the ids of a prompt."""
    body = await wire.read_json(request, refuse_body)
    found = house_of(request).vocabulary.read(_text(body.get("prompt"), "prompt"))
    ids = [one.id for one in found]
    return wire.answer({"tokens": ids, "count": len(ids), "max_model_len": CONTEXT})


async def llama_template(request: Request) -> Response:
    """Answer llama.cpp's `POST /apply-template`: the prompt that a conversation becomes."""
    body = await wire.read_json(request, refuse_body)
    turns = conversation.read(body.get("messages"))
    told = "".join(f"<|{turn.role}|>\n{turn.text}\n" for turn in turns)
    return wire.answer({"prompt": f"{told}<|assistant|>\n"})


async def sglang_info(request: Request) -> Response:
    """Answer SGLang's `GET /get_model_info`."""
    name = model_of(house_of(request))
    return wire.answer(
        {"model_path": name, "tokenizer_path": name, "is_generation": True,
         "preferred_sampling_params": None, "weight_version": "default"}
    )  # fmt: skip


async def sglang_server(request: Request) -> Response:
    """Answer SGLang's `GET /get_server_info`."""
    name = model_of(house_of(request))
    return wire.answer(
        {"model_path": name, "served_model_name": name, "version": VERSIONS["sglang"],
         "status": "ready", "max_total_num_tokens": CONTEXT, "internal_states": []}
    )  # fmt: skip


async def sglang_generate(request: Request) -> Response:
    """Answer SGLang's `POST /generate`: one text or several, whole or as a stream."""
    body = await wire.read_json(request, refuse_body)
    given = body.get("sampling_params") or {}
    if not isinstance(given, dict):
        raise refuse_parameter("`sampling_params` must be an object", "sampling_params")
    texts = body.get("text")
    many = [_text(one, "text") for one in (texts if isinstance(texts, list) and texts else [texts])]
    ident = await wire.ident(request)
    done = [(text, _continued(text, given, "max_new_tokens", "json_schema")) for text in many]
    if body.get("stream"):
        return wire.stream(_sglang_events(ident, *done[0]))
    told = [_sglang(f"{ident}{at}", text, cut) for at, (text, cut) in enumerate(done)]
    return wire.answer(told if isinstance(texts, list) else told[0])


async def props(request: Request) -> Response:
    """Answer llama.cpp's `GET /props`."""
    settings: dict[str, Any] = {"n_ctx": CONTEXT, "n_predict": -1, "temperature": 0.8, "params": {}}
    told = {
        "default_generation_settings": settings, "total_slots": 1,
        "model_path": model_of(house_of(request)), "chat_template": "{{ messages }}",
        "modalities": {"vision": False, "audio": False}, "build_info": VERSIONS["llama.cpp"],
    }  # fmt: skip
    return wire.answer(told)


async def slots(request: Request) -> Response:
    """Answer llama.cpp's `GET /slots`."""
    return wire.answer([{"id": 0, "n_ctx": CONTEXT, "is_processing": False}])


async def llama_completion(request: Request) -> Response:
    """Answer llama.cpp's `POST /completion`, whole or as a stream that has no [DONE]."""
    body = await wire.read_json(request, refuse_body)
    prompt = _text(body.get("prompt"), "prompt")
    given = {k: v for k, v in body.items() if not (k == "n_predict" and v == -1)}
    cut = _continued(prompt, given, "n_predict", "json_schema")
    model = model_of(house_of(request))
    if body.get("stream"):
        return wire.stream(_llama_events(model, prompt, cut))
    return wire.answer({**_llama(model, prompt, cut), "content": cut.text})


async def llama_tokenize(request: Request) -> Response:
    """Answer llama.cpp's `POST /tokenize`."""
    body = await wire.read_json(request, refuse_body)
    content = body.get("content")
    found = house_of(request).vocabulary.read(content if isinstance(content, str) else "")
    if body.get("with_pieces"):
        return wire.answer({"tokens": [{"id": one.id, "piece": one.text} for one in found]})
    return wire.answer({"tokens": [one.id for one in found]})


async def models(request: Request) -> Response:
    """Answer `GET /v1/models` as the engine in the settings does."""
    house = house_of(request)
    data = [_listed(house, name) for name in house.settings.models or (model_of(house),)]
    return wire.answer({"object": "list", "data": data})


def model_of(house: House) -> str:
    """Return the id of the model that the engine serves."""
    return house.settings.own


def _listed(house: House, name: str) -> dict[str, Any]:
    owner = {"vllm": "vllm", "sglang": "sglang", "llama.cpp": "llamacpp"}
    engine = house.settings.engine or ""
    told: dict[str, Any] = {
        "id": name, "object": "model", "created": 0, "owned_by": owner.get(engine, name),
    }  # fmt: skip
    if engine == "vllm":
        return told | {"root": name, "parent": None, "max_model_len": CONTEXT, "permission": []}
    if engine == "sglang":
        return told | {"root": name, "max_model_len": CONTEXT}
    if engine == "llama.cpp":
        meta = {"vocab_type": 1, "n_vocab": 131_072, "n_ctx_train": CONTEXT, "n_embd": 384}
        return told | {"meta": meta}
    return told


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise refuse_parameter(f"`{name}` must be text, and not empty", name)
    return value


def _continued(prompt: str, given: dict[str, Any], most: str, schema: str) -> Cut:
    """Continue a prompt as far as the parameters allow; `most` and `schema` name two of them."""
    limit = given.get(most)
    if limit is not None and not parameters.OPENAI["max_tokens"].holds(limit):
        raise refuse_parameter(f"`{most}` must be {parameters.OPENAI['max_tokens']}", most)
    turns = [Turn("user", prompt)]
    wanted = given.get(schema)
    if isinstance(wanted, dict):
        text = replies.filled(turns, replies.Shape(wanted))
    else:
        text = replies.prose(turns)
    return parameters.cut(
        text, Ending(parameters.stops(given.get("stop"), refuse_parameter), limit)
    )


def _sglang(ident: str, text: str, cut: Cut) -> dict[str, Any]:
    reason = {"type": "length", "length": len(cut.pieces)} if cut.reason == "length" else {
        "type": "stop", "matched": None,
    }  # fmt: skip
    meta = {
        "id": ident, "finish_reason": reason, "prompt_tokens": tokens.count(text),
        "completion_tokens": len(cut.pieces), "cached_tokens": 0, "weight_version": "default",
    }  # fmt: skip
    ids = [tokens.number(piece) for piece in cut.pieces]
    return {"text": cut.text, "output_ids": ids, "meta_info": meta}


def _sglang_events(ident: str, text: str, cut: Cut) -> Iterator[bytes]:
    """Tell a text in events; each has all of the text so far."""
    for at in range(1, len(cut.pieces)):
        so_far = _sglang(ident, text, Cut(cut.pieces[:at], "stop"))
        so_far["meta_info"]["finish_reason"] = None
        yield wire.event(so_far)
    yield wire.event(_sglang(ident, text, cut))
    yield wire.DONE


def _llama(model: str, prompt: str, cut: Cut) -> dict[str, Any]:
    kinds = {"stop": "eos", "length": "limit", "sequence": "word"}
    return {
        "content": "", "stop": True, "stop_type": kinds[cut.reason], "model": model, "id_slot": 0,
        "tokens_predicted": len(cut.pieces), "tokens_evaluated": tokens.count(prompt),
        "tokens_cached": 0, "truncated": False, "prompt": prompt, "stopping_word": "",
    }  # fmt: skip


def _llama_events(model: str, prompt: str, cut: Cut) -> Iterator[bytes]:
    for piece in cut.pieces:
        yield wire.event({"content": piece, "stop": False, "tokens": [tokens.number(piece)]})
    yield wire.event(_llama(model, prompt, cut))
