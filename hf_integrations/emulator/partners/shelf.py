"""Who serves what: the tasks of each provider, and well-known models with their ids there.

Sources: huggingface_hub 2.4, `inference/_providers/__init__.py`; the tasks of nebius and sambanova
are those that these providers had when they were on the Hub. The ids at the providers are made up
where the Hub does not show them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hf_integrations.emulator.catalogue import CATALOGUE
from hf_integrations.emulator.tasks import naming
from hf_integrations.emulator.tasks.table import CHAT, EMBEDDING, RULES, SIMILARITY, TEXT_GENERATION

_T2I, _I2I, _T2V, _I2V = "text-to-image", "image-to-image", "text-to-video", "image-to-video"
_TTS, _ASR, _MASKS = "text-to-speech", "automatic-speech-recognition", "image-segmentation"

SERVES: dict[str, frozenset[str]] = {
    name: frozenset(tasks)
    for name, tasks in {
        "baseten": (CHAT,),
        "cerebras": (CHAT,),
        "cohere": (CHAT,),
        "deepinfra": (CHAT, TEXT_GENERATION, EMBEDDING, _ASR, _TTS),
        "fal-ai": (_ASR, _T2I, _TTS, _T2V, _I2V, _I2I, _MASKS),
        "featherless-ai": (CHAT, TEXT_GENERATION),
        "fireworks-ai": (CHAT,),
        "groq": (CHAT, TEXT_GENERATION),
        "hf-inference": (CHAT, TEXT_GENERATION, EMBEDDING, SIMILARITY, *RULES),
        "nebius": (CHAT, TEXT_GENERATION, EMBEDDING, _T2I),
        "novita": (CHAT, TEXT_GENERATION, _T2V),
        "nscale": (CHAT, _T2I),
        "openai": (CHAT,),
        "ovhcloud": (CHAT, TEXT_GENERATION),
        "publicai": (CHAT,),
        "replicate": (_ASR, _I2I, _T2I, _TTS, _T2V),
        "sambanova": (CHAT, EMBEDDING),
        "scaleway": (CHAT, EMBEDDING),
        "together": (CHAT, EMBEDDING, _ASR, _I2I, _I2V, TEXT_GENERATION, _T2I, _TTS, _T2V),
        "wavespeed": (_T2I, _T2V, _I2I, _I2V),
        "zai-org": (CHAT, _T2I),
    }.items()
}
UNROUTED = frozenset(("openai",))  # reached with its own key only, never through the router


@dataclass(frozen=True, slots=True)
class Model:
    """A model on the Hub: its task, and its id at each provider that serves it.

    Attributes:
        weights: the file of a LoRA's weights; its ids are those of the model below.
    """

    id: str
    task: str
    ids: dict[str, str] = field(default_factory=dict)
    weights: str = ""

    @property
    def tag(self) -> str:
        """The `pipeline_tag` that the Hub shows."""
        return TEXT_GENERATION if self.task == CHAT else self.task

    def mapping(self) -> dict[str, tuple[str, str]]:
        """Return, for each provider, the model's id and its task there."""
        return {provider: (ident, self.task) for provider, ident in self.ids.items()}


def _model(ident: str, task: str, *same: str, **others: str) -> Model:
    """Return a model with its own id at the providers in `same`, and with another at others."""
    ids = dict.fromkeys(same, ident)
    return Model(ident, task, ids | {k.replace("_", "-"): v for k, v in others.items()})


