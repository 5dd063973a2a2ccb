"""Pictures, sound and film as objects."""

from __future__ import annotations

import base64
import io
import pickle
import typing
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Response
from hf_integrations.models.media import (
    Audio,
    AudioInput,
    Image,
    ImageInput,
    Media,
    Video,
    VideoInput,
    received,
)
from tests.transport.media.making import (
    SAMPLES,
    encoded,
    film,
    noise,
    picture,
    sound_file,
    tone,
    wav,
    webm,
)

PNG = SAMPLES["image/png"]


def clear_colour() -> bytes:
    """A picture with a palette, of which one colour is clear."""
    source = PIL.Image.new("P", (6, 4), 1)
    source.putpalette([0, 0, 0, 255, 0, 0])
    return encoded(source, "PNG", transparency=1)


@pytest.mark.parametrize("media_type", SAMPLES)
def test_the_bytes_say_what_they_are(media_type: str) -> None:
    """A wrong claim does no harm."""
    assert Media(SAMPLES[media_type], "text/html").media_type == media_type


def test_a_recording_in_a_film_container() -> None:
    """As browsers and phones make them."""
    assert Audio(webm()).media_type == "audio/webm"
    assert Audio(film()).media_type == "audio/mp4"
    assert Video(SAMPLES["image/gif"]).media_type == "image/gif"


@pytest.mark.parametrize(
    ("kind", "data"),
    [(Image, wav()), (Audio, PNG), (Video, PNG), (Video, wav()), (Image, film())],
)
def test_another_kind_is_refused(kind: type[Media], data: bytes) -> None:
    """The error names both kinds."""
    with pytest.raises(ValidationError, match=f"which is no {kind.noun}"):
        kind(data)


@pytest.mark.parametrize(
    "claim", ["", "image/png", "image/jpg", "audio/basic", "nonsense", '"><b>']
)
def test_what_is_not_known_needs_a_claim_that_can_be_true(claim: str) -> None:
    """A type that bytes would tell is not believed, nor one of another family."""
    with pytest.raises(ValidationError, match="begin like no picture"):
        Image(b"<svg/>", claim)


def test_a_claim_counts_where_bytes_do_not_tell() -> None:
    """Formats without a mark at the front."""
    assert Image(b"<svg/>", "Image/SVG+xml; charset=utf-8").media_type == "image/svg+xml"
    assert Audio(b"\x7f\xff", "audio/basic").media_type == "audio/basic"
    assert Media(b"?").media_type == "application/octet-stream"
    assert Media(b"solid", "model/stl").media_type == "model/stl"


def test_only_bytes_are_data() -> None:
    """Mutable ones are copied; text is refused."""
    mutable = bytearray(PNG)
    image = Image(mutable)  # type: ignore[arg-type]
    mutable[:] = b"changed"

    assert image.data == PNG
    with pytest.raises(ValidationError, match="data must be bytes, not str"):
        Image("cat.png")  # type: ignore[arg-type]


def test_an_object_is_a_value() -> None:
    """Equal, hashable, immutable, and it survives pickle."""
    image = Image(PNG)

    assert image == Image(PNG) != Image(SAMPLES["image/gif"])
    assert len({image, Image(PNG)}) == 1
    assert pickle.loads(pickle.dumps(image)) == image  # noqa: S301 - our own bytes
    with pytest.raises(AttributeError):
        image.data = b""  # type: ignore[misc]


def test_base64_and_data_uri() -> None:
    """Both give the bytes back."""
    image = Image(PNG)
    head, _, body = image.data_uri.partition(",")

    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == base64.b64decode(image.base64) == PNG


def test_nothing_shows_the_bytes() -> None:
    """Neither repr nor rich; what is cheap to know is shown."""
    image = Image(PNG, changes=("scaled",))

    assert repr(image) == f"Image(image/png, 6 × 4, {len(PNG)} bytes, scaled)"
    assert image.__rich_repr__() == [("media_type", "image/png"), ("bytes", len(PNG))]
    assert repr(Audio(wav(2))) == "Audio(audio/wav, 2.00 s, 32,044 bytes)"
    assert repr(Video(film())).startswith("Video(video/mp4, 2.50 s, ")
    assert repr(Audio(webm(b"A_OPUS"))) == "Audio(audio/webm, 19 bytes)"
    assert repr(Media(b"x")) == "Media(application/octet-stream, 1 bytes)"
    assert repr(Video(webm())) == "Video(video/webm, 18 bytes)"
    assert repr(Image(b"<svg/>", "image/svg+xml")) == "Image(image/svg+xml, 6 bytes)"


def test_sizes_and_lengths() -> None:
    """From headers; None where they do not tell."""
    assert Image(PNG).size == (6, 4)
    assert Video(SAMPLES["image/gif"]).size == (6, 4)
    assert Video(film()).size is None
    assert Video(film()).duration == 2.5
    assert Audio(wav(1.5)).duration == 1.5
    assert Audio(sound_file("MP3")).duration is None


@pytest.mark.parametrize("media_type", SAMPLES)
def test_saving_under_the_usual_suffix(media_type: str, tmp_path: Path) -> None:
    """The bytes as they are; the path comes back."""
    media = Media(SAMPLES[media_type])
    path = media.save(str(tmp_path / f"file{media.suffix}"))

    assert path == tmp_path / f"file{media.suffix}"
    assert path.read_bytes() == media.data


