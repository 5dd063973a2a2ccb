"""What works, and what is said, where pillow and soundfile are not installed."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.transport.media.making import SAMPLES, picture, sound_file, wav

WITHOUT = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PIL", "soundfile", "_soundfile"}:
            raise ModuleNotFoundError(f"No module named {name!r}")

sys.meta_path.insert(0, Refuse())
from pathlib import Path
from hf_integrations.errors import HfError
from hf_integrations.flow import drive
from hf_integrations.models.media import Audio, Image
from hf_integrations.transport.engines import EngineSettings, make_engine
from hf_integrations.transport.engines.errands import ErrandEngine
from hf_integrations.transport.media import MediaSettings, load, windows

engine = ErrandEngine(make_engine(EngineSettings()), EngineSettings())

def run(flow):
    return drive(flow, engine)

def told(do):
    try:
        do()
    except HfError as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("no error")
"""


def check(folder: Path, code: str) -> None:
    """Run code in a Python that lacks both libraries."""
    script = WITHOUT + textwrap.dedent(code)
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-W", "error", "-c", script],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_what_is_within_the_limits_is_sent_as_it_is(tmp_path: Path) -> None:
    """Large, sideways or heavy: there is nobody to change it, and bytes may be fine."""
    for media_type, data in SAMPLES.items():
        if media_type.startswith("image/"):
            (tmp_path / media_type.replace("/", ".")).write_bytes(data)
    (tmp_path / "image.large").write_bytes(picture("PNG", (500, 300)))
    check(
        tmp_path,
        """
        settings = MediaSettings(max_image_side=64, max_png_bytes=10)
        for path in Path().glob("image.*"):
            image = run(load(path, Image, settings))
            assert image.data == path.read_bytes() and image.changes == (), path
            assert image.size in ((6, 4), (500, 300))
            assert image._repr_mimebundle_()
        """,
    )


def test_what_must_be_changed_names_the_extra(tmp_path: Path) -> None:
    """A format the server does not take; a decoded picture; an array."""
    (tmp_path / "a.webp").write_bytes(SAMPLES["image/webp"])
    check(
        tmp_path,
        """
        import numpy
        data = Path("a.webp").read_bytes()
        for do in (
            lambda: run(load(data, Image, MediaSettings(), takes={"image/png"})),
            lambda: Image(data).to_pil(),
            lambda: Image(data).to_numpy(),
            lambda: run(load(numpy.zeros((4, 4)), Image, MediaSettings())),
        ):
            error = told(do)
            assert "ConfigurationError" in error and "pillow is not installed" in error, error
            assert "pip install 'hf-integrations[media]'" in error, error
        """,
    )


def test_limits_hold(tmp_path: Path) -> None:
    """Bytes and pixels are counted without pillow."""
    (tmp_path / "a.png").write_bytes(SAMPLES["image/png"])
    check(
        tmp_path,
        """
        few_bytes = MediaSettings(max_image_bytes=20)
        few_pixels = MediaSettings(max_image_pixels=20)
        assert "max_image_bytes" in told(lambda: run(load("a.png", Image, few_bytes)))
        assert "max_image_pixels" in told(lambda: run(load("a.png", Image, few_pixels)))
        """,
    )


def test_wav_needs_nothing_and_the_rest_the_extra(tmp_path: Path) -> None:
    """WAV is cut and decoded; FLAC, which is known to be long, cannot be; MP3 goes whole."""
    (tmp_path / "a.wav").write_bytes(wav(12.0, channels=2))
    (tmp_path / "a.flac").write_bytes(sound_file("FLAC", seconds=12.0))
    (tmp_path / "a.mp3").write_bytes(sound_file("MP3", seconds=12.0))
    check(
        tmp_path,
        """
        settings = MediaSettings(long_audio=10.0, audio_window=6.0, audio_overlap=2.0)
        audio = run(load("a.wav", Audio, settings))
        assert audio.to_numpy()[0].shape == (96000, 2)
        assert [window.cut().duration for window in windows(audio, settings)] == [6, 6, 4]

        flac = run(load("a.flac", Audio, settings))
        error = told(lambda: windows(flac, settings))
        assert "soundfile is not installed" in error and "[media]" in error, error
        assert "auto_chunk_long_audio=False" in error, error
        assert "soundfile is not installed" in told(flac.to_numpy)

        mp3 = run(load("a.mp3", Audio, settings))
        assert [window.cut() for window in windows(mp3, settings)] == [mp3]
        """,
    )


def test_nothing_is_loaded_before_it_is_used(tmp_path: Path) -> None:
    """Neither library, nor numpy, nor an HTTP library, by importing what services import."""
    script = (
        "import sys, hf_integrations.models.media, hf_integrations.transport.media\n"
        "heavy = {'PIL', 'soundfile', 'numpy', 'httpx', 'httpcore', 'aiohttp', 'asyncio'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)  # noqa: S603
