"""Tasks in the words of providers: queued work, files elsewhere, forms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hf_integrations.emulator import Emulator
from hf_integrations.errors import (
    DecodeError,
    HfError,
    InferenceTimeoutError,
    RateLimitedError,
    ServerError,
    ValidationError,
)
from hf_integrations.flow import All, Response, Send, Sleep
from hf_integrations.models.media import Image
from hf_integrations.routing.providers import PROVIDERS
from hf_integrations.routing.table import ROWS
from hf_integrations.services.run import run
from hf_integrations.transport.engines.errands import Done, Fetch, Work
from tests.colours import Colour, Looped, Plain
from tests.playing import play
from tests.services.calls import bodies, ok, refusal, requests, router
from tests.services.tasks_at_hand import EXAMPLES, GIF, PNG, PNG64
from tests.services.test_infer import played_all

both = pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
PROMPT = "a cat that nobody else shall know of"
FILE = Response(200, {"content-type": "image/gif"}, GIF)
BEGUN: dict[str, dict[str, Any]] = {
    "fal-ai": {"request_id": "1", "status": "IN_QUEUE", "response_url": "https://q/a/b/requests/1"},
    "together": {"id": "1", "status": "queued"},
    "wavespeed": {
        "data": {"id": "1", "status": "created", "urls": {"get": "https://w/api/v3/r/1"}},
    },
    "replicate": {"id": "1", "status": "starting", "output": None},
}  # fmt: skip
RUNNING = {
    "fal-ai": {"status": "IN_PROGRESS"},
    "together": {"id": "1", "status": "in_progress"},
    "wavespeed": {"data": {"status": "processing"}},
    "replicate": {"id": "1", "status": "processing", "output": None},
}  # fmt: skip
DONE = {
    "fal-ai": {"status": "COMPLETED"},
    "together": {"id": "1", "status": "completed", "outputs": {"video_url": "https://x/a.gif"}},
    "wavespeed": {"data": {"status": "completed", "outputs": ["https://x/a.gif"]}},
    "replicate": {"id": "1", "status": "succeeded", "output": "https://x/a.gif"},
}  # fmt: skip
FAILED = {
    "together": {"id": "1", "status": "failed", "error": {"message": f"no {PROMPT}"}},
    "wavespeed": {"data": {"status": "failed", "error": f"no {PROMPT}"}},
    "replicate": {"id": "1", "status": "failed", "error": f"no {PROMPT}"},
}  # fmt: skip
RESULT = {"fal-ai": [ok({"video": {"url": "https://x/a.gif"}})]}
ASKED_AT = {
    "fal-ai": "/fal-ai/a/b/requests/1/status?_subdomain=queue",
    "together": "/together/v2/videos/1",
    "wavespeed": "/wavespeed/api/v3/r/1",
    "replicate": "/replicate/v1/predictions/1",
}


def film(provider: str, **settings: Any) -> Any:
    """The flow of a film."""
    return run(router(**settings), "text-to-video", PROMPT, model=f"org/name:{provider}")


@pytest.mark.parametrize("provider", BEGUN)
def test_queued_work_is_asked_after_until_it_is_done(provider: str) -> None:
    """At the host that was asked, whatever the answer names; no token goes for the file."""
    answers = [ok(BEGUN[provider]), None, ok(RUNNING[provider]), None, ok(DONE[provider])]
    found, steps = play(film(provider), [*answers, *RESULT.get(provider, []), FILE])

    assert found.data == GIF
    assert [step.seconds for step in steps if isinstance(step, Sleep)] == [0.5, 0.75]
    sent = requests(steps)
    router_url = "https://router.huggingface.co"
    assert sent[1].url == router_url + ASKED_AT[provider]
    assert all(one.url.startswith(router_url) for one in sent if not isinstance(one, Fetch))
    assert isinstance(sent[-1], Fetch)
    assert "authorization" not in dict(sent[-1].headers)


@pytest.mark.parametrize("provider", FAILED)
def test_work_that_failed_is_told_and_not_repeated(provider: str) -> None:
    """In the provider's words, without those of the caller."""
    with pytest.raises(ServerError, match="could not do it: no") as caught:
        play(film(provider), [ok(BEGUN[provider]), None, ok(FAILED[provider])])
    assert not caught.value.retryable
    assert (caught.value.provider, caught.value.model) == (provider, "org/name")
    assert PROMPT not in str(caught.value)


def test_the_wait_has_an_end() -> None:
    """And says what to raise."""
    begun, running = ok(BEGUN["together"]), ok(RUNNING["together"])
    steps: list[Any] = []
    with pytest.raises(InferenceTimeoutError, match="job_timeout"):
        play(film("together", job_timeout=1.0), [begun, None, running, None, running], steps)
    assert [step.seconds for step in steps if isinstance(step, Sleep)] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("provider", "begun"),
    [
        ("together", {"status": "queued"}),
        ("together", {"id": "../../x", "status": "queued"}),
        ("fal-ai", {"status": "IN_QUEUE", "request_id": "1"}),
        ("fal-ai", {"status": "IN_QUEUE", "response_url": "https://q/../x"}),
        ("fal-ai", {"status": "IN_QUEUE", "response_url": "https://["}),
        ("wavespeed", {"data": {"urls": {"get": 5}}}),
    ],
)
def test_an_answer_that_leads_nowhere_is_told(provider: str, begun: Any) -> None:
    """Or that leads out of where it should."""
    with pytest.raises(DecodeError, match="does not say where"):
        play(film(provider), [ok(begun)])


