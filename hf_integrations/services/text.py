"""Texts: what they are, what is in them, and other texts made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from hf_integrations.flow import Flow
from hf_integrations.models import parameters as said
from hf_integrations.models.media import Media
from hf_integrations.models.replies import Answers
from hf_integrations.models.tables import TableAnswer
from hf_integrations.models.text import Entity, Fill, Found, Label, Question, Written
from hf_integrations.routing import table
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.services.infer import infer
from hf_integrations.services.ranking import rank


def classify(
    context: Context,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.Classification],
) -> Flow[Answers[Label]]:
    """What a text is: labels, the best first.

    Args:
        text: the text.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.Classification`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    labels = yield from infer(
        context, table.CLASSIFY_TEXT, text, model=model, provider=provider, options=options
    )
    del labels[options.get("top_k") or len(labels) :]  # TEI gives all it has
    return labels


def classify_tokens(
    context: Context,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.TokenClassification],
) -> Flow[Answers[Entity]]:
    """The entities, or the parts of speech, of a text.

    Args:
        text: the text.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.TokenClassification`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.CLASSIFY_TOKENS, text, model=model, provider=provider, options=options
    )


def classify_zero_shot(
    context: Context,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ZeroShot],
) -> Flow[Answers[Label]]:
    """Which of `candidate_labels` fits a text, the best first.

    Args:
        text: the text.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ZeroShot`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.CLASSIFY_ZERO_SHOT, text, model=model, provider=provider, options=options
    )


def answer(
    context: Context,
    question: str,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.QuestionAnswering],
) -> Flow[Answers[Found]]:
    """The stretches of a text that answer a question, the best first.

    Args:
        question: about the text.
        text: where the answer is looked for.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.QuestionAnswering`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context,
        table.ANSWER,
        Question(question, text),
        model=model,
        provider=provider,
        options=options,
    )


def answer_table(
    context: Context,
    question: str,
    rows: Any,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.TableQuestionAnswering],
) -> Flow[TableAnswer]:
    """What of a table answers a question.

    Args:
        question: about the table.
        rows: a dict of columns, a list of rows as dicts, or a pandas DataFrame.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.TableQuestionAnswering`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    asked = {"question": question, "table": rows}
    return infer(
        context, table.ANSWER_TABLE, asked, model=model, provider=provider, options=options
    )


def fill_mask(
    context: Context,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.FillMask],
) -> Flow[Answers[Fill]]:
    """What may stand at the mask of a text, the best first.

    Args:
        text: with the model's own word for a mask, such as `[MASK]`.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.FillMask`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.FILL_MASK, text, model=model, provider=provider, options=options)


def summarize(
    context: Context,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.Summarization],
) -> Flow[Written]:
    """A summary, in `.text`.

    Args:
        text: the text.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.Summarization`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.SUMMARIZE, text, model=model, provider=provider, options=options)


def translate(
    context: Context,
    text: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.Translation],
) -> Flow[Written]:
    """A translation, in `.text`.

    Args:
        text: the text.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.Translation`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.TRANSLATE, text, model=model, provider=provider, options=options)


def similarity(
    context: Context,
    source: str,
    sentences: Sequence[str],
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.NoParameters],
) -> Flow[Answers[float]]:
    """How near sentences are to another, each from -1 to 1.

    Args:
        source: a sentence.
        sentences: those to compare it with.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.NoParameters`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    asked = {"source_sentence": source, "sentences": sentences}
    return infer(context, table.SIMILARITY, asked, model=model, provider=provider, options=options)


def to_3d(
    context: Context,
    prompt: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.MadeSolid],
) -> Flow[Media]:
    """A 3-D model of what is described.

    Args:
        prompt: what shall be seen.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.MadeSolid`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.TEXT_TO_3D, prompt, model=model, provider=provider, options=options)


class _Texts:
    answer = method(answer)
    answer_table = method(answer_table)
    classify = method(classify)
    classify_tokens = method(classify_tokens)
    classify_zero_shot = method(classify_zero_shot)
    fill_mask = method(fill_mask)
    rank = method(rank)
    similarity = method(similarity)
    summarize = method(summarize)
    to_3d = method(to_3d)
    translate = method(translate)


class RawTexts(_Texts, RawService):
    """`client.text.with_raw_response`."""


class Texts(_Texts, Service):
    """`client.text`."""

    with_raw_response = raw(RawTexts)


class AsyncRawTexts(_Texts, AsyncRawService):
    """`client.text.with_raw_response`, awaited."""


class AsyncTexts(_Texts, AsyncService):
    """`client.text`, awaited."""

    with_raw_response = raw(AsyncRawTexts)
