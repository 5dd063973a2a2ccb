"""The task table: one row holds all that is particular to one task."""

from __future__ import annotations

from types import NoneType
from typing import Any, TypeVar

from hf_integrations.models import parameters as said
from hf_integrations.models import speech, tables, text, vision
from hf_integrations.models.media import Audio, Image, Media, Video
from hf_integrations.models.replies import Answers
from hf_integrations.routing.tasks import CHAT, FEATURE_EXTRACTION, TEXT_GENERATION, Kind, Row, Task

In = TypeVar("In")
Out = TypeVar("Out")

_MODEL = "/hf-inference/models/{model}"
_ALONE = {Kind.ROUTER: _MODEL, Kind.OWN: "/"}


def _row(
    name: str, method: str, takes: type[In], parameters: Any, gives: type[Out], reads: Any = None,
    *, repeatable: bool = True, also: dict[Kind, str] | None = None,
) -> Row[In, Out]:  # fmt: skip
    """A row for hf-inference, for a server of one's own, and for what is said `also`."""
    return Row(
        name, _ALONE | (also or {}), needs_provider=True, dialects=bool(also), takes=takes,
        parameters=parameters, gives=gives, method=method, reads=reads, repeatable=repeatable,
    )  # fmt: skip


_LABELS = Answers[text.Label]
_SIMILARITY = {
    Kind.ROUTER: f"{_MODEL}/pipeline/sentence-similarity",
    Kind.TEI: "/similarity",
}
_RANKING = {Kind.TEI: "/rerank", Kind.OPENAI: "/v1/rerank"}

