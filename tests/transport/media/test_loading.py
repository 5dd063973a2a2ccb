"""From what the caller gave to what may be sent."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from hf_integrations.errors import DecodeError, NetworkError, ValidationError
from hf_integrations.flow import Response, Send
from hf_integrations.models.media import Audio, Image, Media, Video
from hf_integrations.transport.engines.errands import Fetch, Work
from hf_integrations.transport.media import MediaSettings, as_url, download, load
from hf_integrations.transport.retry import Retry
from tests.playing import play
from tests.transport.engines.scripted import Peer, answer
from tests.transport.media.conftest import Run, Serve
from tests.transport.media.making import SAMPLES, encoded, film, noise, picture, tone, wav, webm

PNG = SAMPLES["image/png"]
SETTINGS = MediaSettings(max_image_side=64)
LOCAL = MediaSettings(allow_private_urls=True)


def serves(data: bytes, headers: str = "") -> Any:
    """A script that answers every connection with this."""

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(answer(data, headers=headers))

    return script


def test_bytes_that_need_no_change_ask_for_nothing() -> None:
    """They are checked on the spot; an object of ours comes back itself."""
    image = Image(PNG)
    loaded, steps = play(load(PNG, Image, SETTINGS), [])

    assert loaded == image
    assert steps == []
    assert play(load(image, Image, SETTINGS), [])[0] is image
    assert play(load(wav(), Audio, SETTINGS), [])[0] == Audio(wav())


def test_slow_work_is_asked_for() -> None:
    """Reading a file and changing a picture block no event loop."""
    asked: list[Any] = []
    with pytest.raises(IndexError):
        play(load("cat.png", Image, SETTINGS), [], asked)
    with pytest.raises(IndexError):
        play(load(picture("PNG", (100, 50)), Image, SETTINGS), [], asked)

    assert [type(step.request) for step in asked] == [Work, Work]


def test_every_way_in(run: Run, serve: Serve, tmp_path: Path) -> None:
    """One picture, however it is given."""
    (tmp_path / "cat.png").write_bytes(PNG)
    code = base64.b64encode(PNG).decode()
    url = f"{serve(serves(PNG)).url}/cat.png"
    for source in (tmp_path / "cat.png", str(tmp_path / "cat.png"), code, PNG, url,
                   f"data:image/png;base64,{code}"):  # fmt: skip
        assert run(load(source, Image, LOCAL)) == Image(PNG)
    with (tmp_path / "cat.png").open("rb") as file:
        assert run(load(file, Image, LOCAL)) == Image(PNG)
    with PIL.Image.open(tmp_path / "cat.png") as opened:
        assert run(load(opened, Image, LOCAL)).size == (6, 4)
    assert run(load(noise(5, 3), Image, LOCAL)).size == (5, 3)
    assert run(load((tone(0.5), 8000), Audio, LOCAL)).duration == 0.5


def test_the_bytes_decide_and_not_the_name(run: Run, serve: Serve, tmp_path: Path) -> None:
    """Neither a suffix nor a header nor a data URI makes a picture of sound."""
    (tmp_path / "cat.png").write_bytes(wav())
    url = serve(serves(wav(), "Content-Type: image/png\r\n")).url
    uri = "data:image/png;base64," + base64.b64encode(wav()).decode()

    for source in (tmp_path / "cat.png", url, uri, wav(), Media(wav())):
        with pytest.raises(ValidationError, match=r"^picture: The bytes are audio/wav"):
            run(load(source, Image, LOCAL, argument="picture"))
        assert run(load(source, Audio, LOCAL)).media_type == "audio/wav"


def test_a_claim_makes_nothing_of_unknown_bytes(run: Run) -> None:
    """Only an object that was told its type keeps it."""
    with pytest.raises(ValidationError, match="begin like no audio"):
        run(load("data:audio/basic;base64,AAAA", Audio, SETTINGS))

    told = Audio(b"\x7f\xff", "audio/basic")
    assert run(load(told, Audio, SETTINGS)) is told
    assert run(load(Media(b"\x7f", "audio/basic"), Audio, SETTINGS)).media_type == "audio/basic"


def test_containers_are_what_is_wanted(run: Run) -> None:
    """A recording from a browser is sound for one task and film for another."""
    assert run(load(webm(), Audio, SETTINGS)).media_type == "audio/webm"
    assert run(load(webm(), Video, SETTINGS)).media_type == "video/webm"
    assert run(load(Video(film()), Audio, SETTINGS)) == Audio(film())


def test_a_picture_is_made_fit(run: Run) -> None:
    """And says what was done; the limit holds for what comes out, too."""
    image = run(load(picture("WEBP", (128, 32)), Image, SETTINGS, takes={"image/png"}))

    assert image.media_type == "image/png"
    assert image.size == (64, 16)
    assert len(image.changes) == 2
    heavy = encoded(PIL.Image.fromarray(noise(60, 60)), "WEBP", quality=1)
    settings = MediaSettings(max_image_bytes=len(heavy))
    with pytest.raises(ValidationError, match="image is larger than max_image_bytes"):
        run(load(heavy, Image, settings, takes={"image/png"}))


def test_nothing_is_changed_when_that_is_off(run: Run) -> None:
    """The bytes as they were."""
    data = picture("PNG", (128, 32))

    assert run(load(data, Image, MediaSettings.thin(max_image_side=64))).data == data


def test_a_photo_opened_by_the_caller_is_turned_upright(run: Run, tmp_path: Path) -> None:
    """Pillow leaves that to whoever shows it."""
    notes = PIL.Image.Exif()
    notes[0x0112] = 6
    PIL.Image.new("CMYK", (20, 10)).save(tmp_path / "photo.jpg", exif=notes)
    with PIL.Image.open(tmp_path / "photo.jpg") as photo:
        image = run(load(photo, Image, SETTINGS))

    assert image.size == (10, 20)
    assert image.changes == ("turned upright (EXIF orientation 6)",)


@pytest.mark.parametrize(
    ("kind", "data", "name"),
    [
        (Image, PNG, "max_image_bytes"),
        (Audio, wav(), "max_audio_bytes"),
        (Video, film(), "max_video_bytes"),
    ],
)
def test_what_is_too_large(
    run: Run, serve: Serve, tmp_path: Path, kind: Any, data: bytes, name: str
) -> None:
    """However it is given; the setting is named."""
    limit: dict[str, Any] = {name: len(data) - 1}
    settings = MediaSettings(allow_private_urls=True, **limit)
    (tmp_path / "file").write_bytes(data)
    for source in (data, tmp_path / "file", kind(data), base64.b64encode(data).decode()):
        with pytest.raises(ValidationError, match=f"larger than {name} allows"):
            run(load(source, kind, settings))
    with pytest.raises(ValidationError, match="sends more than"):
        run(load(serve(serves(data)).url, kind, settings))

    limit[name] += 1
    assert run(load(data, kind, MediaSettings(**limit))).data == data


@pytest.mark.parametrize("empty", [b"", bytearray(), memoryview(b"")])
def test_nothing_is_no_media(run: Run, empty: Any) -> None:
    """Said in one word."""
    with pytest.raises(ValidationError, match="audio is empty"):
        run(load(empty, Audio, SETTINGS))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Image, PNG[:-12]),
        (Image, SAMPLES["image/jpeg"][:-2]),
        (Audio, wav()[:-99]),
        (Video, film()[:-1]),
    ],
)
def test_what_is_cut_off(run: Run, kind: type[Media], data: bytes) -> None:
    """Also when nothing would be changed."""
    for settings in (SETTINGS, MediaSettings.thin()):
        with pytest.raises(ValidationError, match=rf"^x: the {kind.noun} .* is cut off"):
            run(load(data, kind, settings, argument="x"))


def test_bombs_are_refused(run: Run) -> None:
    """By their header, even when nothing would be decoded here."""
    bomb = PNG[:16] + struct.pack(">II", 50_000, 50_000) + PNG[24:]
    for settings in (SETTINGS, MediaSettings.thin()):
        with pytest.raises(ValidationError, match=r"^image: .*50000 × 50000.*max_image_pixels"):
            run(load(bomb, Image, settings))


def test_broken_pixels_are_named_with_their_argument(run: Run) -> None:
    """When they have to be decoded."""
    whole = encoded(PIL.Image.fromarray(noise(100, 100)), "PNG")
    middle = len(whole) // 2
    broken = whole[:middle] + bytes(2000) + whole[middle + 2000 :]
    with pytest.raises(ValidationError, match=r"^mask: The picture is broken"):
        run(load(broken, Image, SETTINGS, argument="mask"))


def test_a_url_is_tried_again(run: Run, serve: Serve) -> None:
    """As the client's settings for failures say."""
    turns = iter([answer(status="503 No"), answer(PNG)])

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(next(turns))

    server = serve(script)
    assert run(load(server.url, Image, LOCAL, retry=Retry(1, 0.001, 0.001))) == Image(PNG)
    assert server.connections == 2


