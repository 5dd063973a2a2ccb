"""Every row of the task table over a real socket, in both colours, against a server of answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, get_origin

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.routing.table import ROWS
from tests.colours import Colour, Looped, Plain
from tests.services.tasks_at_hand import EXAMPLES, PNG


class Answering(BaseHTTPRequestHandler):
    """Answers with the example of the task that the model's name says; remembers what it got."""

    got: list[tuple[str, str, bytes]] = []  # noqa: RUF012 - one for the module

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, self.headers["content-type"], body))
        name = self.path.removeprefix("/hf-inference/models/org/").partition("/")[0]
        answer = EXAMPLES[name].answer
        self._say(answer.body, answer.headers.get("content-type", "application/json"))

    def do_GET(self) -> None:
        """Give a picture to whoever has its address."""
        self._say(PNG, "image/png")

    def _say(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """A server of every task."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where it is."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def at(url: str) -> dict[str, Any]:
    """The settings for a client of it."""
    return {"base_url": url, "token": "hf_x", "default_provider": "hf-inference"}


@pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_row_makes_a_round_trip(url: str, colour: Colour, name: str) -> None:
    """By its method and by its name; what is sent is the same to the byte."""
    one = EXAMPLES[name]

    def by_method(client: Any) -> Any:
        place, _, method = one.method.partition(".")
        return getattr(getattr(client, place), method)(*one.given, model=f"org/{name}", **one.said)

    Answering.got.clear()
    found = colour(by_method, **at(url))
    again = colour(
        lambda client: client.run(name, one.inputs, model=f"org/{name}", **one.said), **at(url)
    )

    assert isinstance(found, get_origin(ROWS[name].gives) or ROWS[name].gives)
    assert repr(found) == repr(again)
    first, second = Answering.got
    assert first == second


@pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
def test_the_emulator_does_every_task_at_its_url(emulator: Emulator, colour: Colour) -> None:
    """A base URL is enough: a server that does several is told which one is meant."""
    place = {"base_url": emulator.url, "token": "hf_test"}
    for name, one in EXAMPLES.items():
        found = colour(partial(_by_name, name=name, one=one), **place)
        assert isinstance(found, get_origin(ROWS[name].gives) or ROWS[name].gives)


def _by_name(client: Any, *, name: str, one: Any) -> Any:
    return client.run(name, one.inputs, **one.said)


@pytest.mark.parametrize("colour", [Plain(), Looped()], ids=["plain", "asyncio"])
def test_a_picture_of_the_callers_own_server_is_fetched(url: str, colour: Colour) -> None:
    """Wherever that stands, as the caller has named it; a stranger's address must be public."""
    Answering.got.clear()
    found = colour(
        lambda client: client.image.classify(f"{url}/a.png", model="org/image-classification"),
        **at(url),
    )

    assert found[0].label == "a"
    assert Answering.got[0][1:] == ("image/png", PNG)