CLASSIFY_TEXT = _row(
    "text-classification",
    "text.classify",
    str,
    said.Classification,
    _LABELS,
    text.labels,
    also={Kind.TEI: "/predict"},
)
CLASSIFY_TOKENS = _row(
    "token-classification",
    "text.classify_tokens",
    str,
    said.TokenClassification,
    Answers[text.Entity],
    text.entities,
)
CLASSIFY_ZERO_SHOT = _row(
    "zero-shot-classification", "text.classify_zero_shot", str, said.ZeroShot, _LABELS, text.labels
)
ANSWER = _row(
    "question-answering",
    "text.answer",
    text.Question,
    said.QuestionAnswering,
    Answers[text.Found],
    text.found,
)
ANSWER_TABLE = _row(
    "table-question-answering",
    "text.answer_table",
    tables.TableQuestion,
    said.TableQuestionAnswering,
    tables.TableAnswer,
    tables.table_answer,
)
FILL_MASK = _row("fill-mask", "text.fill_mask", str, said.FillMask, Answers[text.Fill], text.fills)
SUMMARIZE = _row(
    "summarization", "text.summarize", str, said.Summarization, text.Written, text.written
)
TRANSLATE = _row("translation", "text.translate", str, said.Translation, text.Written, text.written)
SIMILARITY = _row(
    "sentence-similarity",
    "text.similarity",
    text.Similarity,
    said.NoParameters,
    Answers[float],
    text.numbers,
    also=_SIMILARITY,
)
RANK = _row(
    "text-ranking",
    "text.rank",
    text.Ranking,
    said.TextRanking,
    Answers[text.Ranked],
    text.ranked,
    also=_RANKING,
)
CLASSIFY_IMAGE = _row(
    "image-classification", "image.classify", Image, said.Classification, _LABELS, text.labels
)
DETECT = _row(
    "object-detection",
    "image.detect",
    Image,
    said.ObjectDetection,
    Answers[vision.Detection],
    vision.detections,
)
SEGMENT = _row(
    "image-segmentation",
    "image.segment",
    Image,
    said.ImageSegmentation,
    Answers[vision.Segment],
    vision.segments,
)
DESCRIBE = _row(
    "image-to-text", "image.describe", Image, said.ImageToText, text.Written, text.written
)
GENERATE_IMAGE = _row(
    "text-to-image", "image.generate", str, said.TextToImage, Image, repeatable=False
)
IMAGINE = _row(
    "unconditional-image-generation",
    "image.imagine",
    NoneType,
    said.ImageFromNothing,
    Image,
    repeatable=False,
)
EDIT = _row("image-to-image", "image.edit", Image, said.ImageToImage, Image, repeatable=False)
CLASSIFY_IMAGE_ZERO_SHOT = _row(
    "zero-shot-image-classification",
    "image.classify_zero_shot",
    Image,
    said.ZeroShotImage,
    _LABELS,
    text.labels,
)
DETECT_ZERO_SHOT = _row(
    "zero-shot-object-detection",
    "image.detect_zero_shot",
    Image,
    said.ZeroShotDetection,
    Answers[vision.Detection],
    vision.detections,
)
ANSWER_IMAGE = _row(
    "visual-question-answering",
    "image.answer",
    vision.ImageQuestion,
    said.VisualQuestionAnswering,
    Answers[vision.ImageAnswer],
    vision.image_answers,
)
ANSWER_DOCUMENT = _row(
    "document-question-answering",
    "image.answer_document",
    vision.ImageQuestion,
    said.DocumentQuestionAnswering,
    Answers[vision.DocumentAnswer],
    vision.document_answers,
)
ESTIMATE_DEPTH = _row(
    "depth-estimation", "image.estimate_depth", Image, said.NoParameters, vision.Depth, vision.depth
)
MASKS = _row(
    "mask-generation",
    "image.masks",
    Image,
    said.MaskGeneration,
    Answers[vision.Segment],
    vision.masks,
)
KEYPOINTS = _row(
    "keypoint-detection",
    "image.keypoints",
    Image,
    said.ObjectDetection,
    Answers[vision.Keypoint],
    vision.keypoints,
)
TO_3D = _row("image-to-3d", "image.to_3d", Image, said.MadeSolid, Media, repeatable=False)
TEXT_TO_3D = _row("text-to-3d", "text.to_3d", str, said.MadeSolid, Media, repeatable=False)
TRANSCRIBE = _row(
    "automatic-speech-recognition",
    "audio.transcribe",
    Audio,
    said.SpeechRecognition,
    speech.Transcription,
    speech.transcription,
)
CLASSIFY_AUDIO = _row(
    "audio-classification", "audio.classify", Audio, said.Classification, _LABELS, text.labels
)
SPEAK = _row("text-to-speech", "audio.speak", str, said.Speech, Audio, repeatable=False)
GENERATE_AUDIO = _row("text-to-audio", "audio.generate", str, said.Speech, Audio, repeatable=False)
TRANSFORM = _row(
    "audio-to-audio",
    "audio.transform",
    Audio,
    said.NoParameters,
    Answers[speech.Track],
    speech.tracks,
)
GENERATE_VIDEO = _row(
    "text-to-video", "video.generate", str, said.TextToVideo, Video, repeatable=False
)
ANIMATE = _row("image-to-video", "video.animate", Image, said.ImageToVideo, Video, repeatable=False)
EDIT_VIDEO = _row("video-to-video", "video.edit", Video, said.ImageToVideo, Video, repeatable=False)
CLASSIFY_VIDEO = _row(
    "video-classification", "video.classify", Video, said.VideoClassification, _LABELS, text.labels
)
CLASSIFY_ROWS = _row(
    "tabular-classification",
    "tabular.classify",
    tables.Rows,
    said.NoParameters,
    Answers[str | int | float],
    tables.predictions,
)
REGRESS = _row(
    "tabular-regression",
    "tabular.regress",
    tables.Rows,
    said.NoParameters,
    Answers[float],
    tables.regressed,
)
CUSTOM: Row[object, Any] = _row("custom", "run", object, None, object, repeatable=False)

IMAGE_TEXT_TO_TEXT = Task("image-text-to-text", CHAT.paths)

TASKS: dict[str, Task] = {
    row.name: row for row in list(vars().values()) if isinstance(row, Task)
}  # in the order in which they stand above, those with flows of their own first
ROWS: dict[str, Row[Any, Any]] = {name: row for name, row in TASKS.items() if isinstance(row, Row)}
__all__ = ["CHAT", "FEATURE_EXTRACTION", "ROWS", "TASKS", "TEXT_GENERATION"]
