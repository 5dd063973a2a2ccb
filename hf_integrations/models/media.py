"""Pictures, sound and film as small objects: what comes out, and what may go in."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, TypeAlias, TypeVar, Union

from msgspec import Struct
from msgspec.structs import force_setattr

from hf_integrations.errors import DecodeError, ValidationError
from hf_integrations.flow import Response
from hf_integrations.models.media_headers import film_seconds, picture_size
from hf_integrations.models.media_types import (
    KNOWN_SUFFIXES,
    SUFFIXES,
    is_recognised,
    sniff,
    within,
)
from hf_integrations.models.sounds import seconds, sound

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    from numpy.typing import NDArray

M = TypeVar("M", bound="Media")

UNKNOWN = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")


class Media(Struct, frozen=True):
    """Bytes that know what they are.

    Attributes:
        data: the file.
        media_type: told by how the bytes begin. What is given here counts only for types that
            cannot be told so, such as `image/svg+xml`, and only if it is of the right family.
        changes: what was done to the input before it was sent; empty when nothing was.

    Raises:
        ValidationError: the bytes are something else, or of no known type and none is given.
    """

    data: bytes
    media_type: str = ""
    changes: tuple[str, ...] = ()

    family: ClassVar[str] = ""
    noun: ClassVar[str] = "media"

    def __post_init__(self) -> None:
        given: object = self.data
        if not isinstance(given, bytes | bytearray | memoryview):
            raise ValidationError(f"data must be bytes, not {type(given).__name__}.")
        force_setattr(self, "data", bytes(given))
        force_setattr(self, "media_type", self._type(self.media_type))

    def _type(self, declared: str) -> str:
        found = sniff(self.data)
        if found is not None:
            fitting = within(found, self.family)
            if fitting is None:
                raise ValidationError(f"The bytes are {found}, which is no {self.noun}.")
            return fitting
        declared = declared.partition(";")[0].strip().lower()
        if _MEDIA_TYPE.fullmatch(declared) and not is_recognised(declared):
            fitting = within(declared, self.family)
            if fitting is not None:
                return fitting
        if not self.family:
            return UNKNOWN
        raise ValidationError(
            f"The {len(self.data)} bytes begin like no {self.noun} that is known here."
        )

    @property
    def suffix(self) -> str:
        """The usual suffix of such a file; `.bin` when the type is not known."""
        return SUFFIXES.get(self.media_type, (".bin",))[0]

    @property
    def base64(self) -> str:
        """The bytes in base64."""
        return base64.b64encode(self.data).decode("ascii")

    @property
    def data_uri(self) -> str:
        """The bytes as a URL in themselves."""
        return f"data:{self.media_type};base64,{self.base64}"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the bytes as they are; a file of that name is replaced.

        Returns:
            The path.

        Raises:
            ValidationError: the suffix belongs to another type, or the file cannot be written.
        """
        path = Path(path).expanduser()
        wrong = path.suffix.lower() in KNOWN_SUFFIXES
        if wrong and path.suffix.lower() not in SUFFIXES.get(self.media_type, KNOWN_SUFFIXES):
            raise ValidationError(
                f"path: {path.name} ends in {path.suffix}, and these bytes are {self.media_type}.",
                hint=f"Save them as {path.with_suffix(self.suffix).name}; they are not converted.",
            )
        try:
            path.write_bytes(self.data)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ValidationError(f"path: {path} cannot be written: {reason}.") from error
        return path

    def _facts(self) -> list[str]:
        """What is worth showing, in words."""
        return [self.media_type, f"{len(self.data):,} bytes", *self.changes]

    def _html(self) -> str | None:
        """How a notebook shows it; the type was checked and needs no escaping."""
        return None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        bundle = {"text/plain": repr(self)}
        if (html := self._html()) is not None:
            bundle["text/html"] = html
        return bundle

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._facts())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What `rich`, and the tracebacks it draws, may show: not the bytes."""
        return [("media_type", self.media_type), ("bytes", len(self.data))]


class Image(Media, frozen=True):
    """A picture."""

    family: ClassVar[str] = "image"
    noun: ClassVar[str] = "picture"

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels as the header says; None where it does not."""
        return picture_size(self.data, self.media_type)

    def to_pil(self) -> PIL.Image.Image:
        """The picture for pillow, decoded; needs the extra `media`."""
        from hf_integrations.models import pictures

        return pictures.decoded(pictures.opened(self.data, self.media_type))

    def to_numpy(self) -> NDArray[Any]:
        """Pixels: h × w when grey, else h × w × 3, or 4 with alpha; needs the extra `media`.

        They are bytes; only of pictures with more than 8 bits per colour they are what these hold.
        """
        import numpy as np

        from hf_integrations.models import pictures

        picture = self.to_pil()
        wide = picture.mode.startswith("I") or picture.mode == "F"
        if picture.mode not in {"L", "RGB", "RGBA"} and not wide:
            picture = pictures.in_colours(picture)
        return np.asarray(picture)

    def _facts(self) -> list[str]:
        size = self.size
        facts = super()._facts()
        return [facts[0], f"{size[0]} × {size[1]}", *facts[1:]] if size else facts

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        if self.media_type in {"image/png", "image/jpeg", "image/gif"}:
            return {"text/plain": repr(self), self.media_type: self.base64}
        return super()._repr_mimebundle_()

    def _html(self) -> str | None:
        return f'<img src="{self.data_uri}" style="max-width: 100%">'


