"""Which URLs are asked, and what their answers mean."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hf_integrations.errors import HfError, InferenceTimeoutError, NetworkError, ValidationError
from hf_integrations.flow import Ask, Response, Send, Sleep
from hf_integrations.transport.engines.errands import GUARDED, Fetch
from hf_integrations.transport.media import MediaSettings, fetch
from hf_integrations.transport.media.fetching import checked_address
from hf_integrations.transport.retry import Retry
from tests.playing import play
from tests.transport.engines.scripted import Peer, answer
from tests.transport.media.conftest import Run, Serve

SETTINGS = MediaSettings()
RETRY = Retry(2, 1.0, 30.0, draw=lambda: 1.0)


def requests(steps: list[Ask]) -> list[Fetch]:
    """What was asked for; sleeping left out."""
    found = [step.request for step in steps if isinstance(step, Send)]
    assert all(isinstance(request, Fetch) for request in found)
    return [request for request in found if isinstance(request, Fetch)]


def moved(where: str | None, status: int = 302) -> Response:
    """An answer that leads on."""
    return Response(status, {} if where is None else {"location": where})


def test_one_request_for_one_file() -> None:
    """Guarded, limited, by its clocks, and without a token or the fragment."""
    data, steps = play(
        fetch("https://host/a.png?b#c", SETTINGS, max_bytes=7), [Response(200, body=b"file")]
    )
    (request,) = requests(steps)

    assert data == b"file"
    assert (request.method, request.url) == ("GET", GUARDED + "https://host/a.png?b")
    assert (request.max_bytes, request.allow_private) == (7, False)
    assert (request.timeout.connect, request.timeout.total) == (10.0, 60.0)
    assert [name for name, _ in request.headers] == ["user-agent", "accept"]


def test_the_settings_reach_the_request() -> None:
    """Each of them."""
    settings = MediaSettings(
        allow_private_urls=True, fetch_timeout=3.0, connection_timeout=2.0, user_agent="me",
        max_video_bytes=9,
    )  # fmt: skip
    _, steps = play(fetch("http://host", settings), [Response(200)])
    (request,) = requests(steps)

    assert request.allow_private
    assert request.max_bytes == 9
    assert (request.timeout.connect, request.timeout.total) == (2.0, 3.0)
    assert ("user-agent", "me") in request.headers


@pytest.mark.parametrize(
    ("trusted", "url", "allowed"),
    [
        ("127.0.0.1:4756", "http://127.0.0.1:4756/x", True),
        ("localhost", "http://LOCALHOST:1234/x", True),
        ("Localhost:1", "http://localhost:1/x", True),
        ("127.0.0.1:4756", "http://127.0.0.1:4757/x", False),
        ("localhost", "http://localhost.evil/x", False),
    ],
)
def test_a_host_may_be_trusted_alone(trusted: str, url: str, allowed: bool) -> None:
    """With or without its port, as it is written."""
    _, steps = play(fetch(url, MediaSettings(trusted_hosts=(trusted,))), [Response(200)])

    assert requests(steps)[0].allow_private is allowed


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_each_is_checked(status: int) -> None:
    """A trusted host cannot pass its trust on."""
    settings = MediaSettings(trusted_hosts=("a",))
    answers = [moved("/next", status), moved("//b/c", status), Response(200, body=b"file")]
    data, steps = play(fetch("http://a/x", settings), answers)

    assert data == b"file"
    assert [request.url.removeprefix(GUARDED) for request in requests(steps)] == [
        "http://a/x", "http://a/next", "http://b/c",
    ]  # fmt: skip
    assert [request.allow_private for request in requests(steps)] == [True, True, False]


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (None, "not to an address"),
        ("file:///etc/passwd", "not file:"),
        ("http://user:secret@host/", "a user or a password"),
        ("http://[broken/", "not to an address|no URL"),
        ("gopher://host", "not gopher:"),
    ],
)
def test_a_redirect_to_what_is_not_asked(where: str | None, reason: str) -> None:
    """Refused like a first address; the argument is named."""
    with pytest.raises(ValidationError, match=rf"^image: .*({reason})") as caught:
        play(fetch("http://a", SETTINGS, argument="image"), [moved(where)])

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("most", [0, 2])
def test_redirects_come_to_an_end(most: int) -> None:
    """After as many as the setting allows."""
    answers = [moved("/again")] * (most + 1)
    with pytest.raises(ValidationError, match=f"more than {most} times.*max_redirects"):
        play(fetch("http://a", MediaSettings(max_redirects=most)), answers)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 304])
def test_no_file_is_the_callers_matter(status: int) -> None:
    """Not a failure of the model's server, and not sent again."""
    with pytest.raises(ValidationError, match="no file to be had") as caught:
        play(fetch("http://a", SETTINGS, retry=RETRY), [Response(status)])

    assert caught.value.status == status


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_what_may_pass_is_tried_again(status: int) -> None:
    """With the waits of every other request; at the end the error says it may pass."""
    data, steps = play(
        fetch("http://a", SETTINGS, retry=RETRY),
        [Response(status), None, NetworkError("cut"), None, Response(200, body=b"file")],
    )
    assert data == b"file"
    assert [step for step in steps if isinstance(step, Sleep)] == [Sleep(1.0), Sleep(2.0)]

    with pytest.raises(NetworkError, match="cannot answer now") as caught:
        play(fetch("http://a", SETTINGS), [Response(status)])
    assert caught.value.retryable


