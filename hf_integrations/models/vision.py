"""The shapes of the tasks about pictures: boxes, masks, points, depth.

Source: the specifications of the Hub's tasks; transformers, `pipelines/mask_generation.py` and
`pipelines/depth_estimation.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hf_integrations.errors import DecodeError
from hf_integrations.flow import Response
from hf_integrations.models.media import Image, received
from hf_integrations.models.media_types import sniff
from hf_integrations.models.replies import (
    Answers,
    answers,
    items,
    json_of,
    many,
    media,
    shaped,
    unfit,
)
from hf_integrations.models.shapes import Received, Sent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ImageQuestion(Sent, frozen=True):
    """A question about a picture; the picture in any form in which pictures may be given."""

    image: Any
    question: str


class Box(Received):
    """A rectangle, in pixels from the upper left corner."""

    xmin: int | float
    ymin: int | float
    xmax: int | float
    ymax: int | float


class Detection(Received):
    """A thing, and where it is."""

    label: str
    score: float
    box: Box


class Segment(Struct, frozen=True):
    """A part of a picture.

    Attributes:
        mask: a picture of the same size, white where the part is.
        score: None from models that give none.
    """

    label: str
    mask: Image
    score: float | None = None


class Keypoint(Received):
    """A point, in pixels from the upper left corner."""

    x: float
    y: float
    score: float | None = None
    label: str | None = None


class ImageAnswer(Received):
    """A possible answer to a question about a picture."""

    score: float
    answer: str = ""


class DocumentAnswer(Received):
    """A possible answer to a question about a document; `start` and `end` are words of it."""

    answer: str
    score: float
    start: int
    end: int


class Depth(Struct, frozen=True, eq=False):
    """How far away things are.

    Attributes:
        image: a grey picture; what is lighter is nearer.
        predicted: the numbers of the model, when the server gave them.
    """

    image: Image
    predicted: list[Any] | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.image._repr_mimebundle_()

    def to_numpy(self) -> NDArray[np.float32]:
        """The numbers, h × w.

        Raises:
            DecodeError: the server gave none, or not a rectangle of them.
        """
        import numpy as np

        try:
            found = np.squeeze(np.array(self.predicted, dtype=np.float32))
        except (TypeError, ValueError):
            found = np.empty(0, dtype=np.float32)
        if found.ndim != 2:
            raise DecodeError("The answer has no rectangle of numbers beside its picture.")
        return found


class _Segment(Received):
    label: str
    mask: str
    score: float | None = None


class _Mask(Received):
    mask: str
    score: float | None = None
    label: str | None = None


class _Masks(Received):
    masks: list[str]
    scores: list[float | None] | None = None


class _Depth(Received):
    depth: str
    predicted_depth: list[Any] | None = None


detections = many(Detection)
image_answers = many(ImageAnswer)
document_answers = many(DocumentAnswer)
keypoints = many(Keypoint)


def segments(response: Response) -> Answers[Segment]:
    """Parts of a picture, each with its mask."""
    read = [shaped(response, item, _Segment) for item in items(response)]
    return answers(
        response, [Segment(one.label, media(response, Image, one.mask), one.score) for one in read]
    )


def masks(response: Response) -> Answers[Segment]:
    """Masks without names: side by side with their scores, or one by one."""
    value = json_of(response)
    if isinstance(value, dict):
        together = shaped(response, value, _Masks)
        scores = together.scores or [None] * len(together.masks)
        if len(scores) != len(together.masks):
            raise unfit(response, "it has not as many scores as masks")
        read = list(map(_Mask, together.masks, scores))
    else:
        read = shaped(response, value, list[_Mask])
    return answers(
        response,
        [Segment(one.label or "", media(response, Image, one.mask), one.score) for one in read],
    )


def depth(response: Response) -> Depth:
    """The depth, as JSON, or as a picture alone."""
    if sniff(response.body) is not None:
        return Depth(received(Image, response))
    read = items(response)
    if not read:
        raise unfit(response, "it is empty")
    one = shaped(response, read[0], _Depth)
    return Depth(media(response, Image, one.depth), one.predicted_depth)
