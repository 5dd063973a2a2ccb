"""Pictures made fit to be sent; what needs no change is left as it is, to the byte."""

from __future__ import annotations

import io
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hf_integrations.errors import ValidationError
from hf_integrations.models import pictures
from hf_integrations.models.media import Image
from hf_integrations.transport.media.settings import MediaSettings

if TYPE_CHECKING:
    import PIL.Image

_ORIENTATION = 0x0112  # the EXIF tag
_JPEG, _PNG = "image/jpeg", "image/png"
_TURNS = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
    6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90",
}  # fmt: skip
_SMOOTH = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})  # modes in which scaling can mix pixels
_RARE = frozenset({"image/webp", "image/tiff"})  # which not every server reads, llama.cpp for one
_JPEG_MODES = frozenset({"L", "RGB"})


class Needs(Struct, frozen=True):
    """What a picture needs before it can be sent.

    Attributes:
        orientation: the EXIF orientation to undo; 1 is upright.
        size: the size to scale to, before turning.
        is_heavy: it is a large PNG, and may become a JPEG if nothing shines through.
        is_foreign: the server does not take its format.
        is_rare: not every server does; it becomes PNG if it can.
    """

    orientation: int = 1
    size: tuple[int, int] | None = None
    is_heavy: bool = False
    is_foreign: bool = False
    is_rare: bool = False

    def __bool__(self) -> bool:
        return self != Needs()


def needs(image: Image, settings: MediaSettings, takes: Collection[str] | None) -> Needs:
    """What is to be changed; looks only at headers.

    Where pillow lacks the decoder, or is missing, only what the server does not take is an error.

    Args:
        image: what was given.
        settings: the limits, and whether to change anything.
        takes: the media types the server takes; None for all.

    Raises:
        ValidationError: the picture is broken, or must be changed and may not be.
        ConfigurationError: it must be changed, and pillow is not installed.
    """
    is_foreign = not _may(takes, image.media_type)
    convertible = settings.auto_optimize_images and (_may(takes, _PNG) or _may(takes, _JPEG))
    if is_foreign and not convertible:
        raise _foreign(image, takes or ())
    if not settings.auto_optimize_images:
        return Needs()
    if not is_foreign and not pictures.is_decodable(image.media_type):
        return Needs()  # nobody here can change it, and the server may like it as it is
    picture = pictures.opened(image.data, image.media_type, max_pixels=settings.max_image_pixels)
    return Needs(
        _orientation(picture),
        _smaller(picture.size, settings.max_image_side),
        image.media_type == _PNG
        and len(image.data) > settings.max_png_bytes
        and _may(takes, _JPEG),
        is_foreign,
        image.media_type in _RARE and not is_foreign and _may(takes, _PNG),
    )


def changed(
    image: Image, need: Needs, settings: MediaSettings, takes: Collection[str] | None = None
) -> Image:
    """The picture with all that done, and said.

    The colour profile is kept; EXIF and other notes are not. One that is only of a rare format
    stays what it is where no PNG can be made of it, or none within `max_image_bytes`.
    """
    if need == Needs(is_rare=True):
        with suppress(ValidationError):
            written = changed(image, Needs(is_foreign=True), settings, takes)
            if len(written.data) <= settings.max_image_bytes:
                return written
        return image
    picture = pictures.decoded(
        pictures.opened(image.data, image.media_type, max_pixels=settings.max_image_pixels)
    )
    frames = getattr(picture, "n_frames", 1)
    said: list[str] = []
    picture = _upright(_scaled(picture, need.size, said), need.orientation, said)
    lighter = need.is_heavy and _is_opaque(picture)
    if not said and not need.is_foreign and not lighter:
        return image  # a heavy PNG with alpha stays what it is
    form = _JPEG if lighter and not need.size else _form(image, takes)
    data = _encoded(picture, form, settings)
    if len(data) > settings.max_png_bytes and _is_lighter_as_jpeg(picture, form, takes):
        data = _encoded(picture, _JPEG, settings)
    written = Image(data)
    if frames > 1:
        said.append(f"first of {frames} frames")
    if written.media_type != image.media_type:
        said.append(_conversion(image, written))
    return Image(data, changes=(*image.changes, *said))


