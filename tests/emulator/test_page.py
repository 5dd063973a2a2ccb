"""The page for browsers: as text, and in a browser where one is installed."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hf_integrations.emulator import Emulator
from tests.emulator.conftest import PLAIN, client_of

HTML = {"accept": "text/html,application/xhtml+xml;q=0.9"}
CHAT = {"model": "org/m", "messages": [{"role": "user", "content": "<script>alert(1)</script>"}]}


def test_browsers_get_a_page_and_programs_json(fresh: Emulator) -> None:
    """By what they ask for."""
    with httpx.Client(base_url=fresh.url, verify=PLAIN) as http:
        page = http.get("/", headers=HTML)
        assert page.headers["content-type"].startswith("text/html")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert http.get("/").json()["name"] == "hf-integrations emulator"
        for name in ("page.css", "page.js"):
            assert http.get(f"/__parlel/{name}").status_code == 200
        assert "http://" not in page.text
        assert "https://" not in page.text


def test_what_was_asked_is_in_the_page(fresh: Emulator) -> None:
    """As text, whatever it is; without the token."""
    with client_of(fresh) as http:
        http.post("/<b>bold</b>", json=CHAT)
        page = http.get("/", headers=HTML).text
    assert "/&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "hf_test" not in page


def test_every_control_has_a_name(fresh: Emulator) -> None:
    """For who hears the page."""
    page = httpx.get(fresh.url, headers=HTML, verify=PLAIN).text
    for name in ("model", "token", "prompt", "fault", "script", "path"):
        assert f'<label for="{name}">' in page
        assert f'id="{name}"' in page
    assert '<html lang="en">' in page


def test_replies_are_recorded(fresh: Emulator) -> None:
    """Their beginning, and how long they took; the latest alone, if one wants no more."""
    with client_of(fresh) as http:
        for _ in range(3):
            http.post("/v1/chat/completions", json={**CHAT, "stream": True})
        shown = http.get("/__parlel/requests?last=2").json()
    assert len(shown) == 2
    assert shown[0]["reply"].startswith("data: {")
    assert len(shown[0]["reply"]) <= 2_000
    assert shown[0]["milliseconds"] > 0


class Browser:
    """A headless Chromium, driven by the WebDriver protocol."""

    def __init__(self, http: httpx.Client, session: str) -> None:
        self._http, self._session = http, session

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Give an order."""
        url = f"/session/{self._session}{path}"
        answer = self._http.request(method, url, json=body if method == "POST" else None)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    def run(self, script: str) -> Any:
        """Run a script in the page."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def click(self, css: str) -> None:
        """Click as a user does."""
        found = self.ask("POST", "/element", {"using": "css selector", "value": css})
        [element] = found.values()
        self.ask("POST", f"/element/{element}/click", {})

    def until(self, script: str, good: Callable[[Any], bool]) -> Any:
        """Return what a script says as soon as it is good."""
        end = time.monotonic() + 60
        while not good(value := self.run(script)):
            assert time.monotonic() < end, value
            time.sleep(0.05)
        return value


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser of the test's own."""
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
    if not driver or not chromium:
        pytest.skip("needs Debian's chromium and chromium-driver")
    log = (tmp_path / "driver.log").open("w+")
    with (
        log,
        subprocess.Popen([driver, "--port=0"], stdout=log, stderr=log) as process,  # noqa: S603
        httpx.Client(timeout=90, verify=PLAIN) as http,
    ):
        try:
            http.base_url = httpx.URL(f"http://127.0.0.1:{_port(tmp_path / 'driver.log')}")
            flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     f"--user-data-dir={tmp_path / 'profile'}"]  # fmt: skip
            options = {"binary": chromium, "args": flags}
            wanted = {"browserName": "chrome", "goog:chromeOptions": options}
            body = {"capabilities": {"alwaysMatch": wanted}}
            session = http.post("/session", json=body).json()["value"]["sessionId"]
            yield Browser(http, session)
            http.delete(f"/session/{session}")
        finally:
            process.terminate()


def _port(log: Path) -> int:
    end = time.monotonic() + 60
    while "on port" not in (text := log.read_text()) or "started successfully" not in text:
        assert time.monotonic() < end, text
        time.sleep(0.05)
    return int(text.rpartition("on port ")[2].split(".")[0].split()[0])


def test_a_person_can_try_a_prompt_see_it_arrive_and_let_it_fail(
    fresh: Emulator, browser: Browser, tmp_path: Path
) -> None:
    """Click, read, click again; dark and light differ; nothing that arrives is run."""
    browser.ask("POST", "/url", {"url": fresh.url})
    browser.click("#play button")
    reply = "return document.getElementById('reply').textContent"
    assert "6,650" in browser.until(reply, lambda text: "6,650" in text)
    rows = "return [...document.querySelectorAll('#rows tr')].map(row => row.innerText)"
    seen = browser.until(rows, lambda found: bool(found) and "200" in found[0])
    assert "/v1/chat/completions" in seen[0]

    browser.run("document.getElementById('script').value = '429'")
    browser.click("#faults button")
    waiting = "return document.getElementById('waiting').textContent"
    browser.until(waiting, lambda text: text.endswith("1"))
    browser.click("#play button")
    browser.until(reply, lambda text: text.startswith("429"))

    with client_of(fresh) as http:
        http.post("/v1/chat/completions", json=CHAT)
    browser.until(rows, lambda found: len(found) == 3)
    assert browser.run("return document.querySelectorAll('#rows script').length") == 0
    assert "alert(1)" in browser.run("return document.querySelector('#rows pre').textContent")
    picture = browser.ask("GET", "/screenshot")
    assert len(picture) > 10_000
    paper = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(paper)
    dark = {"media": "", "features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": dark})
    assert browser.run(paper) != light
