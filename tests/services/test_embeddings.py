"""n texts in, n vectors out: in order, whole, and with the bad ones named."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hf_integrations.errors import (
    DecodeError,
    HfError,
    RateLimitedError,
    UnsupportedTaskError,
    ValidationError,
)
from hf_integrations.flow import Request, Response, drive
from hf_integrations.models.chat import TokenUsage
from hf_integrations.models.embeddings import EmbeddingResponse
from hf_integrations.models.servers import ServerInfo
from hf_integrations.services.context import Context
from hf_integrations.services.embeddings import DEFAULT_BATCH, create
from tests.playing import play
from tests.services.calls import OWN, bodies, context, ok, refusal, requests, router, urls
from tests.test_flow import Plain

TEI = {"model_type": {"embedding": {"pooling": "cls"}}, "max_client_batch_size": 8}


def vector(text: str) -> list[float]:
    """A vector that tells its text."""
    return [float(len(text)), float(sum(map(ord, text)) % 1000)]


class Server:
    """A server that refuses what it is told to refuse, and remembers the batches it got."""

    def __init__(self, refuse: Callable[[list[str]], Response | None] = lambda texts: None) -> None:
        self.refuse = refuse
        self.batches: list[list[str]] = []

    def __call__(self, request: Request) -> Response:
        """Refuse, or answer in the words of the request."""
        body = msgspec.json.decode(request.body)
        texts = body.get("input") or body["inputs"]
        self.batches.append(texts)
        if refused := self.refuse(texts):
            return refused
        if "inputs" in body:
            return ok([vector(text) for text in texts])
        data = [{"embedding": vector(text), "index": n} for n, text in enumerate(texts)]
        return ok(
            {"data": data, "usage": {"prompt_tokens": len(texts), "total_tokens": len(texts)}}
        )


def embedded(
    server: Server, texts: Any, ctx: Context | None = None, **options: Any
) -> EmbeddingResponse:
    """The vectors of texts, several requests at a time."""
    ctx = ctx or context(server="openai", retry_base_delay=0, retry_max_delay=0)
    found: EmbeddingResponse = drive(create(ctx, texts, **options), Plain(server))
    return found


def texts(n: int) -> list[str]:
    """So many texts that can be told apart."""
    return [f"text {number}" for number in range(n)]


def bad(*words: str, status: int = 422) -> Callable[[list[str]], Response | None]:
    """Refuses batches with one of some texts."""
    return lambda batch: refusal(status, "Input is bad") if {*words} & {*batch} else None


def refused(server: Server, inputs: list[str], **options: Any) -> ValidationError:
    """The error for texts of which some are refused."""
    with pytest.raises(ValidationError) as caught:
        embedded(server, inputs, **options)
    return caught.value


def test_vectors_stand_in_the_order_of_the_texts() -> None:
    """However many requests it took; usage is added up."""
    server = Server()
    inputs = texts(300)
    found = embedded(server, inputs, model="org/name")

    assert found.vectors.dtype == np.float32
    assert found.tolist() == [vector(text) for text in inputs]
    assert found.usage == TokenUsage(prompt_tokens=300, total_tokens=300)
    assert (found.requests, found.model) == (10, "org/name")
    assert sorted(map(len, server.batches)) == [12, *[DEFAULT_BATCH] * 9]


@pytest.mark.parametrize("inputs", ["one text", ["one text"]])
def test_one_text_is_one_row(inputs: Any) -> None:
    """And one request."""
    assert embedded(Server(), inputs).tolist() == [vector("one text")]


def test_the_size_of_a_batch_is_the_callers_then_the_servers_then_safe() -> None:
    """A setting, `/info`, 32."""
    inputs = texts(20)
    answers = [ok([vector(text) for text in inputs[n : n + 8]]) for n in (0, 8, 16)]
    _, steps = play(create(context(), inputs, normalize=True), [ok(TEI), *answers])
    assert [len(body["inputs"]) for body in bodies(steps)] == [8, 8, 4]

    server, ctx = Server(), context(embedding_batch_size=5)
    ctx.servers[OWN] = ServerInfo(max_client_batch_size=8)
    embedded(server, inputs, ctx)
    assert [len(batch) for batch in server.batches] == [5, 5, 5, 5]


@pytest.mark.parametrize("limit", [200, 1_000, 5_000])
def test_no_body_is_larger_than_the_setting(limit: int) -> None:
    """All of it counts, not only the texts; a text that is too long goes alone."""
    ctx = context(server="openai", embedding_batch_bytes=limit)
    inputs = ["x" * (n % 97) + "é" for n in range(200)]
    sizes: list[int] = []
    server = Server()

    def answer(request: Request) -> Response:
        sizes.append(len(request.body))
        return server(request)

    flow = create(ctx, [*inputs, "y" * 6_000], model="org/name", extra_body={"user": "me"})
    found = drive(flow, Plain(answer))

    assert len(found) == 201
    assert max(sizes) > 6_000
    assert sorted(sizes)[-2] <= limit


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_what_is_too_much_is_halved_until_it_fits(status: int, limit: int) -> None:
    """A server that takes less than it should is no obstacle."""

    def refuse(batch: list[str]) -> Response | None:
        said = f"batch size {len(batch)} > maximum allowed batch size {limit}"
        return refusal(status, said) if len(batch) > limit else None

    server, inputs = Server(refuse), texts(40)
    found = embedded(server, inputs)

    assert found.tolist() == [vector(text) for text in inputs]
    assert found.requests == len(server.batches)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_one_bad_text_is_named_and_the_others_are_there(status: int) -> None:
    """By its index; its row is NaN."""
    inputs = texts(100)
    server = Server(bad("text 41", status=status))
    error = refused(server, inputs, model="org/name")

    assert error.message == "inputs[41] was refused: Input is bad"
    assert "`partial` has the vectors of the other texts" in str(error)
    assert error.failed == {41: "Input is bad"}
    assert (error.status, error.task) == (status, "feature-extraction")
    partial = error.partial.vectors
    assert np.isnan(partial[41]).all()
    assert np.delete(partial, 41, axis=0).tolist() == [
        vector(text) for text in inputs if text != "text 41"
    ]
    assert len(server.batches) <= 4 + 2 * math.ceil(math.log2(32)) + 5


@settings(deadline=None)
@given(st.integers(2, 80), st.data())
def test_whichever_texts_are_bad_all_of_them_are_named(n: int, data: st.DataObject) -> None:
    """As long as a few are good; neighbours, first and last ones too."""
    wrong = data.draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=max(1, n // 8)))
    inputs = texts(n)
    error = refused(Server(bad(*(inputs[place] for place in wrong))), inputs)

    assert error.failed.keys() == wrong
    assert error.message.startswith(f"inputs[{min(wrong)}] was refused")
    others = [place for place in range(n) if place not in wrong]
    assert error.partial.vectors[others].tolist() == [vector(inputs[place]) for place in others]


def test_several_bad_texts_are_counted() -> None:
    """The first is in the message, all are in `failed`."""
    error = refused(Server(bad("text 1", "text 2")), texts(4))

    assert error.message == "inputs[1] was refused (and 1 more, see .failed): Input is bad"
    assert error.failed == {1: "Input is bad", 2: "Input is bad"}


@pytest.mark.parametrize("n", [6, 32, 3_000])
def test_a_call_that_is_wrong_as_a_whole_does_not_explode(n: int) -> None:
    """A few texts are asked alone, and then it is not the texts: the server's word stands."""
    server = Server(lambda batch: refusal(422, "prompt_name is unknown"))
    error = refused(server, texts(n))

    assert (error.message, error.partial) == ("prompt_name is unknown", None)
    assert len(server.batches) <= 6 * 8


