"""What type checkers say of the tasks; the functions are checked, and never run."""

from __future__ import annotations

from typing import Any, assert_type

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from hf_integrations.models.media import Audio, Image, Media, Video
from hf_integrations.models.replies import Answers
from hf_integrations.models.speech import Track, Transcription
from hf_integrations.models.tables import TableAnswer
from hf_integrations.models.text import Entity, Fill, Found, Label, Ranked, Written
from hf_integrations.models.vision import Depth, Detection, ImageAnswer, Segment
from hf_integrations.routing import table


def plain(client: HfInferenceClient) -> None:
    """The plain client."""
    assert_type(client.text.classify("x", model="a/b", top_k=1), Answers[Label])
    assert_type(client.text.classify_tokens("x"), Answers[Entity])
    assert_type(client.text.classify_zero_shot("x", candidate_labels=["a"])[0], Label)
    assert_type(client.text.answer("q", "c").best, Found)
    assert_type(client.text.answer_table("q", {"a": [1]}), TableAnswer)
    assert_type(client.text.fill_mask("a [MASK]"), Answers[Fill])
    assert_type(client.text.summarize("x").text, str)
    assert_type(client.text.translate("x", src_lang="en"), Written)
    assert_type(client.text.similarity("x", ["y"]), Answers[float])
    assert_type(client.text.rank("q", ["y"], top_k=1), Answers[Ranked])
    assert_type(client.image.detect("a.png", threshold=0.5), Answers[Detection])
    assert_type(client.image.segment(b"x").best.mask, Image)
    assert_type(client.image.generate("a cat", width=64), Image)
    assert_type(client.image.estimate_depth(b"x"), Depth)
    assert_type(client.image.answer(b"x", "what?"), Answers[ImageAnswer])
    assert_type(client.image.masks(b"x"), Answers[Segment])
    assert_type(client.image.to_3d(b"x"), Media)
    assert_type(client.audio.transcribe(b"x", return_timestamps="word"), Transcription)
    assert_type(client.audio.speak("x"), Audio)
    assert_type(client.audio.transform(b"x"), Answers[Track])
    assert_type(client.video.generate("x"), Video)
    assert_type(client.tabular.regress({"a": [1]}), Answers[float])
    assert_type(client.run(table.DETECT, b"x"), Answers[Detection])
    assert_type(client.run(table.GENERATE_IMAGE, "x"), Image)


async def looped(client: AsyncHfInferenceClient) -> None:
    """The asyncio client."""
    assert_type(await client.text.classify("x", model="a/b", top_k=1), Answers[Label])
    assert_type(await client.text.rank("q", ["y"]), Answers[Ranked])
    assert_type(await client.image.generate("a cat", seed=1), Image)
    assert_type(await client.audio.transcribe(b"x"), Transcription)
    assert_type(await client.video.animate(b"x", prompt="wave"), Video)
    assert_type(await client.tabular.regress({"a": [1]}), Answers[float])
    assert_type(await client.run(table.DETECT, b"x"), Answers[Detection])


def wrong(client: HfInferenceClient) -> list[Any]:
    """What is no right call is an error in the editor: each of these needs its mark."""
    return [
        client.text.classify("x", top_n=1),  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
        client.text.classify_zero_shot("x"),  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
        client.image.detect("x", threshold="a"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    ]


def test_the_checked_functions_exist() -> None:
    """The promises above are kept by mypy and by pyright, not here."""
    assert all(map(callable, (plain, looped, wrong)))