def test_urls_pass_through_where_a_server_takes_them() -> None:
    """Unfetched; everything else becomes a data URI."""
    url, steps = play(as_url("https://host/cat.png", Image, SETTINGS), [])
    assert (url, steps) == ("https://host/cat.png", [])

    uri, _ = play(as_url(PNG, Image, SETTINGS), [])
    assert uri == Image(PNG).data_uri
    with pytest.raises(ValidationError, match=r"^image: the URL carries"):
        play(as_url("https://user:x@host/", Image, SETTINGS), [])


def test_what_is_sent_as_a_uri_is_made_fit_too(run: Run) -> None:
    """Scaled, and in a format the server takes."""
    uri = run(as_url(picture("GIF", (100, 50)), Image, SETTINGS, takes={"image/jpeg"}))

    assert uri.startswith("data:image/jpeg;base64,")


def test_a_result_is_downloaded(run: Run, serve: Serve) -> None:
    """From the provider that was trusted, as it is."""
    data = picture("PNG", (100, 50))
    server = serve(serves(data))
    settings = MediaSettings(trusted_hosts=(server.host,), max_image_side=64)

    assert run(download(server.url, Image, settings)) == Image(data)
    assert run(download(f"data:;base64,{Image(data).base64}", Image, settings)) == Image(data)