def test_what_is_done_at_once_is_not_asked_after() -> None:
    """As replicate does when it is asked to wait."""
    found, steps = play(film("replicate"), [ok(DONE["replicate"]), FILE])
    assert found.data == GIF
    assert dict(requests(steps)[0].headers)["prefer"] == "wait"
    assert not any(isinstance(step, Sleep) for step in steps)


def test_the_callers_own_fields_go_in_deep() -> None:
    """And the picture as it was given, unfetched."""
    flow = run(
        router(), "image-to-image", "https://x/a.png", model="org/name:replicate",
        prompt="red", extra_body={"input": {"prompt": "blue", "strength": 1}},
    )  # fmt: skip
    _, steps = play(flow, [ok({"status": "succeeded", "output": ["https://x/b.gif"]}), FILE])
    body = bodies(steps)[0]["input"]
    assert (body["prompt"], body["strength"], body["image"]) == ("blue", 1, "https://x/a.png")


def test_a_mask_is_fetched_or_within_the_answer() -> None:
    """As one segment."""
    begun = ok({**BEGUN["fal-ai"], "status": "COMPLETED"})
    for url, more in (
        ("https://x/a.png", [Response(200, {}, PNG)]),
        (f"data:image/png;base64,{PNG64}", []),
    ):
        flow = run(router(), "image-segmentation", PNG, model="org/name:fal-ai")
        [segment], _ = played_all(flow, [begun, ok({"image": {"url": url}}), *more])
        assert (segment.label, segment.mask) == ("mask", Image(PNG))


@both
@pytest.mark.parametrize("provider", ["together", "wavespeed", "replicate", "zai-org"])
def test_a_job_that_fails_over_a_socket(colour: Colour, provider: str) -> None:
    """Is told in both colours."""
    task = "text-to-image" if provider == "zai-org" else "text-to-video"
    with (
        Emulator(oddity="job_fails", polls=0) as emulator,
        pytest.raises(ServerError, match="could not do it"),
    ):
        colour(
            lambda client: client.run(task, "a dog", model="a/b", provider=provider),
            base_url=emulator.url, token="hf_x", resolve_models=False,
        )  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.sampled_from(["COMPLETED", "completed", "succeeded", "SUCCESS", "https://x/y", "1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(
            ["status", "id", "request_id", "response_url", "data", "urls", "get", "output",
             "outputs", "video_url", "image", "url", "images", "audio", "text", "b64_json",
             "task_status", "image_result", "video", "words", "segments", "error"],
        ),
        inner, max_size=4,
    ),
    max_leaves=10,
)  # fmt: skip
PAIRS = [(name, task) for name, row in PROVIDERS.items() for task in row.routes if task in ROWS]


@pytest.mark.parametrize(("provider", "task"), PAIRS)
@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(answers=st.lists(JSON, min_size=1, max_size=3))
def test_no_answer_of_a_provider_is_too_strange(
    provider: str, task: str, answers: list[Any]
) -> None:
    """It is a result, or an error of ours: never a KeyError."""
    one = EXAMPLES[task]
    flow = run(
        router(job_timeout=1.0, max_retries=0), task, one.inputs, model=f"org/name:{provider}",
        **{k: v for k, v in one.said.items() if k not in ("width", "return_timestamps")},
    )  # fmt: skip
    left = [ok(value) for value in answers]
    try:
        _drained(flow, left)
    except HfError:
        return


def _drained(flow: Any, left: list[Response]) -> None:
    """Answer with what there is, then with refusals; work of our own is done."""
    try:
        ask = next(flow)
        while True:
            if isinstance(ask, All):
                for inner in ask.flows:
                    _drained(inner, left)
                return
            if isinstance(ask, Sleep):
                ask = flow.send(None)
            elif isinstance(ask, Send) and isinstance(ask.request, Work):
                ask = flow.send(Done(200, result=ask.request.do()))
            else:
                ask = flow.send(left.pop(0) if left else refusal(400))
    except StopIteration:
        return


def test_a_provider_refuses_in_its_own_words() -> None:
    """They are read."""
    with pytest.raises(ValidationError, match="field required"):
        play(film("fal-ai"), [Response(422, {}, b'{"detail": [{"msg": "field required"}]}')])


@pytest.mark.parametrize("model", ["org/name:fal-ai", "org/name:together"])
def test_an_error_in_a_good_answer_is_told_with_its_reason(model: str) -> None:
    """Of an order, at once or in a queue; without the prompt, which it may quote."""
    told = ok({"error": {"message": f"no GPU for {PROMPT}", "code": 429}})
    with pytest.raises(RateLimitedError, match="no GPU for") as caught:
        play(run(router(), "text-to-image", PROMPT, model=model), [told])
    assert PROMPT not in str(caught.value)
    with pytest.raises(RateLimitedError, match="no GPU for"):
        play(run(router(), "text-to-video", PROMPT, model=model), [told])
