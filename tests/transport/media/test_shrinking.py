"""Pictures made fit to be sent."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hf_integrations.errors import ValidationError
from hf_integrations.models.media import Image
from hf_integrations.transport.media import MediaSettings
from hf_integrations.transport.media.shrinking import Needs, changed, needs
from tests.transport.media.making import HAS_AVIF, SAMPLES, encoded, noise, picture

SETTINGS = MediaSettings(max_image_side=64, max_png_bytes=2000)
PLAIN = frozenset({"image/png", "image/jpeg"})


def fit(data: bytes, takes: Any = None, settings: MediaSettings = SETTINGS) -> Image:
    """What is sent of a picture."""
    image = Image(data)
    need = needs(image, settings, takes)
    return changed(image, need, settings, takes) if need else image


def pixels(image: Image) -> Any:
    """As floats, grey or colours."""
    return image.to_numpy().astype(float)


def gradient(width: int, height: int, mode: str = "RGB") -> PIL.Image.Image:
    """A picture that any format keeps nearly as it is, and that has no symmetry."""
    across = np.linspace(0, 200, width)[None, :, None] + np.zeros((height, 1, 3))
    down = np.linspace(0, 55, height)[:, None, None] * np.array([1, 0.5, 0])
    return PIL.Image.fromarray((across + down).astype(np.uint8)).convert(mode)


@pytest.mark.parametrize(
    "media_type",
    sorted({one for one in SAMPLES if one.startswith("image/")} - {"image/webp", "image/tiff"}),
)
def test_what_needs_no_change_is_left_alone(media_type: str) -> None:
    """To the byte, and nothing is said; a format pillow lacks included."""
    image = Image(SAMPLES[media_type])

    assert not needs(image, SETTINGS, None)
    assert fit(image.data) == image
    assert image.changes == ()


def test_nothing_is_changed_when_that_is_off() -> None:
    """Neither scaled nor turned nor converted; and nothing is even looked at."""
    off = MediaSettings.thin(max_image_side=4, max_png_bytes=10)
    data = encoded(gradient(300, 200), "JPEG", exif=exif(6))

    assert not needs(Image(data), off, None)
    assert not needs(Image(data), off, PLAIN)
    assert not needs(Image(SAMPLES["image/png"][:40] + bytes(50)), off, None)
    with pytest.raises(ValidationError, match=r"takes image/jpeg, image/png, not image/webp.*"
                       "auto_optimize_images"):  # fmt: skip
        needs(Image(SAMPLES["image/webp"]), off, PLAIN)


def exif(orientation: int) -> PIL.Image.Exif:
    """Notes that say how the camera was held."""
    notes = PIL.Image.Exif()
    notes[0x0112] = orientation
    return notes


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_scaled(form: str) -> None:
    """Its longest side to the limit, the other in proportion; a JPEG stays one."""
    image = fit(encoded(gradient(256, 128), form))

    assert image.size == (64, 32)
    assert image.media_type == ("image/jpeg" if form == "JPEG" else "image/png")
    assert image.changes[0] == "scaled from 256 × 128 to 64 × 32"
    assert np.abs(pixels(image) - np.asarray(gradient(64, 32), float)).mean() < 4


def test_a_picture_at_the_limit_is_not_scaled() -> None:
    """One pixel more is; and no side vanishes."""
    assert fit(picture("PNG", (64, 10))).changes == ()
    assert fit(picture("PNG", (65, 10))).size == (64, 10)
    assert fit(picture("PNG", (6400, 10))).size == (64, 1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation: int) -> None:
    """As pillow itself would, for every way to hold a camera; also when it is scaled."""
    for size in ((40, 20), (128, 64)):
        source = gradient(*size)
        image = fit(encoded(source, "JPEG", quality=95, exif=exif(orientation)))
        with PIL.Image.open(io.BytesIO(encoded(source, "JPEG", exif=exif(orientation)))) as opened:
            upright = PIL.ImageOps.exif_transpose(opened)
        small = upright.resize(image.to_pil().size)

        assert max(image.to_pil().size) == min(max(size), 64)
        assert np.abs(pixels(image) - np.asarray(small, float)).mean() < 4
        assert image.to_pil().getexif().get(0x0112, 1) == 1
        turned = f"turned upright (EXIF orientation {orientation})" in image.changes
        assert turned == (orientation > 1)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # pillow's warning is left to its users
def test_notes_that_make_no_sense_are_ignored() -> None:
    """An orientation of 9, and a block of notes that is broken."""
    for notes in (exif(9), b"Exif\0\0II*\0" + bytes([255] * 20), b"Exif\0\0nonsense"):
        image = Image(encoded(gradient(40, 20), "JPEG", exif=notes))
        assert not needs(image, SETTINGS, None)


def test_a_heavy_png_becomes_a_jpeg() -> None:
    """With both sizes told; one at the limit stays."""
    heavy = encoded(PIL.Image.fromarray(noise(60, 60)), "PNG")
    image = fit(heavy)

    assert image.media_type == "image/jpeg"
    assert image.changes == (f"PNG to JPEG ({len(heavy):,} to {len(image.data):,} bytes)",)
    exact = MediaSettings(max_png_bytes=len(heavy))
    assert fit(heavy, settings=exact).data == heavy


def test_a_heavy_png_stays_where_no_jpeg_is_taken() -> None:
    """To the byte."""
    heavy = encoded(PIL.Image.fromarray(noise(60, 60)), "PNG")

    assert fit(heavy, takes={"image/png"}).data == heavy


@pytest.mark.parametrize(
    "source",
    [
        PIL.Image.fromarray(noise(60, 60, 4)),
        PIL.Image.fromarray(noise(60, 60, 4)).convert("LA"),
        PIL.Image.fromarray(noise(60, 60, 1)[:, :, 0].astype(np.uint16) * 257),
    ],
)
def test_a_heavy_png_with_more_than_a_jpeg_can_hold_stays(source: PIL.Image.Image) -> None:
    """Alpha, or sixteen bits; scaled, if it is large, it stays a PNG too."""
    heavy = encoded(source, "PNG")
    large = encoded(source.resize((128, 128), PIL.Image.Resampling.NEAREST), "PNG")

    assert fit(heavy).data == heavy
    assert fit(large).media_type == "image/png"
    assert fit(large).size == (64, 64)
    assert fit(large).to_pil().mode == Image(heavy).to_pil().mode


def test_alpha_that_hides_nothing_does_not_count() -> None:
    """A screenshot with an alpha of 255 everywhere may become a JPEG."""
    opaque = PIL.Image.fromarray(noise(60, 60)).convert("RGBA")

    assert fit(encoded(opaque, "PNG")).media_type == "image/jpeg"


def test_a_scaled_png_that_is_still_heavy_becomes_a_jpeg() -> None:
    """Scaled once, encoded twice, both told."""
    image = fit(encoded(PIL.Image.fromarray(noise(200, 200)), "PNG"))

    assert image.media_type == "image/jpeg"
    assert [change.split()[0] for change in image.changes] == ["scaled", "PNG"]


@pytest.mark.parametrize("form", ["WEBP", "TIFF", "GIF", "BMP", *["AVIF"] * HAS_AVIF])
def test_a_format_the_server_does_not_take_becomes_png(form: str) -> None:
    """Without loss."""
    source = Image(encoded(gradient(20, 10, "L"), form))
    image = fit(source.data, PLAIN)

    assert image.media_type == "image/png"
    assert image.changes[0].startswith(f"{source.media_type[6:].upper()} to PNG (")
    assert np.array_equal(
        source.to_numpy().reshape(10, 20, -1)[:, :, 0],
        image.to_numpy().reshape(10, 20, -1)[:, :, 0],
    )


@pytest.mark.parametrize("form", ["WEBP", "TIFF"])
@pytest.mark.parametrize("takes", [None, PLAIN | {"image/webp", "image/tiff"}])
def test_a_format_that_few_servers_read_becomes_png(form: str, takes: Any) -> None:
    """Where it can; else it is sent as it was, and the server may take it."""
    source = encoded(gradient(20, 10), form)
    assert fit(source, takes).media_type == "image/png"
    assert fit(source, takes, MediaSettings.thin()).data == source
    assert fit(source, {f"image/{form.lower()}"}).data == source
    clear = encoded(gradient(20, 10, "RGBA"), form)
    assert fit(clear, takes, MediaSettings(max_image_bytes=9)).data == clear


def test_a_picture_of_which_no_png_can_be_made_goes_as_it_is() -> None:
    """It was no error before, and few are."""
    deep = encoded(PIL.Image.new("F", (20, 10)), "TIFF")
    assert fit(deep).data == deep


def test_a_server_that_takes_only_jpeg() -> None:
    """PNG becomes that, alpha laid on white; one that takes neither gets an error."""
    clear = PIL.Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    image = fit(encoded(clear, "PNG"), {"image/jpeg"})

    assert image.media_type == "image/jpeg"
    assert pixels(image).min() > 250
    with pytest.raises(ValidationError, match="takes image/webp, not image/png"):
        fit(SAMPLES["image/png"], {"image/webp"})


def test_a_server_that_takes_only_png() -> None:
    """JPEG becomes that, large or not."""
    assert fit(SAMPLES["image/jpeg"], {"image/png"}).media_type == "image/png"
    assert fit(picture("JPEG", (300, 200)), {"image/png"}).size == (64, 43)


def test_only_the_first_frame_goes() -> None:
    """When a format without frames is needed, and that is told."""
    frames = [PIL.Image.new("L", (20, 20), 60 * n) for n in range(3)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert "first of 3 frames" in fit(data, PLAIN).changes
    assert fit(data).data == data


def test_the_colour_profile_is_kept() -> None:
    """Unless the colours are converted, when it would be wrong."""
    profile = b"a profile" * 20
    kept = fit(encoded(gradient(128, 64), "JPEG", icc_profile=profile))
    dropped = fit(encoded(gradient(128, 64, "CMYK"), "JPEG", icc_profile=profile))

    assert kept.to_pil().info["icc_profile"] == profile
    assert "icc_profile" not in dropped.to_pil().info
    assert dropped.to_pil().mode == "RGB"


def test_notes_are_not_carried() -> None:
    """Where a picture was taken is nobody's business once it is made anew."""
    notes = exif(1)
    notes[0x010E] = "at home"
    for form in ("JPEG", "PNG"):
        image = fit(encoded(gradient(128, 64), form, exif=notes))
        assert b"at home" not in image.data


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "RGBA", "CMYK", "I;16", "I;16B", "I", "F"])
@pytest.mark.parametrize("size", [(20, 10), (128, 64)])
def test_every_mode_is_converted_or_refused(mode: str, size: tuple[int, int]) -> None:
    """TIFF has them all; of 32 bits no PNG can be made, which is said."""
    source = Image(encoded(PIL.Image.new(mode, size), "TIFF"))
    if mode in {"F", "I"}:
        with pytest.raises(ValidationError, match="more bits per colour"):
            fit(source.data, PLAIN)
        return
    image = fit(source.data, PLAIN)

    assert image.media_type == "image/png"
    assert image.to_pil().size == (size if size[0] < 64 else (64, 32))