def test_errors_name_the_argument_and_its_settings() -> None:
    """Those of the engine too."""
    with pytest.raises(InferenceTimeoutError, match=r"^audio: late.*fetch_timeout"):
        play(fetch("http://a", SETTINGS, argument="audio"), [InferenceTimeoutError("late")])
    with pytest.raises(ValidationError, match=r"^audio: private"):
        play(fetch("http://a", SETTINGS, argument="audio"), [ValidationError("private")])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "no URL that can be asked"),
        ("host/path", "no URL that can be asked"),
        ("http://", "no URL that can be asked"),
        ("http://host:port/", "no URL that can be asked"),
        ("http://a b/", "no URL that can be asked"),
        ("http://good\\@evil/", "no URL that can be asked"),
        ("http://a/\r\nx: y", "no URL that can be asked"),
        ("http://[::1/", "no URL that can be asked"),
        ("file:///etc/passwd", "not file:"),
        ("ftp://host/", "not ftp:"),
        ("javascript:alert(1)", "not javascript:"),
        ("https://user@host/", "a user or a password"),
        ("https://user:secret@host/", "a user or a password"),
    ],
)
def test_what_is_never_asked(url: str, reason: str) -> None:
    """Other schemes, passwords, and what HTTP libraries read in several ways."""
    with pytest.raises(ValidationError, match=f"^image.*{reason}") as caught:
        checked_address(url, "image")

    assert "secret" not in str(caught.value)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://h/", "http://h:8/?"]))
def test_any_text_is_an_address_or_an_error(text: str, beginning: str) -> None:
    """And an address has a host, no password and no space."""
    try:
        url = checked_address(beginning + text, "url")
    except ValidationError:
        return
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert "@" not in parts.netloc
    assert not any(sign.isspace() for sign in url)


def test_a_redirect_into_the_house_is_refused(run: Run, serve: Serve) -> None:
    """Over real sockets: the first address is trusted, what it leads to is not."""
    inner = serve(lambda peer: None)

    def script(peer: Peer) -> None:
        peer.hear()
        peer.say(answer(status="302 Found", headers=f"Location: {inner.url}/secret\r\n"))

    outer = serve(script)
    settings = MediaSettings(trusted_hosts=(outer.host,))
    with pytest.raises(ValidationError, match="not on the public Internet"):
        run(fetch(outer.url, settings))

    assert inner.connections == 0


def test_a_file_over_real_sockets(run: Run, serve: Serve) -> None:
    """Through a redirect, when the setting allows this machine; refused when it does not."""

    def script(peer: Peer) -> None:
        heard = peer.hear()
        is_end = heard.target == "/end"
        peer.say(answer(b"file") if is_end else answer(status="307 x", headers="Location: end\r\n"))

    server = serve(script)

    assert run(fetch(f"{server.url}/begin", MediaSettings(allow_private_urls=True))) == b"file"
    with pytest.raises(HfError, match="allow_private_urls"):
        run(fetch(f"{server.url}/begin", SETTINGS))
