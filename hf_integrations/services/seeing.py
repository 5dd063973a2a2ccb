"""What is in pictures, and questions about them."""

from __future__ import annotations

from typing import Unpack

from hf_integrations.flow import Flow
from hf_integrations.models import parameters as said
from hf_integrations.models.media import ImageInput
from hf_integrations.models.replies import Answers
from hf_integrations.models.text import Label, Written
from hf_integrations.models.vision import (
    Depth,
    Detection,
    DocumentAnswer,
    ImageAnswer,
    ImageQuestion,
    Keypoint,
    Segment,
)
from hf_integrations.routing import table
from hf_integrations.services.context import Context
from hf_integrations.services.infer import infer


def classify(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.Classification],
) -> Flow[Answers[Label]]:
    """What a picture shows: labels, the best first.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.Classification`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.CLASSIFY_IMAGE, image, model=model, provider=provider, options=options
    )


def classify_zero_shot(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ZeroShotImage],
) -> Flow[Answers[Label]]:
    """Which of `candidate_labels` fits a picture, the best first.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ZeroShotImage`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context,
        table.CLASSIFY_IMAGE_ZERO_SHOT,
        image,
        model=model,
        provider=provider,
        options=options,
    )


def detect(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ObjectDetection],
) -> Flow[Answers[Detection]]:
    """The things in a picture, each with its box.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ObjectDetection`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.DETECT, image, model=model, provider=provider, options=options)


def detect_zero_shot(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ZeroShotDetection],
) -> Flow[Answers[Detection]]:
    """Where the things named by `candidate_labels` are.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ZeroShotDetection`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.DETECT_ZERO_SHOT, image, model=model, provider=provider, options=options
    )


def segment(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ImageSegmentation],
) -> Flow[Answers[Segment]]:
    """The parts of a picture, each with its mask.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ImageSegmentation`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.SEGMENT, image, model=model, provider=provider, options=options)


def masks(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.MaskGeneration],
) -> Flow[Answers[Segment]]:
    """Masks of all that stands out; they have no names.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.MaskGeneration`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.MASKS, image, model=model, provider=provider, options=options)


def keypoints(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ObjectDetection],
) -> Flow[Answers[Keypoint]]:
    """The points of a picture by which it can be known again.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ObjectDetection`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.KEYPOINTS, image, model=model, provider=provider, options=options)


def describe(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.ImageToText],
) -> Flow[Written]:
    """A sentence about a picture, in `.text`.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.ImageToText`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.DESCRIBE, image, model=model, provider=provider, options=options)


def estimate_depth(
    context: Context,
    image: ImageInput,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.NoParameters],
) -> Flow[Depth]:
    """How far away things are.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.NoParameters`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.ESTIMATE_DEPTH, image, model=model, provider=provider, options=options
    )


def answer(
    context: Context,
    image: ImageInput,
    question: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.VisualQuestionAnswering],
) -> Flow[Answers[ImageAnswer]]:
    """Answers to a question about a picture, the best first.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        question: about it.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.VisualQuestionAnswering`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    asked = ImageQuestion(image, question)
    return infer(
        context, table.ANSWER_IMAGE, asked, model=model, provider=provider, options=options
    )


def answer_document(
    context: Context,
    image: ImageInput,
    question: str,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.DocumentQuestionAnswering],
) -> Flow[Answers[DocumentAnswer]]:
    """Answers to a question about a picture of a document, in its words.

    Args:
        image: a picture: path, URL, bytes, data URI, pillow picture or array.
        question: about it.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.DocumentQuestionAnswering`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    asked = ImageQuestion(image, question)
    return infer(
        context, table.ANSWER_DOCUMENT, asked, model=model, provider=provider, options=options
    )