def test_sixteen_bits_cannot_be_a_jpeg() -> None:
    """Rather refused than spoilt."""
    with pytest.raises(ValidationError, match="more bits per colour"):
        fit(encoded(PIL.Image.new("I;16", (9, 9)), "PNG"), {"image/jpeg"})


def test_a_palette_with_a_clear_colour_keeps_it() -> None:
    """Scaled, it has alpha."""
    source = PIL.Image.new("P", (128, 64), 1)
    source.putpalette([0, 0, 0, 255, 0, 0])
    image = fit(encoded(source, "PNG", transparency=1))

    assert image.to_pil().mode == "RGBA"
    assert image.to_numpy()[:, :, 3].max() == 0


def test_a_broken_picture_is_named() -> None:
    """When its header cannot be read, and when its pixels cannot."""
    with pytest.raises(ValidationError, match="broken"):
        fit(SAMPLES["image/png"][:20])
    whole = encoded(gradient(128, 64), "JPEG")
    with pytest.raises(ValidationError, match="broken"):
        fit(whole[: len(whole) // 2])


def test_a_format_pillow_lacks_must_be_taken_by_the_server() -> None:
    """Else there is nothing to be done."""
    with pytest.raises(ValidationError, match="image/heic is not among"):
        fit(SAMPLES["image/heic"], PLAIN)


def test_a_format_nobody_decodes_goes_as_it_is() -> None:
    """Drawings, when their maker says so; the server may take them."""
    drawing = Image(b"<svg/>", "image/svg+xml")

    assert not needs(drawing, SETTINGS, None)
    with pytest.raises(ValidationError, match=r"svg\+xml is not among"):
        needs(drawing, SETTINGS, PLAIN)


def test_what_was_done_before_stays_told() -> None:
    """Changes add up."""
    image = Image(picture("PNG", (128, 64)), changes=("first",))
    again = changed(image, Needs(size=(64, 32)), SETTINGS)

    assert again.changes[0] == "first"
    assert len(again.changes) == 2


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 200), st.integers(1, 200), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]),
    st.sampled_from(["L", "RGB", "RGBA"]), st.sampled_from([None, PLAIN, frozenset({"image/png"})]),
)  # fmt: skip
def test_what_is_sent_fits(width: int, height: int, form: str, mode: str, takes: Any) -> None:
    """Whatever came: within the limits, in a format that is taken, and not changed for nothing."""
    mode = "RGB" if form == "JPEG" and mode == "RGBA" else mode
    source = Image(encoded(gradient(width, height, mode), form))
    image = fit(source.data, takes)

    assert image.size is not None
    assert max(image.size) <= 64
    assert takes is None or image.media_type in takes
    assert bool(image.changes) == (image.data != source.data)
    assert not needs(image, SETTINGS, takes) or mode == "RGBA"