def test_a_result_that_is_none(run: Run, serve: Serve, tmp_path: Path) -> None:
    """Another kind; or the provider names a file of ours, which is never read."""
    (tmp_path / "private.png").write_bytes(PNG)
    with pytest.raises(DecodeError, match="no video"):
        run(download(serve(serves(PNG)).url, Video, LOCAL))
    with pytest.raises(ValidationError, match="the URL of the result"):
        run(download(str(tmp_path / "private.png"), Image, LOCAL))
    with pytest.raises(ValidationError, match="not file:"):
        run(download(f"file://{tmp_path}/private.png", Image, LOCAL))


def test_the_limits_of_the_kind_reach_the_fetch() -> None:
    """So that the reading stops in time."""
    for flow in (load("http://h", Image, SETTINGS), download("http://h", Image, SETTINGS)):
        _, steps = play(flow, [Response(200, body=PNG)])
        assert isinstance(steps[0], Send)
        assert isinstance(steps[0].request, Fetch)
        assert steps[0].request.max_bytes == SETTINGS.max_image_bytes


def test_a_server_that_is_away(run: Run) -> None:
    """The argument is named, and that it may be back later."""
    with pytest.raises(NetworkError, match=r"^image: no answer from") as caught:
        run(load("http://127.0.0.1:9/", Image, LOCAL))

    assert caught.value.retryable


def test_arguments_have_a_name_even_without_one(run: Run) -> None:
    """For media of any kind."""
    assert run(load(b"?", Media, SETTINGS)).media_type == "application/octet-stream"
    with pytest.raises(ValidationError, match=r"^source cannot be read"):
        run(load(3, Media, SETTINGS))
