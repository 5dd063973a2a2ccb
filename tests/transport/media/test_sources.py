"""What callers give, as bytes."""

from __future__ import annotations

import base64
import io
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import HfError, ValidationError
from hf_integrations.models.media import Audio, Image
from hf_integrations.models.sounds import as_wave
from hf_integrations.transport.media.sources import is_at_hand, read, url_of
from tests.transport.media.making import SAMPLES, noise, tone, wav

PNG = SAMPLES["image/png"]
BASE64 = base64.b64encode(PNG).decode()


def taken(source: object, family: str = "image", most: int = 10_000) -> bytes:
    """Read with the usual limits."""
    return read(source, family, most, family)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A picture on disk."""
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    return path


def test_all_that_holds_bytes(file: Path) -> None:
    """Each way to hold the same picture."""
    sources: list[Any] = [
        PNG, bytearray(PNG), memoryview(PNG), Image(PNG), io.BytesIO(PNG), file, str(file),
        f"  {file}\n", BASE64, BASE64.rstrip("="), f"data:image/png;base64,{BASE64}",
    ]  # fmt: skip

    assert all(taken(source) == PNG for source in sources)


def test_an_open_file_is_read_from_where_it_stands(file: Path) -> None:
    """And left open."""
    with file.open("rb") as opened:
        opened.seek(3)
        assert taken(opened) == PNG[3:]
        assert not opened.closed
        with pytest.raises(ValidationError, match=r"nothing left to read.*seek\(0\)"):
            taken(opened)


def test_a_path_relative_to_home(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As people write it."""
    monkeypatch.setenv("HOME", str(file.parent))

    assert taken("~/cat.png") == taken(Path("~/cat.png")) == PNG


@pytest.mark.parametrize(
    "text",
    [
        "DATA:image/png;base64," + BASE64,
        "data:;base64," + BASE64,
        "data:text/html;charset=utf-8;base64," + BASE64,
        "data:image/png;base64," + BASE64.replace("=", "%3D").replace("+", "%2B"),
        "data:image/png;base64," + "\n".join(BASE64[i : i + 30] for i in range(0, 999, 30)),
        "data:image/png," + quote_from_bytes(PNG),
    ],
)
def test_data_uris(text: str) -> None:
    """In every spelling; the type is for others to look at."""
    assert taken(text) == PNG


@pytest.mark.parametrize(
    "text", ["data:", "data:image/png;base64", "data:image/png;base64,???", "data:,"]
)
def test_broken_data_uris(text: str) -> None:
    """Named as what they were meant to be."""
    with pytest.raises(ValidationError, match="image: the data URI is broken"):
        taken(text)


@given(st.binary(min_size=1, max_size=60))
def test_base64_in_every_spelling(rest: bytes) -> None:
    """Both alphabets, with and without padding and line breaks."""
    data = PNG + rest
    for code in (base64.b64encode(data), base64.urlsafe_b64encode(data), base64.encodebytes(data)):
        assert taken(code.decode()) == data
        assert taken(code.decode().rstrip("=\n")) == data


def test_a_file_comes_before_base64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may look like base64; the file that exists is meant."""
    (tmp_path / "abcd").write_bytes(PNG)
    monkeypatch.chdir(tmp_path)

    assert taken("abcd") == PNG


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no URL, no data URI, no file that exists, and no base64"),
        ("A secret prompt about a cat", r"the text \(27 characters\) is no URL"),
        ("c2VjcmV0", "no base64 of a known type of image"),
        ("abcde", "no base64"),
        ("secret\0.dat", "no file that exists"),
        ("secret" * 2000, "no base64 of a known type"),
        ("~nobody-of-that-name/x", "no file that exists"),
        ("no/such/cat.png", "there is no file 'no/such/cat.png'"),
        ("ftp://secret/cat.png", "ftp:// addresses are not read"),
        ("s3://secret", "s3:// addresses are not read"),
    ],
)
def test_text_that_is_nothing(text: str, reason: str) -> None:
    """Says what was tried, and shows no text that may be a prompt."""
    with pytest.raises(ValidationError, match=f"^image.*{reason}") as caught:
        taken(text)

    assert "secret" not in str(caught.value)


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    """Not there, or no file."""
    with pytest.raises(ValidationError, match=r"image: .*none\.png does not exist"):
        taken(tmp_path / "none.png")
    with pytest.raises(ValidationError, match="is no file"):
        taken(tmp_path)
    with pytest.raises(ValidationError, match="is no file"):
        taken(str(tmp_path))
    with pytest.raises(ValidationError, match="is no file"):
        taken("/dev/zero")


def test_a_file_that_may_not_be_read() -> None:
    """The system's reason is told."""
    with pytest.raises(ValidationError, match="/proc/self/mem cannot be read: "):
        taken("/proc/self/mem")


