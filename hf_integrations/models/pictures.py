"""Pictures as pixels, by pillow, whose only door this is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.models.media_headers import picture_size

if TYPE_CHECKING:
    import PIL.Image

MAX_PIXELS = 89_478_485  # pillow's own measure: a quarter of a gigabyte as RGB

PNG_MODES = frozenset({"1", "L", "LA", "I;16", "P", "RGB", "RGBA"})

# The decoder each type is given to; pillow must not guess, as some of its decoders run programs.
_DECODERS = {
    "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP",
    "image/tiff": "TIFF", "image/bmp": "BMP", "image/avif": "AVIF", "image/heic": "HEIF",
}  # fmt: skip


def opened(data: bytes, media_type: str, *, max_pixels: int = MAX_PIXELS) -> PIL.Image.Image:
    """A picture whose header was read and whose pixels were not.

    Raises:
        ValidationError: it is broken, too large when decoded, or in a format pillow lacks.
        ConfigurationError: pillow is not installed.
    """
    refuse_bomb(picture_size(data, media_type), max_pixels)
    library = pillow()
    decoder = _DECODERS.get(media_type)
    if not is_decodable(media_type):
        raise ValidationError(
            f"{media_type} is not among the formats pillow decodes here.",
            hint="Give PNG or JPEG; for HEIC there is pillow-heif.",
        )
    try:
        picture: PIL.Image.Image = library.open(io.BytesIO(data), formats=[decoder])
    except (library.DecompressionBombError, library.DecompressionBombWarning):
        raise _pillow_refuses(max_pixels) from None
    except Exception as error:  # noqa: BLE001 - on broken bytes a decoder may raise anything
        raise broken(error) from None
    refuse_bomb(picture.size, max_pixels)
    return picture


def is_decodable(media_type: str) -> bool:
    """Whether pillow is installed, and has a decoder for the type."""
    try:
        formats = pillow().registered_extensions().values()
    except ConfigurationError:
        return False
    return _DECODERS.get(media_type) in formats


def decoded(picture: PIL.Image.Image) -> PIL.Image.Image:
    """The same picture with its pixels.

    Raises:
        ValidationError: they are broken or not all there.
    """
    try:
        picture.load()
    except Exception as error:  # noqa: BLE001 - on broken bytes a decoder may raise anything
        raise broken(error) from None
    return picture


def as_png(pixels: Any) -> bytes:
    """A pillow picture, or an array of pixels (h × w, or h × w × 1, 3 or 4), as PNG.

    Numbers are bytes, or floats from 0 to 1.

    Raises:
        ValidationError: the array is no picture.
        ConfigurationError: pillow is not installed.
    """
    library = pillow()
    picture = pixels if isinstance(pixels, library.Image) else _of_array(library, pixels)
    picture = decoded(picture)
    notes = picture.getexif()  # they may say which way is up
    file = io.BytesIO()
    picture = picture if picture.mode in PNG_MODES else in_colours(picture)
    picture.save(file, "PNG", exif=notes if len(notes) else b"")
    return file.getvalue()


def in_colours(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Without a palette, and in the colours of a screen; or, with sixteen bits, in grey.

    Raises:
        ValidationError: its numbers are wider, and only its maker knows what they mean.
    """
    if picture.mode.startswith("I;16"):
        return picture.convert("I").convert("I;16")
    if picture.mode in {"I", "F"}:
        raise too_deep()
    alpha = picture.mode in {"LA", "PA", "RGBA", "RGBa"} or "transparency" in picture.info
    return picture.convert("RGBA" if alpha else "RGB")


def too_deep() -> ValidationError:
    """The target format cannot hold the numbers."""
    return ValidationError(
        "The picture has more bits per colour than fit into what is to be made of it.",
        hint="Convert it to 8 bits, as its values mean.",
    )


def pillow() -> Any:
    """The module `PIL.Image`."""
    try:
        import PIL.Image
    except ImportError as error:
        raise ConfigurationError(
            "pillow is not installed, and pictures cannot be decoded or changed without it.",
            hint="Run `pip install 'hf-integrations[media]'`.",
        ) from error
    return PIL.Image


def refuse_bomb(size: tuple[int, int] | None, max_pixels: int) -> None:
    """Stop before decoding what would fill the memory."""
    if size is not None and size[0] * size[1] > max_pixels:
        raise _too_many_pixels(size, max_pixels)


def _too_many_pixels(size: tuple[int, int], max_pixels: int) -> ValidationError:
    """A small file may hold a picture that is not."""
    return ValidationError(
        f"The picture is too large when decoded: {size[0]} × {size[1]} pixels are more than "
        f"{max_pixels:,} pixels.",
        hint="Make it smaller; or, if you trust where it comes from, raise max_image_pixels.",
    )


def _pillow_refuses(max_pixels: int) -> ValidationError:
    """By its own limit, which may be the lower one."""
    name = "PIL.Image.MAX_IMAGE_PIXELS" if max_pixels > MAX_PIXELS else "max_image_pixels"
    return ValidationError(
        "The picture is too large when decoded.",
        hint=f"Make it smaller; or, if you trust where it comes from, raise {name}.",
    )


def broken(error: Exception) -> ValidationError:
    """The bytes begin like a picture and are none."""
    told = isinstance(error, OSError | Warning)  # in words; of others only the class is of use
    reason = str(error).partition(" <")[0] if told else type(error).__name__
    return ValidationError(f"The picture is broken or cut off: {reason.rstrip('.')}.")


def _of_array(library: Any, pixels: Any) -> PIL.Image.Image:
    import numpy as np

    array = np.asarray(pixels)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise _no_pixels(f"its shape is {array.shape}")
    if 0 in array.shape:
        raise _no_pixels("it is empty")
    if array.dtype.kind == "f":
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise _no_pixels("its floats are not all from 0 to 1")
        array = np.rint(array * 255).astype(np.uint8)
    elif array.dtype == bool:
        array = array.astype(np.uint8) * 255
    elif array.dtype != np.uint8:
        raise _no_pixels(f"its numbers are {array.dtype}")
    picture: PIL.Image.Image = library.fromarray(array)
    return picture


def _no_pixels(reason: str) -> ValidationError:
    return ValidationError(
        f"The array is no picture: {reason}.",
        hint="Give h × w, or h × w × 3 or 4: bytes (uint8), or floats from 0 to 1.",
    )
