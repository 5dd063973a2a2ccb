"""What answers at the URL of an endpoint: the proxy, and behind it the engine of its image."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hf_integrations.emulator import wire
from hf_integrations.emulator.endpoints import telling
from hf_integrations.emulator.endpoints.deployment import STARTING, Deployment
from hf_integrations.emulator.house import House
from hf_integrations.emulator.problems import Refusal, hub_problem
from hf_integrations.emulator.records import RequestLog, bearer
from hf_integrations.emulator.settings import Settings
from hf_integrations.emulator.tasks.table import NAMES

LONGEST_HOLD = 600.0  # seconds that the proxy holds a request at most
_GLANCE = 0.02
_ENGINES = {"vLLM": "vllm", "sGLang": "sglang", "tei": "tei", "llamacpp": "llama.cpp"}
_IN_URL = {
    "text-embeddings-inference": "tei", "text-generation-inference": "tgi", "vllm": "vllm",
    "sglang": "sglang", "llama.cpp": "llama.cpp",
}  # fmt: skip

MakeApp = Callable[[House], ASGIApp]


class DataPlane:
    """Every endpoint's own server, under `/e/{id}`.

    Args:
        house: of the emulator.
        make_app: makes the application that serves a house.
    """

    def __init__(self, house: House, make_app: MakeApp) -> None:
        self._house, self._make = house, make_app
        self._apps: dict[tuple[str, str, str], ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        _, _, rest = scope["path"].partition(f"{telling.PREFIX}/")
        ident, slash, path = rest.partition("/")
        try:
            found = self._house.fleet.find_id(ident)
            _check_token(found, bearer(request.headers))
            await self._hold(found, ident, request.headers.get("x-scale-up-timeout", ""))
        except Refusal as refusal:
            answer = wire.answer(refusal.body, status=refusal.status, headers=refusal.headers)
            await answer(scope, receive, send)
            return
        found.used = self._house.clock.now()
        inner = slash + path or "/"
        headers = [one for one in scope["headers"] if one[0] != b"x-emulator-fault"]
        asked = {**scope, "path": inner, "raw_path": inner.encode(), "headers": headers}
        await self._app(found)(asked, receive, _counting(send, found))

    async def _hold(self, found: Deployment, ident: str, seconds: str) -> None:
        """Wait until a replica answers, as long as the caller allows."""
        clock = self._house.clock
        end = clock.now() + (min(float(seconds), LONGEST_HOLD) if _is_number(seconds) else 0.0)
        while True:
            now = clock.now()
            found = self._house.fleet.find_id(ident)
            if found.answers_at(now):
                return
            if found.state == "scaledToZero":
                found.start(now, machine=False)
                found.used = now
            elif found.state == "paused":
                raise hub_problem(400, "Bad Request: Invalid state")
            elif found.state not in STARTING and found.state != "running":
                raise Refusal(503, "Service Unavailable")
            if now >= end:
                raise Refusal(503, "Service Unavailable")
            await asyncio.sleep(_GLANCE)

    def _app(self, found: Deployment) -> ASGIApp:
        model = found.spec["model"]
        engine, task = engine_of(found), str(model.get("task") or "custom")
        key = (engine or "", str(model["repository"]), task)
        if key not in self._apps:
            if len(self._apps) > 100:
                self._apps.clear()
            known = {"endpoint": task} if engine is None and task in NAMES else {}
            settings = Settings(
                models=None if engine in (None, "tgi", "tei") else (key[1],), engine=engine,
                dimensions=self._house.settings.dimensions, tasks=known,
            )  # fmt: skip
            house = House(settings, log=RequestLog(most=0), ledger=self._house.ledger)
            self._apps[key] = self._make(house)
        return self._apps[key]


def engine_of(found: Deployment) -> str | None:
    """Return the engine of an image; None for Hugging Face's own, with a model behind `/`."""
    [(variant, image)] = found.spec["model"]["image"].items()
    if variant.startswith("tgi"):
        return "tgi"
    if variant == "custom":
        url = str(image.get("url", ""))
        return next((name for part, name in _IN_URL.items() if part in url), None)
    return _ENGINES.get(variant)


def _check_token(found: Deployment, token: str) -> None:
    if found.spec["type"] == "private":
        raise hub_problem(403, "This endpoint is private")
    if found.spec["type"] != "public" and (not token or token.startswith("hf_invalid")):
        raise hub_problem(401, "Unauthorized")


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _counting(send: Send, found: Deployment) -> Send:
    async def counted(message: Message) -> None:
        if message["type"] == "http.response.start":
            found.count(message["status"])
        await send(message)

    return counted