def test_only_one_byte_more_than_allowed_is_read(tmp_path: Path) -> None:
    """Enough to know that it is too much."""
    (tmp_path / "large").write_bytes(PNG * 100)

    assert len(taken(tmp_path / "large", most=50)) == 51
    assert len(taken(io.BytesIO(PNG * 100), most=50)) == 51
    with pytest.raises(ValidationError, match=r"image is larger than max_image_bytes .*50 bytes"):
        taken(base64.b64encode(PNG * 10).decode(), most=50)
    with pytest.raises(ValidationError, match="larger than max_image_bytes"):
        taken("data:image/png;base64," + BASE64 * 10, most=50)
    with pytest.raises(ValidationError, match="larger than max_image_bytes"):
        taken("data:image/png," + "a" * 300, most=50)


def test_files_that_give_no_bytes(file: Path) -> None:
    """Text mode, closed, or not a file's way to read."""
    with pytest.raises(ValidationError, match=r"gives str, not bytes.*'rb'"):
        taken(io.StringIO("text"))
    closed = io.BytesIO(PNG)
    closed.close()
    with pytest.raises(ValidationError, match="file object cannot be read: ValueError"):
        taken(closed)

    class Odd:
        def read(self) -> bytes:
            return PNG

    with pytest.raises(ValidationError, match="cannot be read: TypeError"):
        taken(Odd())


def test_pictures_and_pixels() -> None:
    """Both become PNG, without loss."""
    pixels = noise(5, 3)

    for source in (pixels, PIL.Image.fromarray(pixels)):
        with PIL.Image.open(io.BytesIO(taken(source))) as found:
            assert found.format == "PNG"
            assert np.array_equal(np.asarray(found), pixels)


def test_samples_with_their_rate() -> None:
    """Floats, whole numbers, one channel or more, and the dict of `datasets`."""
    floats = tone(0.1)
    expected = as_wave(floats, 8000)
    whole = (floats * 32768).astype(np.int16)

    assert taken((floats, 8000), "audio") == expected
    assert taken((floats[:, 0], np.int64(8000)), "audio") == expected
    assert taken({"array": floats, "sampling_rate": 8000, "path": None}, "audio") == expected
    found = np.frombuffer(taken((whole, 8000), "audio")[44:], "<i2")
    assert np.abs(found.astype(int) - whole[:, 0]).max() <= 1


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (tone(0.1), "does not say how fast"),
        ((np.zeros(0), 8000), "no audio"),
        ((np.zeros((4, 4, 4)), 8000), "no audio"),
        ((np.zeros((4, 400)), 8000), "no audio"),
        ((np.zeros(4, np.uint8), 8000), "samples of uint8"),
        ((np.zeros(4, complex), 8000), "samples of complex128"),
        ((np.array([np.nan]), 8000), "not numbers"),
        ((np.zeros(4), 0), "frames per second"),
        ((np.zeros(4), 8000.5), "frames per second"),
        ((np.zeros(4), True), "frames per second"),
        ((1, 2), "of type tuple"),
        ((np.zeros(4), 1, 2), "of type tuple"),
        ({"array": np.zeros(4)}, "of type dict"),
    ],
)
def test_samples_that_are_no_sound(source: object, reason: str) -> None:
    """By the argument's name."""
    with pytest.raises(ValidationError, match=f"^audio.*{reason}"):
        taken(source, "audio")


@pytest.mark.parametrize("family", ["image", "audio", "video"])
@pytest.mark.parametrize("source", [None, 3, object(), ["a.png"], PIL.Image])
def test_anything_else_is_named(source: object, family: str) -> None:
    """With what would be right."""
    with pytest.raises(
        ValidationError, match=rf"^{family} cannot be read from .*Give a path, a URL"
    ):
        taken(source, family)


def test_an_array_is_no_film() -> None:
    """Nothing here makes one of it."""
    with pytest.raises(
        ValidationError, match="video cannot be read from an object of type ndarray"
    ):
        taken(noise(5, 3), "video")


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("https://host/a.png#x", "https://host/a.png"),
        (" HTTP://host ", "HTTP://host"),
        ("cat.png", None),
        ("httpx", None),
        (BASE64, None),
        (b"https://host", None),
        (None, None),
    ],
)
def test_urls_are_told_from_the_rest(source: object, url: str | None) -> None:
    """Only text that begins like one."""
    assert url_of(source) == url


def test_a_broken_url_is_not_taken_for_a_file() -> None:
    """It is an error at once."""
    with pytest.raises(ValidationError, match=r"^image: the URL carries"):
        url_of("https://user:x@host/", "image")


def test_what_is_at_hand() -> None:
    """Reading it is no work."""
    assert is_at_hand(PNG)
    assert is_at_hand(Audio(wav()))
    assert not is_at_hand("cat.png")


@given(st.text(max_size=80))
def test_any_text_is_bytes_or_a_typed_error(text: str) -> None:
    """Never a crash, and never a folder or device."""
    with suppress(HfError):
        assert isinstance(taken(text), bytes)
