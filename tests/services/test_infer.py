"""Every row of the table: the method and `run` send the same, and read the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from hf_integrations.config import HfInferenceConfig
from hf_integrations.errors import DecodeError, HfError, UnsupportedTaskError, ValidationError
from hf_integrations.flow import All, Ask, Flow, Request, Response, Send
from hf_integrations.models.media import Image
from hf_integrations.routing.table import ROWS
from hf_integrations.services import audio, image, seeing, tabular, text, video
from hf_integrations.services.context import Context
from hf_integrations.services.run import run
from hf_integrations.transport.engines.errands import Done, Work
from tests.playing import Reply
from tests.services.calls import bodies, context, ok, refusal, router
from tests.services.tasks_at_hand import EXAMPLES, LABELS, PNG, PNG64, Example

PLACES = {"audio": audio, "image": image, "tabular": tabular, "text": text, "video": video}
NAMES = sorted(EXAMPLES)


def flow_of(example: Example) -> Callable[..., Flow[Any]]:
    """The flow behind a method of a client."""
    place, _, name = example.method.partition(".")
    flow: Callable[..., Flow[Any]] = getattr(PLACES[place], name)
    return flow


def played(flow: Flow[Any], *answers: Reply) -> tuple[Any, list[Request]]:
    """Answer what is sent with `answers`; work of our own is done."""
    return played_all(flow, answers)


def played_all(flow: Flow[Any], answers: Sequence[Reply]) -> tuple[Any, list[Request]]:
    """The same with a list; flows side by side are played one by one."""
    left, sent = list(answers), list[Request]()
    result = _played(flow, left, sent)
    assert not left
    return result, sent


def _played(flow: Flow[Any], left: list[Reply], sent: list[Request]) -> Any:
    try:
        ask: Ask = next(flow)
        while True:
            if isinstance(ask, All):
                ask = flow.send([_played(one, left, sent) for one in ask.flows])
                continue
            assert isinstance(ask, Send)
            if isinstance(ask.request, Work):
                ask = flow.send(Done(200, result=ask.request.do()))
                continue
            sent.append(ask.request)
            answer = left.pop(0)
            ask = flow.throw(answer) if isinstance(answer, HfError) else flow.send(answer)
    except StopIteration as end:
        return end.value


def test_every_row_has_an_example() -> None:
    """But `custom`, which has tests of its own."""
    assert sorted(ROWS.keys() - {"custom"}) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_method_and_run_send_the_same_to_the_router(name: str) -> None:
    """To the path of the row, with the answer in its shape."""
    one = EXAMPLES[name]
    found, sent = played(
        flow_of(one)(router(), *one.given, model="org/name", **one.said), one.answer
    )
    other, again = played(run(router(), name, one.inputs, model="org/name", **one.said), one.answer)

    assert repr(found) == repr(other)
    assert [(r.url, r.body, r.headers) for r in sent] == [(r.url, r.body, r.headers) for r in again]
    path = ROWS[name].paths
    assert sent[0].url.endswith(next(iter(path.values())).replace("{model}", "org/name"))
    assert sent[0].repeat_after_timeout is ROWS[name].repeatable


@pytest.mark.parametrize("name", NAMES)
def test_a_server_of_its_own_is_asked_at_its_root(name: str) -> None:
    """When it is known to be one of a single task."""
    one = EXAMPLES[name]
    _, sent = played(flow_of(one)(context(server="endpoint"), *one.given, **one.said), one.answer)

    assert sent[0].url == "http://host/"


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_parameter_is_named_and_nothing_is_sent(name: str) -> None:
    """With the way to send it nevertheless."""
    with pytest.raises(ValidationError, match=rf"nonsense: {name} has no such.*extra_body=") as e:
        played(run(router(), name, EXAMPLES[name].inputs, model="org/name", nonsense=1))
    assert e.value.task == name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "wrong", [5, [], {}, "", object()], ids=["5", "[]", "{}", "nothing", "object"]
)
def test_wrong_inputs_are_refused_unsent(name: str, wrong: Any) -> None:
    """With an error of ours."""
    with pytest.raises(ValidationError):
        played(run(router(), name, wrong, model="org/name", **EXAMPLES[name].said))


def test_media_go_raw_without_parameters_and_in_base64_with_them() -> None:
    """As huggingface_hub does it."""
    _, [plain] = played(seeing.classify(router(), PNG, model="a/b"), ok(LABELS))
    _, sent = played(seeing.classify(router(), PNG, model="a/b", top_k=1), ok(LABELS))

    assert plain.body == PNG
    assert dict(plain.headers)["content-type"] == "image/png"
    assert bodies([Send(sent[0])]) == [{"inputs": PNG64, "parameters": {"top_k": 1}}]
    assert dict(sent[0].headers)["content-type"] == "application/json"


def test_extra_fields_and_headers_win() -> None:
    """Also over media, which then go in JSON."""
    _, [sent] = played(
        seeing.classify(
            router(), PNG, model="a/b", extra_body={"x": 1}, extra_headers={"Accept": "a/b"}
        ),
        ok(LABELS),
    )

    assert bodies([Send(sent)]) == [{"inputs": PNG64, "x": 1}]
    assert dict(sent.headers)["accept"] == "a/b"


def test_tei_classifies_and_compares_in_its_own_words() -> None:
    """And cuts off here what it cannot cut off."""
    tei = context(server="tei")
    found, [sent] = played(text.classify(tei, "a", top_k=1, function_to_apply="none"), ok(LABELS))
    assert (len(found), sent.url) == (1, "http://host/predict")
    assert bodies([Send(sent)]) == [{"inputs": "a", "raw_scores": True}]
    _, [sent] = played(text.similarity(tei, "a", ["b"]), ok([0.5]))
    assert sent.url == "http://host/similarity"
    with pytest.raises(ValidationError, match="function_to_apply='sigmoid': host is text-emb"):
        played(text.classify(tei, "a", function_to_apply="sigmoid"))
    with pytest.raises(UnsupportedTaskError, match="does not serve summarization"):
        played(text.summarize(tei, "a"))


def test_the_table_question_is_called_query_on_the_wire() -> None:
    """As both official clients call it; cells are texts, whatever the table."""
    _, [sent] = played(
        text.answer_table(router(), "legs?", [{"a": 1}, {"a": None}], model="a/b"),
        ok({"answer": "1"}),
    )
    assert bodies([Send(sent)]) == [{"inputs": {"query": "legs?", "table": {"a": ["1", ""]}}}]


def test_a_picture_is_asked_for_as_one() -> None:
    """Since some servers choose by that."""
    found, [sent] = played(image.generate(router(), "x", model="a/b"), Response(200, {}, PNG))
    assert dict(sent.headers)["accept"] == "image/png"
    assert found == Image(PNG)


def test_a_refusal_and_a_strange_answer_say_the_task() -> None:
    """Whatever was asked."""
    thin = Context.of(HfInferenceConfig.thin(token="hf_x", base_url="http://host"))
    with pytest.raises(ValidationError, match="no") as refused:
        played(text.summarize(thin, "a"), refusal(400))
    with pytest.raises(DecodeError, match="it is not JSON") as strange:
        played(text.summarize(thin, "a"), Response(200, {"x-request-id": "r"}, b"<html>"))
    assert refused.value.task == strange.value.task == "summarization"
    assert strange.value.request_id == "r"
