"""Hours in small: flat memory, no socket and no task left, a thousand at a time, calm ends."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
from tests.quick_server import quick_server

MODEL = "org/name"
QUICK: dict[str, Any] = {"token": "hf_test", "server": "openai"}
MB = 1_000_000
LINUX = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")


@pytest.fixture
def url() -> Iterator[str]:
    """A server that answers at once."""
    with quick_server() as found:
        yield found


def resident() -> int:
    """The memory this process uses, in bytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def sockets() -> int:
    """How many sockets this process has open."""
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        try:
            found += str(link.readlink()).startswith("socket:")
        except FileNotFoundError:
            continue
    return found


@LINUX
@pytest.mark.parametrize(
    ("calls", "most"),
    [(1_000, 4 * MB), pytest.param(100_000, 2 * MB, marks=pytest.mark.soak)],
    ids=["small", "full"],
)
def test_memory_is_flat_over_many_calls(url: str, calls: int, most: int) -> None:
    """After a warm-up of a tenth."""
    with HfInferenceClient(base_url=url, **QUICK) as client:
        for _ in range(calls // 10):
            client.chat.complete("Hello", model=MODEL)
        before = resident()
        for _ in range(calls):
            client.chat.complete("Hello", model=MODEL)
        assert resident() - before < most
        assert client.metrics().total.count == calls + calls // 10


@LINUX
@pytest.mark.parametrize(
    "streams", [200, pytest.param(10_000, marks=pytest.mark.soak)], ids=["small", "full"]
)
async def test_abandoned_streams_leave_no_socket_and_no_task(url: str, streams: int) -> None:
    """Dropped after their first piece, in both colours; a cancelled task too."""
    before, tasks = sockets(), len(asyncio.all_tasks())
    async with AsyncHfInferenceClient(base_url=url, **QUICK) as client:

        async def abandon() -> None:
            stream = client.chat.stream("Hello", model=MODEL)
            await anext(stream)

        async def forever() -> None:
            async for _ in client.chat.stream("Hello", model=MODEL):
                await asyncio.sleep(60)

        for _ in range(streams // 20):
            await asyncio.gather(*(abandon() for _ in range(10)))
            others = [asyncio.create_task(forever()) for _ in range(5)]
            await asyncio.sleep(0.01)
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        gc.collect()
        await asyncio.sleep(0.05)
        assert sockets() - before <= 60
    await asyncio.to_thread(_drop_plain, url, streams // 4)
    gc.collect()
    await asyncio.sleep(0.05)
    assert sockets() <= before
    assert len(asyncio.all_tasks()) == tasks


def _drop_plain(url: str, streams: int) -> None:
    with HfInferenceClient(base_url=url, **QUICK) as client:
        for _ in range(streams):
            next(client.chat.stream("Hello", model=MODEL))


@LINUX
async def test_a_slow_reader_holds_the_server_back(url: str) -> None:
    """What is not read stays in the network: memory does not grow with it."""
    async with AsyncHfInferenceClient(base_url=url, **QUICK) as client:
        before = resident()
        streams = [client.chat.stream("Hello", model=MODEL) for _ in range(20)]
        for stream in streams:
            await anext(stream)
        await asyncio.sleep(0.3)
        assert resident() - before < 20 * MB
        for stream in streams:
            await stream.close()


@LINUX
async def test_a_hundred_in_flight_take_little_memory() -> None:
    """Under 50 MB above idle."""
    with quick_server(0.5) as url:
        async with AsyncHfInferenceClient(base_url=url, **QUICK) as client:
            await client.chat.complete("Hello", model=MODEL)
            before = resident()
            calls = [
                asyncio.create_task(client.chat.complete(f"{n}", model=MODEL)) for n in range(100)
            ]
            await asyncio.sleep(0.3)
            assert resident() - before < 50 * MB
            await asyncio.gather(*calls)


@pytest.mark.soak
async def test_a_thousand_at_a_time_against_a_bare_socket() -> None:
    """A server that takes 500 ms: at least 0.85 of the rate of bare sockets."""
    with quick_server(0.5) as url:
        bare, ours, kept = list[float](), list[float](), list[_Link]()
        async with AsyncHfInferenceClient(base_url=url, **QUICK) as client:
            for _ in range(4):
                bare.append(await _bare(url, 1_000, kept))
                began = time.perf_counter()
                await asyncio.gather(
                    *(client.chat.complete("Hello", model=MODEL) for _ in range(1_000))
                )
                ours.append(time.perf_counter() - began)
        for _, writer in kept:
            writer.close()
        ratio = min(bare) / min(ours)
        sys.stderr.write(f"bare {min(bare):.3f} s, ours {min(ours):.3f} s, ratio {ratio:.2f}\n")
        assert ratio >= 0.85


_Link: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _bare(url: str, calls: int, kept: list[_Link]) -> float:
    """Seconds for so many calls over bare sockets, which are kept open as ours are."""
    host, _, port = url.partition("://")[2].partition(":")
    body = b'{"model":"org/name","messages":[{"role":"user","content":"Hello"}]}'
    request = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b"

    async def one() -> None:
        link = kept.pop() if kept else await asyncio.open_connection(host, int(port))
        reader, writer = link
        writer.write(request % (len(body), body))
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r")[0]))
        kept.append(link)

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(calls)))
    return time.perf_counter() - began


def test_one_loop_after_another(url: str) -> None:
    """The same client, with what it has learnt."""
    client = AsyncHfInferenceClient(base_url=url, max_concurrency=2, **QUICK)

    async def some() -> None:
        await asyncio.gather(*(client.chat.complete("Hello", model=MODEL) for _ in range(8)))

    for _ in range(3):
        asyncio.run(some())
    assert client.metrics().total.count == 24
    asyncio.run(client.close())


def _in_child(client: HfInferenceClient, told: Any) -> None:
    told.put(client.chat.complete("Hello", model=MODEL).text)


@pytest.mark.skipif(sys.platform == "win32", reason="does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_after_use_begins_anew(url: str) -> None:
    """Locks, queues and circuits of the parent stay the parent's."""
    context = multiprocessing.get_context("fork")
    with HfInferenceClient(base_url=url, max_concurrency=1, **QUICK) as client:
        client.chat.complete("Hello", model=MODEL)
        told = context.Queue()
        child = context.Process(target=_in_child, args=(client, told))
        child.start()
        assert told.get(timeout=30) == "Hello"
        child.join(30)
        assert child.exitcode == 0
        assert client.chat.complete("Hello", model=MODEL).text == "Hello"


PROGRAM = """
import asyncio, sys, threading
from hf_integrations import AsyncHfInferenceClient, HfInferenceClient
url, kind = sys.argv[1:]
client = HfInferenceClient(base_url=url, token="hf_test", server="openai")
if kind == "open":
    client.chat.complete("Hello", model="m")
    next(client.chat.stream("Hello", model="m"))
    threading.Thread(target=client.chat.complete, args=("Hello",), kwargs={"model": "m"}).start()
elif kind == "plain":
    print("ready", flush=True)
    client.batch("chat-completion", ["Hello"] * 50, model="m", concurrency=5)
else:
    async def main():
        client = AsyncHfInferenceClient(base_url=url, token="hf_test", server="openai")
        print("ready", flush=True)
        await client.batch("chat-completion", ["Hello"] * 50, model="m", concurrency=5)
    asyncio.run(main())
"""


def test_a_program_ends_with_open_clients(url: str) -> None:
    """Without a word."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", "-c", PROGRAM, url, "open"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT to send")
@pytest.mark.parametrize("kind", ["plain", "asyncio"])
def test_ctrl_c_in_the_middle_ends_it(kind: str) -> None:
    """At once, with KeyboardInterrupt and nothing else."""
    with quick_server(2.0) as url, subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, url, kind],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as program:  # fmt: skip
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        time.sleep(0.3)
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=30)
    assert said.strip().endswith("KeyboardInterrupt")
    assert "Exception ignored" not in said