def test_one_good_text_among_many_bad_ones_is_found() -> None:
    """Where a few are asked alone: the last one is among them."""
    inputs = texts(32)
    error = refused(Server(bad(*inputs[:-1])), inputs)

    assert error.failed.keys() == set(range(31))
    assert error.partial.vectors[31].tolist() == vector("text 31")


def test_a_few_texts_that_are_all_bad_are_all_named() -> None:
    """There is no vector then."""
    error = refused(Server(lambda batch: refusal(422, "Input is bad")), texts(3))

    assert error.failed == dict.fromkeys(range(3), "Input is bad")
    assert error.partial is None


def test_one_text_that_is_refused_is_refused_once() -> None:
    """There is nothing to halve."""
    server = Server(lambda batch: refusal(413, "Too long"))
    error = refused(server, ["x"])

    assert error.failed == {0: "Too long"}
    assert len(server.batches) == 1


@pytest.mark.parametrize("answer", [refusal(429), refusal(401), refusal(404), refusal(500)])
def test_other_failures_are_not_about_texts(answer: Response) -> None:
    """They end the call."""
    server = Server(lambda batch: answer)
    ctx = context(server="openai", max_retries=0)
    with pytest.raises(HfError) as caught:
        embedded(server, texts(100), ctx)
    assert not isinstance(caught.value, ValidationError)
    assert len(server.batches) <= 4


def test_a_batch_that_was_limited_is_sent_again() -> None:
    """Alone, and after a read timeout too: it does no harm."""
    limits = iter([refusal(429), None, None])
    server = Server(lambda batch: next(limits))
    assert len(embedded(server, texts(40))) == 40

    _, steps = play(create(context(server="openai"), "x"), [ok({"data": [{"embedding": [1]}]})])
    assert requests(steps)[0].repeat_after_timeout


def test_a_limit_that_stays_ends_the_call() -> None:
    """With its own error."""
    with pytest.raises(RateLimitedError):
        embedded(
            Server(lambda batch: refusal(429)), texts(3), context(server="openai", max_retries=0)
        )


