"""For every task that huggingface_hub has: the same call in its words and in ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from hf_integrations.models.tables import Rows
from tests.emulator.samples import DOCUMENT, PICTURE, SOUND

TABLE = {"City": ["Paris", "Rome"], "People": ["2000000", "2800000"]}
ROWS: dict[str, Any] = {"a": ["1", "9"], "b": ["2", "8"]}
MESSAGES = [{"role": "user", "content": "Hello"}]
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
FORM = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA, "strict": True}}
SIDES = {"width": 48, "height": 32}


class Call(Struct, frozen=True):
    """One call.

    Attributes:
        method: of huggingface_hub's client.
        theirs: its arguments.
        ours: the call, of a client and a model.
        read: their result and ours as what may be compared.
    """

    method: str
    theirs: dict[str, Any]
    ours: Callable[[Any, str], Any]
    read: tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _labels(found: Any) -> Any:
    return [(one.label, one.score) for one in found]


def _picture(found: Any) -> Any:
    """Pixels: theirs is a pillow picture, ours has one."""
    return (found if hasattr(found, "getdata") else found.to_pil()).convert("RGB").tobytes()


def _bytes(found: Any) -> Any:
    return found if isinstance(found, bytes) else found.data


def _first(found: Any) -> Any:
    return found[0] if isinstance(found, list) else found


def _span(found: Any) -> Any:
    one = _first(found)
    return one.answer, one.score, one.start, one.end


def _both(read: Callable[[Any], Any]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    return read, read


def _text(name: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    return lambda found: getattr(found, name), lambda found: found.text


_LABELS = _both(_labels)
_CHAT = (lambda found: found.choices[0].message.content, lambda found: found.text)
_VECTORS = (lambda found: found.tolist(), lambda found: found.vectors.tolist())

CALLS: dict[str, Call] = {
    "conversational": Call(
        "chat_completion",
        {"messages": MESSAGES, "max_tokens": 20, "temperature": 0.5, "seed": 1, "stop": ["x"]},
        lambda c, m: c.chat.complete(
            MESSAGES, model=m, max_tokens=20, temperature=0.5, seed=1, stop=["x"]
        ),
        _CHAT,
    ),
    "text-generation": Call(
        "text_generation", {"prompt": "Hello", "max_new_tokens": 30, "seed": 1},
        lambda c, m: c.text_generation.generate("Hello", model=m, max_new_tokens=30, seed=1),
        (lambda found: found, lambda found: found.generated_text),
    ),
    "feature-extraction": Call(
        "feature_extraction", {"text": ["one text", "another"]},
        lambda c, m: c.embeddings.create(["one text", "another"], model=m), _VECTORS,
    ),
    "automatic-speech-recognition": Call(
        "automatic_speech_recognition", {"audio": SOUND},
        lambda c, m: c.audio.transcribe(SOUND, model=m), _both(lambda found: found.text),
    ),
    "text-to-speech": Call(
        "text_to_speech", {"text": "Hello", "extra_body": {"voice": "emma"}},
        lambda c, m: c.audio.speak("Hello", model=m, voice="emma"), _both(_bytes),
    ),
    "text-to-image": Call(
        "text_to_image", {"prompt": "a dog", "seed": 2, **SIDES},
        lambda c, m: c.image.generate("a dog", model=m, seed=2, **SIDES), _both(_picture),
    ),
    "image-to-image": Call(
        "image_to_image", {"image": PICTURE, "prompt": "green", "num_inference_steps": 4},
        lambda c, m: c.image.edit(PICTURE, model=m, prompt="green", num_inference_steps=4),
        _both(_picture),
    ),
    "text-to-video": Call(
        "text_to_video", {"prompt": "a dog", "num_frames": 3, "num_inference_steps": 4},
        lambda c, m: c.video.generate("a dog", model=m, num_frames=3, num_inference_steps=4),
        _both(_bytes),
    ),
    "image-to-video": Call(
        "image_to_video", {"image": PICTURE, "prompt": "go", "num_frames": 2},
        lambda c, m: c.video.animate(PICTURE, model=m, prompt="go", num_frames=2), _both(_bytes),
    ),
    "image-segmentation": Call(
        "image_segmentation", {"image": PICTURE}, lambda c, m: c.image.segment(PICTURE, model=m),
        _both(lambda found: [(one.label, _picture(one.mask)) for one in found]),
    ),
    "text-classification": Call(
        "text_classification", {"text": "I love it", "top_k": 2},
        lambda c, m: c.text.classify("I love it", model=m, top_k=2), _LABELS,
    ),
    "token-classification": Call(
        "token_classification", {"text": "Ada lives in Rome.", "aggregation_strategy": "simple"},
        lambda c, m: c.text.classify_tokens(
            "Ada lives in Rome.", model=m, aggregation_strategy="simple"
        ),
        _both(lambda found: [(one.entity_group, one.word, one.start) for one in found]),
    ),
    "zero-shot-classification": Call(
        "zero_shot_classification", {"text": "They won", "candidate_labels": ["art", "sports"]},
        lambda c, m: c.text.classify_zero_shot(
            "They won", model=m, candidate_labels=["art", "sports"]
        ),
        _LABELS,
    ),
    "question-answering": Call(
        "question_answering", {"question": "Where?", "context": "Ada lives in Rome.", "top_k": 1},
        lambda c, m: c.text.answer("Where?", "Ada lives in Rome.", model=m, top_k=1), _both(_span),
    ),
    "table-question-answering": Call(
        "table_question_answering", {"table": TABLE, "query": "How large is Rome?"},
        lambda c, m: c.text.answer_table("How large is Rome?", TABLE, model=m),
        _both(lambda found: (found.answer, found.cells)),
    ),
    "tabular-classification": Call(
        "tabular_classification", {"table": ROWS},
        lambda c, m: c.tabular.classify(Rows(ROWS), model=m), _both(list),
    ),
    "fill-mask": Call(
        "fill_mask", {"text": "Paris is [MASK].", "top_k": 2},
        lambda c, m: c.text.fill_mask("Paris is [MASK].", model=m, top_k=2),
        _both(lambda found: [(one.token_str, one.score) for one in found]),
    ),
    "summarization": Call(
        "summarization", {"text": "Bees make honey. It rained."},
        lambda c, m: c.text.summarize("Bees make honey. It rained.", model=m),
        _text("summary_text"),
    ),
    "translation": Call(
        "translation", {"text": "Hello world", "src_lang": "en", "tgt_lang": "de"},
        lambda c, m: c.text.translate("Hello world", model=m, src_lang="en", tgt_lang="de"),
        _text("translation_text"),
    ),
    "sentence-similarity": Call(
        "sentence_similarity", {"sentence": "a cat", "other_sentences": ["cats", "money"]},
        lambda c, m: c.text.similarity("a cat", ["cats", "money"], model=m), _both(list),
    ),
    "image-classification": Call(
        "image_classification", {"image": PICTURE, "top_k": 2},
        lambda c, m: c.image.classify(PICTURE, model=m, top_k=2), _LABELS,
    ),
    "object-detection": Call(
        "object_detection", {"image": PICTURE}, lambda c, m: c.image.detect(PICTURE, model=m),
        _both(lambda found: [(one.label, one.box.xmin, one.box.ymax) for one in found]),
    ),
    "image-to-text": Call(
        "image_to_text", {"image": PICTURE}, lambda c, m: c.image.describe(PICTURE, model=m),
        _text("generated_text"),
    ),
    "zero-shot-image-classification": Call(
        "zero_shot_image_classification", {"image": PICTURE, "candidate_labels": ["a", "sea"]},
        lambda c, m: c.image.classify_zero_shot(PICTURE, model=m, candidate_labels=["a", "sea"]),
        _LABELS,
    ),
    "visual-question-answering": Call(
        "visual_question_answering", {"image": PICTURE, "question": "What colour?"},
        lambda c, m: c.image.answer(PICTURE, "What colour?", model=m),
        _both(lambda found: [(one.answer, one.score) for one in found]),
    ),
    "document-question-answering": Call(
        "document_question_answering", {"image": DOCUMENT, "question": "How much?"},
        lambda c, m: c.image.answer_document(DOCUMENT, "How much?", model=m), _both(_span),
    ),
    "audio-classification": Call(
        "audio_classification", {"audio": SOUND}, lambda c, m: c.audio.classify(SOUND, model=m),
        _LABELS,
    ),
    "audio-to-audio": Call(
        "audio_to_audio", {"audio": SOUND}, lambda c, m: c.audio.transform(SOUND, model=m),
        (
            lambda found: [(one.label, one.blob) for one in found],
            lambda found: [(one.label, one.audio.data) for one in found],
        ),
    ),
}  # fmt: skip

# Not a task of its own: a chat whose answer has a form, which providers write differently.
STRUCTURED = Call(
    "chat_completion", {"messages": [{"role": "user", "content": "7"}], "response_format": FORM},
    lambda c, m: c.chat.complete("7", model=m, response_format=FORM), _CHAT,
)  # fmt: skip
