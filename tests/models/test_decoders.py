"""What several threads use for the first time is made by one of them."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Annotated, Any

import msgspec
import pytest

from hf_integrations.models.decoders import MOST, _known, converted, decoder_of


class Inner(msgspec.Struct):
    """Part of both of the others."""

    number: int = 0


def _slowly() -> type[int]:
    """An annotation that another thread looks at before it is worked out."""
    begun.set()
    assert go_on.wait(10)
    return int


begun, go_on = threading.Event(), threading.Event()


class Slow(msgspec.Struct):
    """Of which it takes long to find out what it holds."""

    inner: Inner
    other: _slowly() = 0  # type: ignore[valid-type]


def test_nobody_uses_what_is_half_done() -> None:
    """Who comes second waits: msgspec itself would let it crash."""
    found: list[Any] = []
    first = threading.Thread(target=lambda: found.append(decoder_of(Slow).decode(b'{"inner":{}}')))
    second = threading.Thread(
        target=lambda: found.append(converted({"inner": {"number": 2}}, Slow).inner.number)
    )
    first.start()
    assert begun.wait(10)
    second.start()
    second.join(0.05)
    assert second.is_alive()
    go_on.set()
    first.join()
    second.join()

    assert 2 in found


def test_a_decoder_is_made_once() -> None:
    """Also of what is no class; of what can be no key, each time."""
    odd = Annotated[int, msgspec.Meta(extra_json_schema={"examples": [1]})]

    assert decoder_of(list[Inner]) is decoder_of(list[Inner])
    assert decoder_of(odd).decode(b"1") == converted(1, odd) == 1


def test_what_is_remembered_has_an_end() -> None:
    """A program that makes a class for each call does not fill memory."""
    for number in range(MOST + 2):
        decoder_of(msgspec.defstruct(f"Made{number}", [("x", int)]))

    assert len(_known) <= MOST


def test_what_does_not_fit_is_said() -> None:
    """As msgspec says it."""
    with pytest.raises(msgspec.ValidationError, match="Expected `int`, got `str`"):
        converted({"number": "1"}, Inner)
    assert converted({"number": "1"}, Inner, strict=False) == Inner(1)


CALLS = """
import sys, threading
from hf_integrations.models.chat import ChatRequest, ChatResponse
from hf_integrations.models.shapes import checked, decode
sys.setswitchinterval(1e-4)
begin = threading.Barrier(16)
def call():
    begin.wait()
    checked({"messages": [{"role": "user", "content": "x"}], "temperature": 0.5}, ChatRequest)
    decode(b'{"choices":[{"message":{"role":"assistant","content":"x"}}]}', ChatResponse)
threads = [threading.Thread(target=call) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_the_first_calls_of_a_program_may_come_from_many_threads() -> None:
    """A new process, in which nothing was used before."""
    done = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, check=False)  # noqa: S603 - our own words

    assert (done.returncode, done.stderr) == (0, b"")
