"""Whatever is sent, there is an answer: never a crash, never a long wait."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from hf_integrations.emulator.answers import MOST, quotes
from hf_integrations.emulator.app import create_app
from hf_integrations.emulator.conversation import Turn
from hf_integrations.emulator.evidence import Evidence
from hf_integrations.emulator.grounding import find
from hf_integrations.emulator.house import House
from hf_integrations.emulator.settings import Settings
from hf_integrations.emulator.tasks.table import RULES
from hf_integrations.emulator.words import word_set
from tests.emulator.conftest import TOKEN
from tests.emulator.right import BODIES, ENGINES

APP = create_app(House(Settings()))
KEYS = st.sampled_from(
    sorted(
        word_set(
            """model messages role content type text tool_calls tool_call_id id function name
            arguments tools tool_choice parameters properties required items enum anyOf allOf const
            format pattern minimum multipleOf default minItems maxLength response_format json_schema
            schema value stream stream_options include_usage stop max_tokens n prompt inputs input
            details grammar truncate dimensions encoding_format prompt_name normalize
            source_sentence sentences task $ref question context table query data image texts text
            candidate_labels top_k threshold aggregation_strategy targets generate_parameters
            src_lang tgt_lang seed width height num_frames target_size size return_timestamps
            word_boxes input version audio image_url audio_url frame_images documents ids tokens
            instances sampling_params json_schema reasoning reasoning_effort instructions output
            call_id n_predict image_size function_to_apply"""
        )
    )
)
WORDS = st.sampled_from(
    ["user", "tool", "assistant", "text", "object", "array", "string", "integer", "json_schema",
     "json_object", "function", "required", "#", "Context: a b.\n\nQuestion: a?", "", "3 'x' Oslo"]
)  # fmt: skip
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
PATHS = (
    "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/generate", "/embed",
    "/tokenize", "/", "/models/gpt2", "/models/m?task=sentence-similarity", "/__parlel/faults",
    *(f"/models/m?task={task}" for task in sorted(RULES)),
    "/v1/responses", "/v1/images/generations", "/v1/audio/speech", "/v1/audio/transcriptions",
    "/fal-ai/fal-ai/x", "/fal-ai/x?_subdomain=queue", "/replicate/v1/predictions",
    "/replicate/v1/models/m/predictions", "/together/v2/videos", "/wavespeed/api/v3/m",
    "/zai-org/api/paas/v4/async/images/generations", "/novita/v3/hf/m", "/rerank", "/v1/rerank",
    "/predict", "/similarity", "/embed_all", "/embed_sparse", "/decode", "/vertex", "/invocations",
    "/chat_tokenize",
)  # fmt: skip


async def status_of(path: str, body: bytes, app: Starlette = APP) -> int:
    """Send a body to the application itself; an error in it is raised here."""
    transport = httpx.ASGITransport(app)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
        await http.post("/__parlel/reset")
        return (await http.post(path, content=body, headers=headers)).status_code


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATHS), st.dictionaries(KEYS, JSON, max_size=6))
async def test_any_object_is_answered(path: str, body: dict[str, Any]) -> None:
    """With success or a refusal."""
    assert await status_of(path, msgspec.json.encode(body)) < 500


@pytest.mark.parametrize("path", BODIES)
async def test_the_right_requests_are_right(path: str) -> None:
    """So that what spoils them is what is put into them."""
    assert await status_of(path, msgspec.json.encode(BODIES[path])) < 300


@pytest.mark.parametrize(("engine", "path"), [(e, p) for e, ps in ENGINES.items() for p in ps])
async def test_the_right_requests_to_engines_are_right(engine: str, path: str) -> None:
    """As those to everything."""
    body = msgspec.json.encode(ENGINES[engine][path])
    assert await status_of(path, body, create_app(House(Settings(engine=engine)))) < 300


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(BODIES)), st.data())
async def test_a_spoiled_request_is_answered(path: str, data: st.DataObject) -> None:
    """Whatever one of its values is, or if it is not there at all."""
    body = spoiled(BODIES[path], data)
    assert await status_of(path, msgspec.json.encode(body)) < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(ENGINES)), st.data())
async def test_a_spoiled_request_to_an_engine_is_answered(engine: str, data: st.DataObject) -> None:
    """In its own words."""
    path = data.draw(st.sampled_from(sorted(ENGINES[engine])))
    body = msgspec.json.encode(spoiled(ENGINES[engine][path], data))
    assert await status_of(path, body, create_app(House(Settings(engine=engine)))) < 500


def spoiled(value: Any, data: st.DataObject) -> Any:
    """Return a copy with one value in it replaced, or left out."""
    places: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    place = data.draw(st.sampled_from(places))
    inner = value[place]
    if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
        new = spoiled(inner, data)
    else:
        new = data.draw(JSON)
    if isinstance(value, list):
        return [*value[:place], new, *value[place + 1 :]]
    leave_out = data.draw(st.integers(0, 5)) == 0
    return {k: v for k, v in value.items() if k != place} | ({} if leave_out else {place: new})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON, st.booleans())
async def test_any_schema_is_answered(schema: Any, stream: bool) -> None:
    """In tools and as a response format."""
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    wanted = {"type": "json_schema", "json_schema": {"schema": schema}}
    messages = [{"role": "user", "content": "Call f with 3 and 'x' in Oslo"}]
    for extra in ({"tools": [tool], "tool_choice": "required"}, {"response_format": wanted}):
        body = {"model": "m", "messages": messages, "stream": stream, **extra}
        assert await status_of("/v1/chat/completions", msgspec.json.encode(body)) < 500


@pytest.mark.parametrize("path", [*PATHS[:11], *PATHS[-23::3]])
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, b'{"inputs": "\\ud800"}', b'{"inputs": "\x00"}']
)
async def test_hostile_json_is_answered(path: str, body: bytes) -> None:
    """Deep nesting, lone surrogates, and characters that must not be."""
    assert await status_of(path, body) < 500


LONG = [
    "." * 200_000,
    "a. " * 70_000,
    "A b " * 50_000,
    "'" * 200_000,
    "-------\n" * 25_000,
    "context\n" + "======\n------\n" * 10_000,
    '{"a": ' * 20_000,
    "of of " * 30_000,
    "Question: " * 20_000,
    "e.g. " * 40_000,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_the_work_grows_with_the_text_and_not_with_its_square(text: str) -> None:
    """With the square, these would not end for hours."""
    turns = [Turn("user", f"Context: {text}\nQuestion: what is a?")]

    assert all(grounds.context for grounds in [find(turns)] if grounds)
    assert find([Turn("user", text)]) is None or text.startswith("context")
    assert len(quotes(text, "what is a?")) <= MOST
    assert Evidence(text, str).labelled("name") is None