FORMS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("openai", {}, "/v1/embeddings", {"input": ["x"], "encoding_format": "base64"}),
    (
        "openai",
        {"model": "m", "dimensions": 2, "normalize": True},
        "/v1/embeddings",
        {"input": ["x"], "model": "m", "encoding_format": "base64", "dimensions": 2},
    ),
    ("tei", {}, "/v1/embeddings", {"input": ["x"], "encoding_format": "base64"}),
    (
        "tei",
        {"dimensions": 2},
        "/v1/embeddings",
        {"input": ["x"], "encoding_format": "base64", "dimensions": 2},
    ),
    (
        "tei",
        {"normalize": False, "truncate": True, "truncation_direction": "left", "dimensions": 2},
        "/embed",
        {"inputs": ["x"], "dimensions": 2, "normalize": False, "truncate": True,
         "truncation_direction": "left"},
    ),
    ("tei", {"prompt_name": "query"}, "/embed", {"inputs": ["x"], "prompt_name": "query"}),
]  # fmt: skip


@pytest.mark.parametrize(("server", "options", "path", "body"), FORMS)
def test_every_server_is_asked_in_its_words(
    server: str, options: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    """Base64 where it is offered, the native route where its parameters are wanted."""
    answer = ok([[3.0, 4.0]]) if path == "/embed" else ok({"data": [{"embedding": [3.0, 4.0]}]})
    found, steps = play(create(context(server=server), "x", **options), [answer])

    assert (urls(steps), bodies(steps)) == ([path], [body])
    scaled = server == "openai" and "normalize" in options
    assert found.tolist()[0] == pytest.approx([0.6, 0.8] if scaled else [3.0, 4.0])


def test_the_router_asks_the_pipeline_of_hf_inference() -> None:
    """With flat parameters."""
    found, steps = play(
        create(router(), ["x", "y"], model="org/name", normalize=True, truncate=False),
        [ok([[1.0], [2.0]], x_compute_tokens="5")],
    )

    assert urls(steps) == ["/hf-inference/models/org/name/pipeline/feature-extraction"]
    assert bodies(steps) == [{"inputs": ["x", "y"], "normalize": True, "truncate": False}]
    assert found.usage == TokenUsage(prompt_tokens=5, total_tokens=5)
    assert found.model == "org/name"


def test_fields_that_are_not_listed_go_along() -> None:
    """And win, such as another encoding."""
    _, steps = play(
        create(
            context(server="openai"), "x", extra_body={"encoding_format": "float", "user": "me"}
        ),
        [ok({"data": [{"embedding": [1.0]}]})],
    )

    assert bodies(steps) == [{"input": ["x"], "encoding_format": "float", "user": "me"}]


@pytest.mark.parametrize(
    ("server", "inputs", "options", "said"),
    [
        ("openai", ["x"], {"truncate": True}, "truncate: host does not know it; of servers, TEI"),
        ("openai", ["x"], {"prompt_name": "q", "truncate": True}, "prompt_name, truncate: host"),
        ("tei", ["x"], {"dimensions": 0}, "dimensions: expected `int` >= 1"),
        ("tei", ["x"], {"truncation_direction": "up"}, "truncation_direction: "),
        ("tei", ["x"], {"pooling": "cls"}, "pooling: there is no such parameter"),
        ("tei", ["x"], {"timeout": 0}, "timeout must be a number"),
        ("tei", ["x", 5], {}, "inputs[1] must be a string"),
        ("tei", [], {}, "inputs: give a string or a list"),
    ],
)
def test_a_call_that_cannot_be_right_is_not_sent(
    server: str, inputs: Any, options: dict[str, Any], said: str
) -> None:
    """The argument is named, not a text."""
    with pytest.raises(ValidationError) as caught:
        play(create(context(server=server), inputs, **options), [])
    assert str(caught.value).startswith(said)


def test_a_server_without_embeddings_is_told_so() -> None:
    """TGI has none."""
    with pytest.raises(UnsupportedTaskError, match="text-generation-inference"):
        play(create(context(), "x"), [ok({"max_total_tokens": 9})])


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([ok({"data": [{"embedding": [1.0]}]})], "2 texts gave 1 vectors"),
        ([ok([[1.0], [2.0], [3.0]])], "2 texts gave 3 vectors"),
        ([ok("x")], "does not fit its shape"),
        ([ok([[1.0], [1.0, 2.0]])], "several lengths"),
    ],
)
def test_an_answer_that_is_not_a_vector_for_each_text_is_an_error(
    answers: list[Response], said: str
) -> None:
    """Nothing is guessed."""
    with pytest.raises(DecodeError, match=said):
        play(create(context(server="openai"), ["x", "y"]), answers)


def test_batches_must_agree_on_the_length_of_vectors() -> None:
    """Two servers behind one address may not."""
    answers = [ok([[1.0]]), ok([[1.0, 2.0]])]
    with pytest.raises(DecodeError, match=r"several lengths: \[1, 2\]"):
        play(create(context(server="openai", embedding_batch_size=1), ["x", "y"]), answers)


def test_usage_is_told_only_when_all_of_it_is_known() -> None:
    """A part would pass for the whole."""
    data = {"data": [{"embedding": [1.0]}]}
    answers = [ok(data | {"usage": {"prompt_tokens": 3}}), ok(data)]
    found, _ = play(create(context(server="openai", embedding_batch_size=1), ["x", "y"]), answers)

    assert found.usage is None