@pytest.mark.parametrize("name", ["a.JPG", "a.jpeg", "a", "a.bin", "a.data.jpe"])
def test_saving_under_a_suffix_that_is_not_wrong(name: str, tmp_path: Path) -> None:
    """Other spellings, none, and suffixes of no media."""
    assert Image(SAMPLES["image/jpeg"]).save(tmp_path / name).exists()


def test_saving_what_is_not_known(tmp_path: Path) -> None:
    """Any suffix may be right."""
    assert Media(b"?").suffix == ".bin"
    assert Media(b"?").save(tmp_path / "a.png").exists()


def test_saving_under_a_wrong_suffix(tmp_path: Path) -> None:
    """Refused, with the right name; nothing is written."""
    with pytest.raises(
        ValidationError, match=r"a\.png ends in \.png.*image/jpeg.*a\.jpg"
    ) as caught:
        Image(SAMPLES["image/jpeg"]).save(tmp_path / "a.png")

    assert not list(tmp_path.iterdir())
    assert "not converted" in str(caught.value)


def test_saving_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A typed error with the reason."""
    with pytest.raises(ValidationError, match="cannot be written: No such file or directory"):
        Image(PNG).save(tmp_path / "no" / "such" / "folder.png")


def test_a_picture_for_pillow_and_numpy() -> None:
    """Decoded, in the picture's own mode; for numpy in the usual ones."""
    pixels = noise(5, 3)
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "PNG")
    image = Image(file.getvalue())

    assert image.to_pil().size == (5, 3)
    assert np.array_equal(image.to_numpy(), pixels)


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (picture("PNG", mode="L"), (4, 6)),
        (picture("PNG", mode="RGBA"), (4, 6, 4)),
        (picture("PNG", mode="LA"), (4, 6, 4)),
        (picture("PNG", mode="P"), (4, 6, 3)),
        (clear_colour(), (4, 6, 4)),
        (picture("JPEG", mode="CMYK"), (4, 6, 3)),
        (picture("PNG", mode="I;16"), (4, 6)),
        (picture("TIFF", mode="F"), (4, 6)),
    ],
)
def test_the_shapes_of_pixels(data: bytes, shape: tuple[int, ...]) -> None:
    """Grey, colours, or colours with alpha."""
    assert Image(data).to_numpy().shape == shape


def test_sound_for_numpy() -> None:
    """Samples and frames per second; one channel is one dimension."""
    mono, rate = Audio(wav(0.5)).to_numpy()
    stereo, _ = Audio(wav(0.5, channels=2)).to_numpy()

    assert (mono.shape, stereo.shape, rate) == ((4000,), (4000, 2), 8000)
    assert mono.dtype == np.float32
    assert np.abs(mono - tone(0.5)[:, 0]).max() < 1e-4


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/gif"])
def test_a_notebook_shows_a_picture(media_type: str) -> None:
    """As the type that every notebook knows, in base64."""
    bundle = Image(SAMPLES[media_type])._repr_mimebundle_()

    assert base64.b64decode(bundle[media_type]) == SAMPLES[media_type]
    assert bundle["text/plain"].startswith(f"Image({media_type}")


@pytest.mark.parametrize(
    ("media", "begin"),
    [
        (Image(SAMPLES["image/webp"]), '<img src="data:image/webp;base64,'),
        (Audio(wav()), '<audio controls src="data:audio/wav;base64,'),
        (Video(film()), '<video controls src="data:video/mp4;base64,'),
        (Video(SAMPLES["image/gif"]), '<img src="data:image/gif;base64,'),
    ],
)
def test_a_notebook_plays(media: Media, begin: str) -> None:
    """Everything else as HTML that needs no file."""
    assert media._repr_mimebundle_(include=None, exclude=None)["text/html"].startswith(begin)


def test_a_notebook_shows_no_unknown_bytes() -> None:
    """Only what they are."""
    assert list(Media(b"?")._repr_mimebundle_()) == ["text/plain"]


def test_an_answer_becomes_a_picture() -> None:
    """By its bytes, whatever the header says."""
    response = Response(200, {"content-type": "image/jpeg"}, PNG)

    assert received(Image, response) == Image(PNG)


@pytest.mark.parametrize(
    ("body", "declared", "what"),
    [
        (b'{"error": "secret words"}', "application/json; charset=utf-8", "application/json"),
        (b"<html>secret words", "image/png", "image/png"),
        (wav(), "image/png", "audio/wav"),
        (b"", "", "of no known type"),
    ],
)
def test_an_answer_that_is_no_picture(body: bytes, declared: str, what: str) -> None:
    """A typed error that says what came and shows none of it."""
    with pytest.raises(DecodeError, match=f"no picture.* bytes are {what}") as caught:
        received(Image, Response(200, {"content-type": declared}, body))

    assert "secret" not in str(caught.value)
    assert caught.value.status == 200


def test_the_names_of_inputs_can_be_used_in_signatures() -> None:
    """At run time too, as frameworks read them."""
    for alias in (ImageInput, AudioInput, VideoInput):
        assert type(None) in typing.get_args(typing.Optional[alias])  # noqa: UP045
