"""Which task a model has: by its name, as people name models on the Hub, or by what it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hf_integrations.emulator.media import formats
from hf_integrations.emulator.problems import Refusal
from hf_integrations.emulator.tasks.asked import decoded
from hf_integrations.emulator.tasks.table import (
    CHAT,
    CUSTOM,
    EMBEDDING,
    NAMES,
    SIMILARITY,
    TEXT_GENERATION,
)

# The first that is found in the name wins, so that special names stand before general ones.
_NAMES = [
    (r"rerank|cross-encoder|ranker", "text-ranking"),
    (r"zero-?shot-object|owlv?it|owlv2|grounding-dino", "zero-shot-object-detection"),
    (r"\bclip\b|siglip|zero-?shot-image", "zero-shot-image-classification"),
    (r"mnli|zero-?shot|nli-", "zero-shot-classification"),
    (r"docvqa|document-q|layoutlm|impira|donut", "document-question-answering"),
    (r"\bvqa\b|vilt|visual-question", "visual-question-answering"),
    (r"tapas|tapex|table-question|wtq", "table-question-answering"),
    (r"squad|question-answering|\bqa\b", "question-answering"),
    (r"sst-?2|sentiment|text-classification|emotion|toxic|finbert", "text-classification"),
    (r"\bner\b|token-classification|conll|\bpos\b", "token-classification"),
    (r"whisper|wav2vec2|asr|speech-recognition|parakeet|canary", "automatic-speech-recognition"),
    (r"audio-class|\bast-finetuned|hubert.*(?:er|ks)\b|keyword-spotting", "audio-classification"),
    (r"sepformer|audio-to-audio|speech-enhancement|metricgan|demucs", "audio-to-audio"),
    (r"\btts\b|speecht5|\bbark\b|kokoro|text-to-speech|orpheus|\bdia\b", "text-to-speech"),
    (r"musicgen|audioldm|text-to-audio|stable-audio", "text-to-audio"),
    (r"image-to-video|\bi2v\b|img2vid|video-diffusion", "image-to-video"),
    (r"text-to-video|\bt2v\b|cogvideo|ltx-video|hunyuanvideo|mochi|\bwan", "text-to-video"),
    (r"videomae|vivit|timesformer|video-classification|x-clip", "video-classification"),
    (r"image-to-image|kontext|pix2pix|image-edit|inpaint|refiner", "image-to-image"),
    (r"text-to-image|stable-diffusion|sdxl|\bflux|qwen-image|dall-?e|cogview|\bhidream",
     "text-to-image"),
    (r"ddpm|unconditional", "unconditional-image-generation"),
    (r"text-to-3d|shap-e", "text-to-3d"),
    (r"image-to-3d|trellis|triposr|hunyuan3d", "image-to-3d"),
    (r"depth", "depth-estimation"),
    (r"\bsam\b|sam2|sam-vit|mask-generation", "mask-generation"),
    (r"superpoint|keypoint|vitpose", "keypoint-detection"),
    (r"segment|mask2former|maskformer|rmbg|birefnet|segformer", "image-segmentation"),
    (r"\bdetr\b|yolos?|object-detection|rtdetr", "object-detection"),
    (r"caption|image-to-text|\bgit-|blip|trocr|ocr", "image-to-text"),
    (r"\bvit\b|resnet|convnext|image-classification|mobilenet|efficientnet|nsfw|swin",
     "image-classification"),
    (r"bart-large-cnn|summari[sz]|pegasus|xsum|samsum", "summarization"),
    (r"opus-mt|translat|nllb|m2m100|mbart|madlad", "translation"),
    (r"^(?:[\w.-]+/)?(?:distil)?(?:xlm-)?(?:bert|roberta|camembert)-(?:base|large)|modernbert",
     "fill-mask"),
    (r"tabular-class|wine-quality", "tabular-classification"),
    (r"tabular-regress|fish-weight", "tabular-regression"),
    (r"text-generation|completion", TEXT_GENERATION),
    (r"sentence-similarity", SIMILARITY),
    (r"embed|sentence-transformers|minilm|mpnet|\b(?:bge|e5|gte)\b|feature", EMBEDDING),
]  # fmt: skip
_BY_NAME = [(re.compile(pattern, re.IGNORECASE), task) for pattern, task in _NAMES]
# A model that is called after its task, which most are that people make to try something.
_OWN = re.compile("|".join(sorted(NAMES - {CHAT, CUSTOM}, key=lambda name: (-len(name), name))))
_FLAT = frozenset(("normalize", "truncate", "prompt_name", "dimensions", "truncation_direction"))
_CERTAIN = (
    ({"source_sentence"}, SIMILARITY),
    ({"question", "context"}, "question-answering"),
    ({"table"}, "table-question-answering"),
    ({"query", "texts"}, "text-ranking"),
)
_LIKELY = (
    ({"question", "image"}, "document-question-answering"),
    ({"data"}, "tabular-classification"),
)
_GIVEN = {
    "aggregation_strategy": "token-classification", "ignore_labels": "token-classification",
    "src_lang": "translation", "tgt_lang": "translation", "targets": "fill-mask",
    "generate_parameters": "summarization", "hypothesis_template": "zero-shot-classification",
    "return_timestamps": "automatic-speech-recognition", "function_to_apply": "text-classification",
    "num_frames": "text-to-video", "width": "text-to-image", "height": "text-to-image",
    "num_inference_steps": "text-to-image", "guidance_scale": "text-to-image",
    "negative_prompt": "text-to-image", "subtask": "image-segmentation",
    "mask_threshold": "image-segmentation", "target_size": "image-to-image",
}  # fmt: skip
_BY_KIND = {
    "image": "image-classification",
    "audio": "automatic-speech-recognition",
    "video": "video-classification",
}
_MASK = re.compile(r"\[MASK\]|<mask>")


def by_name(model: str) -> str | None:
    """Return the task that the name of a model speaks of."""
    if own := _OWN.search(model.lower()):
        return own.group()
    return next((task for pattern, task in _BY_NAME if pattern.search(model)), None)


def by_bytes(data: bytes, mime: str) -> str | None:
    """Return the task for a raw body: by its first bytes, else by the media type it came with."""
    kind = (formats.mime(data) or mime).partition("/")[0]
    return _BY_KIND.get(kind)


def by_inputs(body: Mapping[str, Any]) -> str | None:
    """Return the task that only such inputs are for, whatever the model is called."""
    return _fitting(body, _CERTAIN)


def by_body(body: Mapping[str, Any]) -> str | None:
    """Return the task that such a body is most likely for; another model may have another."""
    inputs, parameters = body.get("inputs"), body.get("parameters")
    if isinstance(inputs, dict):
        return _fitting(body, _LIKELY)
    if "table" in body:
        return "tabular-classification"
    if {"question", "image"} <= body.keys():
        return "visual-question-answering"
    given = parameters if isinstance(parameters, dict) else {}
    media = _media(inputs)
    if "candidate_labels" in given:
        return "zero-shot-image-classification" if media else "zero-shot-classification"
    if isinstance(inputs, str) and _MASK.search(inputs):
        return "fill-mask"
    return next((task for name, task in _GIVEN.items() if name in given), _BY_KIND.get(media))


def otherwise(body: Mapping[str, Any], usual: str | None) -> str:
    """Return the task of a text that nothing else tells of: a generation or an embedding."""
    if "parameters" in body or "stream" in body:
        return TEXT_GENERATION
    if isinstance(body.get("inputs"), list) or _FLAT & body.keys():
        return EMBEDDING
    return usual or TEXT_GENERATION


def _fitting(body: Mapping[str, Any], known: Iterable[tuple[set[str], str]]) -> str | None:
    inputs = body.get("inputs")
    if not isinstance(inputs, dict):
        return None
    return next((task for parts, task in known if parts <= inputs.keys()), None)


def _media(inputs: Any) -> str:
    """Return what base64 text holds: image, audio or video; empty for other text."""
    if not isinstance(inputs, str) or len(inputs) < 40 or " " in inputs[:200]:
        return ""
    try:
        return formats.mime(decoded(inputs)).partition("/")[0]
    except Refusal:
        return ""