_VERSION = "9f747673945c62801b13b84701c783929c0ee784e4748ec062204894dda1a351"
_MEDIA = (
    _model("black-forest-labs/FLUX.1-dev", _T2I, "hf-inference", "together", "nebius",
           fal_ai="fal-ai/flux/dev", replicate="black-forest-labs/flux-dev",
           wavespeed="wavespeed-ai/flux-dev"),
    _model("stabilityai/stable-diffusion-xl-base-1.0", _T2I, "hf-inference", "nscale",
           replicate=f"stability-ai/sdxl:{_VERSION}"),
    _model("zai-org/GLM-Image", _T2I, zai_org="glm-image"),
    _model("black-forest-labs/FLUX.1-Kontext-dev", _I2I, "together",
           fal_ai="fal-ai/flux-kontext/dev", replicate="black-forest-labs/flux-kontext-dev",
           wavespeed="wavespeed-ai/flux-kontext-dev"),
    _model("Wan-AI/Wan2.2-T2V-A14B", _T2V, "together", fal_ai="fal-ai/wan/v2.2-a14b/text-to-video",
           novita="wan-t2v", replicate="wan-video/wan-2.2-t2v-fast",
           wavespeed="wavespeed-ai/wan-2.2/t2v-480p"),
    _model("Wan-AI/Wan2.2-I2V-A14B", _I2V, "together",
           fal_ai="fal-ai/wan/v2.2-a14b/image-to-video", wavespeed="wavespeed-ai/wan-2.2/i2v-480p"),
    _model("hexgrad/Kokoro-82M", _TTS, "deepinfra", "together", fal_ai="fal-ai/kokoro",
           replicate=f"jaaari/kokoro-82m:{_VERSION}"),
    _model("openai/whisper-large-v3", _ASR, "hf-inference", "deepinfra", fal_ai="fal-ai/whisper",
           replicate="openai/whisper"),
    _model("briaai/RMBG-2.0", _MASKS, fal_ai="fal-ai/bria/background/remove"),
    _model("Qwen/Qwen3-Embedding-8B", EMBEDDING, "deepinfra", "nebius", "together",
           scaleway="qwen3-embedding-8b"),
    _model("meta-llama/Llama-3.1-8B", TEXT_GENERATION, "deepinfra", "featherless-ai", "together",
           novita="meta-llama/llama-3.1-8b"),
)  # fmt: skip
# What hf-inference serves: for each task a model that its docs name.
_HF = {
    "text-classification": "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    "token-classification": "dslim/bert-base-NER",
    "zero-shot-classification": "facebook/bart-large-mnli",
    "text-ranking": "BAAI/bge-reranker-v2-m3",
    "question-answering": "deepset/roberta-base-squad2",
    "table-question-answering": "google/tapas-base-finetuned-wtq",
    "tabular-classification": "scikit-learn/tabular-playground",
    "tabular-regression": "scikit-learn/Fish-Weight",
    "fill-mask": "google-bert/bert-base-uncased",
    "summarization": "facebook/bart-large-cnn",
    "translation": "google-t5/t5-small",
    EMBEDDING: "intfloat/multilingual-e5-large",
    SIMILARITY: "sentence-transformers/all-MiniLM-L6-v2",
    "image-classification": "google/vit-base-patch16-224",
    "zero-shot-image-classification": "openai/clip-vit-base-patch32",
    "object-detection": "facebook/detr-resnet-50",
    "zero-shot-object-detection": "google/owlvit-base-patch32",
    "keypoint-detection": "magic-leap-community/superpoint",
    "image-to-text": "Salesforce/blip-image-captioning-large",
    "visual-question-answering": "dandelin/vilt-b32-finetuned-vqa",
    "document-question-answering": "impira/layoutlm-document-qa",
    _MASKS: "facebook/mask2former-swin-large-cityscapes-panoptic",
    "mask-generation": "facebook/sam-vit-huge",
    "depth-estimation": "Intel/dpt-large",
    "unconditional-image-generation": "google/ddpm-church-256",
    _I2I: "timbrooks/instruct-pix2pix",
    "text-to-3d": "openai/shap-e",
    "image-to-3d": "microsoft/TRELLIS-image-large",
    "audio-classification": "superb/hubert-large-superb-er",
    "audio-to-audio": "speechbrain/sepformer-wham",
    _TTS: "facebook/mms-tts-eng",
    "text-to-audio": "facebook/musicgen-small",
    "video-classification": "MCG-NJU/videomae-base-finetuned-kinetics",
    TEXT_GENERATION: "openai-community/gpt2",
}
_CHAT = (
    Model(name, CHAT, {o.provider: name for o in offers}) for name, offers in CATALOGUE.items()
)
MODELS: dict[str, Model] = {
    model.id: model
    for model in [
        *_CHAT, *_MEDIA, *(_model(ident, task, "hf-inference") for task, ident in _HF.items()),
    ]
}  # fmt: skip
MODELS["openfree/ghibli-lora"] = Model(
    "openfree/ghibli-lora", _T2I,
    {"fal-ai": "fal-ai/flux-lora", "replicate": "black-forest-labs/flux-dev-lora"},
    weights="ghibli-lora.safetensors",
)  # fmt: skip
_AT_PROVIDER = {
    (provider, ident): model for model in MODELS.values() for provider, ident in model.ids.items()
}


def find(ident: str, task: str | None = None) -> Model:
    """Return a model: from the shelf, else one that every provider of its task serves.

    Args:
        task: what the model is for, where the caller knows.
    """
    known = MODELS.get(ident)
    if known is not None and task in (None, known.task):
        return known
    found = task or naming.by_name(ident) or CHAT
    return Model(ident, found, dict.fromkeys(_serving(found), ident))


def task_at(provider: str, ident: str) -> str | None:
    """Return the task of what a provider calls `ident`; None where it is not on the shelf."""
    model = _AT_PROVIDER.get((provider, ident)) or MODELS.get(ident)
    return model.task if model else None


def listed(providers: Iterable[str], tag: str | None, search: str) -> list[Model]:
    """Return the models of the shelf that one of `providers` serves; all of them for none."""
    wanted = set(providers)
    return [
        model
        for model in MODELS.values()
        if (not wanted or wanted & model.ids.keys())
        and tag in (None, model.tag)
        and search.lower() in model.id.lower()
    ]


def _serving(task: str) -> list[str]:
    return [name for name, tasks in SERVES.items() if task in tasks and name not in UNROUTED]