class Audio(Media, frozen=True):
    """Sound."""

    family: ClassVar[str] = "audio"
    noun: ClassVar[str] = "audio"

    @property
    def duration(self) -> float | None:
        """Seconds as the header says (WAV, FLAC, M4A); None where it does not."""
        return seconds(self.data, self.media_type)

    def to_numpy(self) -> tuple[NDArray[np.float32], int]:
        """Samples and frames per second; all but WAV needs the extra `media`.

        Returns:
            float32 between -1 and 1: n when there is one channel, else n × channels.
        """
        decoded = sound(self.data, self.media_type)
        samples = decoded.read(0, decoded.frames)
        return (samples[:, 0] if samples.shape[1] == 1 else samples), decoded.rate

    def _facts(self) -> list[str]:
        length = self.duration
        facts = super()._facts()
        return [facts[0], f"{length:.2f} s", *facts[1:]] if length is not None else facts

    def _html(self) -> str | None:
        return f'<audio controls src="{self.data_uri}"></audio>'


class Video(Media, frozen=True):
    """Film; an animated GIF is one too."""

    family: ClassVar[str] = "video"
    noun: ClassVar[str] = "video"

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, where that is cheap to know (GIF)."""
        return picture_size(self.data, self.media_type)

    @property
    def duration(self) -> float | None:
        """Seconds as the header says (MP4, MOV); None where it does not."""
        return film_seconds(self.data)

    def _facts(self) -> list[str]:
        length = self.duration
        facts = super()._facts()
        return [facts[0], f"{length:.2f} s", *facts[1:]] if length is not None else facts

    def _html(self) -> str | None:
        if self.media_type == "image/gif":
            return f'<img src="{self.data_uri}" style="max-width: 100%">'
        return f'<video controls src="{self.data_uri}" style="max-width: 100%"></video>'


def received(kind: type[M], response: Response) -> M:
    """A response's body as what it should be.

    Raises:
        DecodeError: it is something else; says what, and shows none of it.
    """
    declared = response.headers.get("content-type", "")
    try:
        return kind(response.body, declared)
    except ValidationError:
        what = sniff(response.body) or declared.partition(";")[0].strip() or "of no known type"
        raise DecodeError(
            f"The answer is no {kind.noun}: its {len(response.body)} bytes are {what[:80]}.",
            status=response.status,
        ) from None


_Given: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
AudioInput: TypeAlias = _Given | Audio | tuple["NDArray[Any]", int]
VideoInput: TypeAlias = _Given | Video
# Forward references, as neither numpy nor pillow is loaded to name what may be given.
ImageInput: TypeAlias = Union[_Given, Image, "PIL.Image.Image", "NDArray[Any]"]