def _is_lighter_as_jpeg(picture: PIL.Image.Image, form: str, takes: Collection[str] | None) -> bool:
    return form == _PNG and _may(takes, _JPEG) and _is_opaque(picture)


def _form(image: Image, takes: Collection[str] | None) -> str:
    """A JPEG stays one; everything else becomes PNG where the server takes that."""
    if not _may(takes, _PNG):
        return _JPEG
    return _JPEG if image.media_type == _JPEG and _may(takes, _JPEG) else _PNG


def _conversion(before: Image, after: Image) -> str:
    names = [image.media_type.partition("/")[2].upper() for image in (before, after)]
    return f"{names[0]} to {names[1]} ({len(before.data):,} to {len(after.data):,} bytes)"


def _orientation(picture: PIL.Image.Image) -> int:
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - broken notes are no reason to refuse a picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _smaller(size: tuple[int, int], longest: int) -> tuple[int, int] | None:
    factor = longest / max(size)
    if factor >= 1:
        return None
    return max(round(size[0] * factor), 1), max(round(size[1] * factor), 1)


def _may(takes: Collection[str] | None, media_type: str) -> bool:
    return takes is None or media_type in takes


def _scaled(
    picture: PIL.Image.Image, size: tuple[int, int] | None, said: list[str]
) -> PIL.Image.Image:
    if size is None:
        return picture
    said.append(f"scaled from {' × '.join(map(str, picture.size))} to {size[0]} × {size[1]}")
    ways = pictures.pillow().Resampling
    if picture.mode.startswith("I;16"):  # pillow mixes no such pixels before version 10.3
        return picture.resize(size, ways.NEAREST)
    if picture.mode not in _SMOOTH | {"I", "F"}:
        picture = pictures.in_colours(picture)
    return picture.resize(size, ways.LANCZOS)


def _upright(picture: PIL.Image.Image, orientation: int, said: list[str]) -> PIL.Image.Image:
    if orientation == 1:
        return picture
    said.append(f"turned upright (EXIF orientation {orientation})")
    return picture.transpose(pictures.pillow().Transpose[_TURNS[orientation]])


def _is_opaque(picture: PIL.Image.Image) -> bool:
    """Whether nothing shines through, so that a JPEG loses nothing but detail."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return False  # more than 8 bits; a JPEG would lose them
    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        return True
    lowest, _ = picture.convert("RGBA").getchannel("A").getextrema()
    return lowest == 255


def _encoded(picture: PIL.Image.Image, media_type: str, settings: MediaSettings) -> bytes:
    form = "JPEG" if media_type == _JPEG else "PNG"
    # No EXIF, whose orientation would turn it a second time.
    options: dict[str, Any] = {"exif": b"", "icc_profile": picture.info.get("icc_profile")}
    if picture.mode not in (_JPEG_MODES if form == "JPEG" else pictures.PNG_MODES):
        # The profile was about the colours before that.
        picture, options["icc_profile"] = _in_colours(picture, form), None
    if form == "JPEG":
        options["quality"] = settings.jpeg_quality
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _in_colours(picture: PIL.Image.Image, form: str) -> PIL.Image.Image:
    """In a mode that the format has; for a JPEG on white, where something shines through."""
    if form == "JPEG" and picture.mode.startswith("I"):
        raise pictures.too_deep()
    picture = pictures.in_colours(picture)
    if form == "PNG" or picture.mode == "RGB":
        return picture
    paper: PIL.Image.Image = pictures.pillow().new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _foreign(image: Image, takes: Collection[str]) -> ValidationError:
    return ValidationError(
        f"The server takes {', '.join(sorted(takes))}, not {image.media_type}.",
        hint="Convert it, or leave auto_optimize_images on.",
    )
