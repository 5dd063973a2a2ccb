"""What is remembered of endpoints."""

from __future__ import annotations

import threading

from hf_integrations.models.endpoints import EndpointInfo
from hf_integrations.services.endpoints.memory import EndpointMemory, Key

KEY: Key = ("https://api", None, "me/mine")


def info(url: str | None = "https://h/e/1") -> EndpointInfo:
    """An endpoint at a URL."""
    return EndpointInfo({"name": "mine", "status": {"url": url}}, "me")


def test_an_endpoint_is_found_by_name_and_by_url() -> None:
    """With or without a path after it."""
    memory = EndpointMemory()
    assert memory.key_of("https://h/e/1/v1/chat") is None
    memory.keep(KEY, info(), 60)
    assert memory.find(KEY) == info()
    assert memory.key_of("https://h/e/1/v1/chat") == KEY
    assert memory.key_of("https://h/e/12") is None
    memory.keep(KEY, info("https://host"), 60)
    assert memory.key_of("https://host/v1/chat") == KEY


def test_what_is_forgotten_is_still_known_by_its_url() -> None:
    """So that its next failure can be looked into."""
    memory = EndpointMemory()
    memory.keep(KEY, info(), 60)
    memory.forget(KEY)
    memory.forget(KEY)
    assert memory.find(KEY) is None
    assert memory.key_of("https://h/e/1/x") == KEY


def test_no_time_is_no_memory() -> None:
    """As in `HfInferenceConfig.thin()`."""
    memory = EndpointMemory()
    memory.keep(KEY, info(), 0)
    assert memory.find(KEY) is None


def test_the_memory_is_bounded() -> None:
    """The oldest make room."""
    memory = EndpointMemory(most=10)
    for number in range(50):
        key = ("https://api", None, f"me/{number}")
        memory.keep(key, info(f"https://h{number}"), 60)
        memory.find(key)
    assert len(memory) == 10
    assert memory.key_of("https://h0/") is None
    assert memory.key_of("https://h49/") is not None


def test_hot_entries_are_those_that_are_looked_up() -> None:
    """Since they were last asked about."""
    memory = EndpointMemory()
    memory.keep(KEY, info(), 60)
    assert memory.hot() == []
    for _ in range(3):
        memory.find(KEY)
    assert memory.hot() == [KEY]
    memory.keep(KEY, info(), 60)
    assert memory.hot() == []
    memory.clear()
    assert memory.key_of("https://h/e/1") is None


def test_threads_may_share_it() -> None:
    """Without an error."""
    memory = EndpointMemory(most=5)
    failures: list[Exception] = []

    def work(start: int) -> None:
        try:
            for number in range(start, start + 300):
                key = ("https://api", None, f"me/{number % 17}")
                memory.keep(key, info(f"https://h{number % 17}/e"), 60)
                memory.find(key)
                memory.key_of(f"https://h{number % 13}/e/x")
                memory.hot()
        except RuntimeError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
