"""Every task that huggingface_hub has, asked of hf-inference by its two clients."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from huggingface_hub import AsyncInferenceClient, InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from PIL import Image

from hf_integrations.emulator import Emulator
from hf_integrations.emulator.media import sound, speech
from tests.emulator.conftest import TOKEN
from tests.emulator.rerouted import hub_at
from tests.emulator.samples import DOCUMENT, PICTURE, SAID, SOUND

# The async client of the package sends bytes in a way that its HTTP library would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

TABLE = {"City": ["Paris", "Rome"], "People": ["2000000", "2800000"]}
Check = Callable[[Any], bool]


def understood(data: bytes) -> str:
    """Return what is said in a WAV file."""
    found = sound.read(data)
    return " ".join(word.text for word in speech.hear(found)) if found else ""


# task: what is sent, beside the model, and what must be true of the result.
CASES: dict[str, tuple[dict[str, Any], Check]] = {
    "text_classification": (
        {"text": "I love this wonderful film"},
        lambda found: found[0].label == "POSITIVE" and found[0].score > 0.9,
    ),
    "token_classification": (
        {"text": "Ada Lovelace lives in London.", "aggregation_strategy": "simple"},
        lambda found: [(e.entity_group, e.word) for e in found]
        == [("PER", "Ada Lovelace"), ("LOC", "London")],
    ),
    "zero_shot_classification": (
        {"text": "The team won the match", "candidate_labels": ["politics", "sports"]},
        lambda found: found[0].label == "sports",
    ),
    "question_answering": (
        {"question": "Where does Ada live?", "context": "Ada is 36. Ada lives in London."},
        lambda found: found.answer == "London" and found.start == 24,
    ),
    "table_question_answering": (
        {"table": TABLE, "query": "How large is People in Rome?"},
        lambda found: found.answer == "2800000" and found.coordinates == [[1, 1]],
    ),
    "tabular_classification": ({"table": {"a": ["1", "9"], "b": ["2", "8"]}}, ["0", "2"].__eq__),
    "fill_mask": (
        {"text": "The capital of France is [MASK].", "top_k": 2},
        lambda found: [one.token_str for one in found] == ["paris", "lyon"],
    ),
    "summarization": (
        {"text": "Bees make honey. Bees fly far. It rained. Honey of bees is sweet."},
        lambda found: "honey" in found.summary_text.lower(),
    ),
    "translation": (
        {"text": "Hello world", "src_lang": "en", "tgt_lang": "de"},
        lambda found: found.translation_text == "Hallo Welt",
    ),
    "sentence_similarity": (
        {"sentence": "a cat sits", "other_sentences": ["cats sat", "money"]},
        lambda found: found[0] > found[1],
    ),
    "feature_extraction": ({"text": "Hello"}, lambda found: found.shape == (1, 384)),
    "text_generation": ({"prompt": "Hello"}, "Hello! How can I help you?".__eq__),
    "image_classification": (
        {"image": PICTURE, "top_k": 2},
        lambda found: [one.label for one in found] == ["seashore", "strawberry"],
    ),
    "object_detection": (
        {"image": PICTURE},
        lambda found: found[0].label == "strawberry" and found[0].box.xmax <= 96,
    ),
    "image_segmentation": (
        {"image": PICTURE},
        lambda found: [one.mask.size for one in found] == [(96, 64)] * 2,
    ),
    "image_to_text": ({"image": PICTURE}, lambda found: "red" in found.generated_text),
    "zero_shot_image_classification": (
        {"image": PICTURE, "candidate_labels": ["green grass", "blue sea"]},
        lambda found: found[0].label == "blue sea",
    ),
    "visual_question_answering": (
        {"image": PICTURE, "question": "What colour is the background?"},
        lambda found: found[0].answer == "blue",
    ),
    "document_question_answering": (
        {"image": DOCUMENT, "question": "How much is the total?"},
        lambda found: found[0].answer == "42" and found[0].start == 5,
    ),
    "image_to_image": (
        {"image": PICTURE, "prompt": "green"},
        lambda found: found.size == (96, 64),
    ),
    "text_to_image": (
        {"prompt": "a dog", "width": 48, "height": 32, "seed": 1},
        lambda found: found.size == (48, 32),
    ),
    "automatic_speech_recognition": ({"audio": SOUND}, lambda found: found.text == SAID),
    "audio_classification": ({"audio": SOUND}, lambda found: found[0].label == "Speech"),
    "audio_to_audio": (
        {"audio": SOUND},
        lambda found: len(found) == 2 and found[0].blob[:4] == b"RIFF",
    ),
    "text_to_speech": (
        {"text": "Hello you"},
        lambda found: understood(found) == "Hello you",
    ),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def hub(emulator: Emulator) -> Iterator[None]:
    """Lead the package to the shared emulator."""
    with hub_at(emulator.url):
        yield


@pytest.mark.parametrize("method", CASES)
def test_the_recommended_model_answers(method: str) -> None:
    """Without a model, the client takes the Hub's for the task, and checks that it fits."""
    client = InferenceClient(token=TOKEN)
    given, check = CASES[method]
    model = {} if method != "tabular_classification" else {"model": "scikit-learn/x-tabular-class"}
    assert check(getattr(client, method)(**given, **model))


