"""The parameters of every task, by the names and in the ranges that servers know.

Source: the specifications of the Hub's tasks, as huggingface_hub has them in
`inference/_generated/types`; text-embeddings-inference for ranking. Each holds what every call may
be told besides; whatever is not listed goes into `extra_body`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Required, TypeAlias, TypedDict

from msgspec import Meta

from hf_integrations.models.options import CallOptions

Count: TypeAlias = Annotated[int, Meta(ge=1)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Length: TypeAlias = Annotated[int, Meta(ge=1)]
Seed: TypeAlias = Annotated[int, Meta(ge=0)]
Scores: TypeAlias = Literal["sigmoid", "softmax", "none"]
Truncation: TypeAlias = Literal["do_not_truncate", "longest_first", "only_first", "only_second"]


class GenerationParameters(TypedDict, total=False):
    """How a model writes or speaks: transformers' `generate`."""

    do_sample: bool | None
    early_stopping: bool | Literal["never"] | None
    epsilon_cutoff: float | None
    eta_cutoff: float | None
    max_length: Length | None
    max_new_tokens: Length | None
    min_length: int | None
    min_new_tokens: int | None
    num_beam_groups: Count | None
    num_beams: Count | None
    penalty_alpha: float | None
    temperature: float | None
    top_k: int | None
    top_p: float | None
    typical_p: float | None
    use_cache: bool | None


class Size(TypedDict):
    """The size of a picture or film, in pixels."""

    width: Length
    height: Length


class NoParameters(CallOptions, total=False):
    """None but what every call may be told."""


class Classification(CallOptions, total=False):
    """How classes are scored, and how many are given."""

    function_to_apply: Scores | None
    top_k: Count | None


class TokenClassification(CallOptions, total=False):
    """How tokens become entities."""

    aggregation_strategy: Literal["none", "simple", "first", "average", "max"] | None
    ignore_labels: list[str] | None
    stride: Count | None


class ZeroShot(CallOptions, total=False):
    """The classes a text may be of."""

    candidate_labels: Required[Annotated[list[str], Meta(min_length=1)]]
    hypothesis_template: str | None
    multi_label: bool | None


class ZeroShotImage(CallOptions, total=False):
    """The classes a picture may be of."""

    candidate_labels: Required[Annotated[list[str], Meta(min_length=1)]]
    hypothesis_template: str | None


class ZeroShotDetection(CallOptions, total=False):
    """The things that may be in a picture."""

    candidate_labels: Required[Annotated[list[str], Meta(min_length=1)]]
    threshold: Share | None


class QuestionAnswering(CallOptions, total=False):
    """How an answer is looked for; lengths are in tokens."""

    align_to_words: bool | None
    doc_stride: Count | None
    handle_impossible_answer: bool | None
    max_answer_len: Length | None
    max_question_len: Length | None
    max_seq_len: Length | None
    top_k: Count | None


class DocumentQuestionAnswering(CallOptions, total=False):
    """How an answer is looked for in a document; `word_boxes` are its words, already read."""

    doc_stride: Count | None
    handle_impossible_answer: bool | None
    lang: str | None
    max_answer_len: Length | None
    max_question_len: Length | None
    max_seq_len: Length | None
    top_k: Count | None
    word_boxes: list[Any] | None


class VisualQuestionAnswering(CallOptions, total=False):
    """How many answers are given."""

    top_k: Count | None


class TableQuestionAnswering(CallOptions, total=False):
    """How a table is read."""

    padding: Literal["do_not_pad", "longest", "max_length"] | None
    sequential: bool | None
    truncation: bool | None


class FillMask(CallOptions, total=False):
    """What may stand at a mask."""

    targets: list[str] | None
    top_k: Count | None


class Summarization(CallOptions, total=False):
    """How a summary is written."""

    clean_up_tokenization_spaces: bool | None
    generate_parameters: dict[str, Any] | None
    truncation: Truncation | None


class Translation(Summarization, total=False):
    """From which language to which, in the words of the model."""

    src_lang: str | None
    tgt_lang: str | None


class TextRanking(CallOptions, total=False):
    """How texts are ranked; `raw_scores`, `truncate` and its direction are words of TEI."""

    raw_scores: bool | None
    truncate: bool | None
    truncation_direction: Literal["left", "right"] | None


class ObjectDetection(CallOptions, total=False):
    """How sure a detection has to be."""

    threshold: Share | None


class ImageSegmentation(CallOptions, total=False):
    """How a picture is parted."""

    mask_threshold: Share | None
    overlap_mask_area_threshold: Share | None
    subtask: Literal["instance", "panoptic", "semantic"] | None
    threshold: Share | None


class MaskGeneration(CallOptions, total=False):
    """How masks are looked for. Source: transformers, `pipelines/mask_generation.py`."""

    mask_threshold: float | None
    points_per_batch: Count | None
    pred_iou_thresh: float | None
    stability_score_thresh: float | None


class ImageToText(CallOptions, total=False):
    """How a picture is described."""

    generation_parameters: GenerationParameters | None
    max_new_tokens: Length | None


class _Guided(CallOptions, total=False):
    guidance_scale: float | None
    num_inference_steps: Count | None


class TextToImage(_Guided, total=False):
    """How a picture is made."""

    height: Length | None
    negative_prompt: str | None
    scheduler: str | None
    seed: Seed | None
    width: Length | None


class ImageFromNothing(_Guided, total=False):
    """How a picture is made that nothing describes."""

    seed: Seed | None


class ImageToImage(_Guided, total=False):
    """How a picture is changed."""

    negative_prompt: str | None
    prompt: str | None
    seed: Seed | None
    target_size: Size | None


class TextToVideo(_Guided, total=False):
    """How a film is made."""

    negative_prompt: list[str] | None
    num_frames: int | float | None
    seed: Seed | None


class ImageToVideo(_Guided, total=False):
    """How a picture is set in motion."""

    negative_prompt: str | None
    num_frames: int | float | None
    prompt: str | None
    seed: Seed | None
    target_size: Size | None


class MadeSolid(_Guided, total=False):
    """How a 3-D model is made."""

    seed: Seed | None


class VideoClassification(Classification, total=False):
    """Which frames of a film are looked at."""

    frame_sampling_rate: Count | None
    num_frames: Count | None


class SpeechRecognition(CallOptions, total=False):
    """How speech is heard; `return_timestamps` is for sentences, `word` for words."""

    generation_parameters: GenerationParameters | None
    return_timestamps: bool | Literal["word", "char"] | None


class Speech(CallOptions, total=False):
    """How a text is spoken or a sound is made; voices are those of the model."""

    generation_parameters: GenerationParameters | None
    voice: str | None