@pytest.mark.parametrize("method", CASES)
async def test_the_async_client_gets_the_same(method: str) -> None:
    """From a model that is known by nothing but its URL."""
    given, check = CASES[method]
    task = method.replace("_", "-")
    url = f"https://router.huggingface.co/models/org/m?task={task}"
    async with AsyncInferenceClient(token=TOKEN) as client:
        assert check(await getattr(client, method)(**given, model=url))


def test_tabular_regression() -> None:
    """Which the client has, and of its provider table lacks: only by the URL of a model."""
    client = InferenceClient(token=TOKEN)
    with pytest.raises(ValueError, match="tabular-regression"):
        client.tabular_regression({"a": ["1"]}, model="org/m")


def test_timestamps_and_other_parameters() -> None:
    """What is asked for beside the inputs changes the result."""
    client = InferenceClient(token=TOKEN)
    heard = client.automatic_speech_recognition(SOUND, extra_body={"return_timestamps": "word"})
    assert [chunk.text.strip() for chunk in heard.chunks or []] == SAID.split()
    several = client.question_answering("Who lives?", "Ada Smith lives. Bob Hope lives.", top_k=2)
    assert isinstance(several, list)
    assert [one.answer for one in several] == ["Ada Smith", "Bob Hope"]
    plain = client.token_classification("Ada Lovelace", aggregation_strategy="none")
    assert [one.entity for one in plain] == ["B-PER", "I-PER"]


def test_pictures_as_files() -> None:
    """JPEG and GIF as well as PNG."""
    client = InferenceClient(token=TOKEN)
    for kind in ("JPEG", "GIF", "WEBP", "BMP"):
        file = io.BytesIO()
        Image.open(io.BytesIO(PICTURE)).convert("RGB").save(file, kind)
        assert client.image_classification(file.getvalue())[0].label == "seashore", kind


def test_a_model_of_another_task_is_refused_by_the_client() -> None:
    """By what the Hub says of it."""
    client = InferenceClient(provider="hf-inference", token=TOKEN)
    with pytest.raises(ValueError, match="doesn't support task 'translation'"):
        client.translation("Hello", model="openai/whisper-large-v3")


def test_wrong_input_is_refused_by_the_service() -> None:
    """With its words."""
    client = InferenceClient(token=TOKEN)
    with pytest.raises(HfHubHTTPError, match="No mask_token"):
        client.fill_mask("Nothing is left out.")
    with pytest.raises(HfHubHTTPError, match="Malformed soundfile"):
        client.automatic_speech_recognition(PICTURE)
