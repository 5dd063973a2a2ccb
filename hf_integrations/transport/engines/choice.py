"""Which engine: by name, or the best that is installed. Nothing is imported before it is used.

Why these: docs/engines.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from hf_integrations.errors import ConfigurationError
from hf_integrations.flow import AsyncEngine, Engine
from hf_integrations.transport.engines.settings import EngineSettings

E = TypeVar("E")


def make_engine(settings: EngineSettings, *, http_client: object | None = None) -> Engine:
    """A plain engine.

    Args:
        settings: `kind` names the library; "auto" takes Python's own.
        http_client: the caller's own `httpx.Client` or `httpx2.Client`, used instead of any
            other and never closed; its own proxies, certificates and pool apply.

    Raises:
        ConfigurationError: the library is not installed or not for plain Python, or a file
            that was named is unusable, or http_client is something else.
    """
    if http_client is not None:
        from hf_integrations.transport.engines.httpx import HttpxEngine

        return HttpxEngine(settings, http_client)
    if settings.kind == "auto":
        return _sync_stdlib(settings)
    return _named(_SYNC, settings)


def make_async_engine(
    settings: EngineSettings, *, http_client: object | None = None
) -> AsyncEngine:
    """An engine for the event loop that is running.

    Args:
        settings: `kind` names the library; "auto" takes Python's own.
        http_client: the caller's own `httpx.AsyncClient` or `httpx2.AsyncClient`, used instead
            of any other and never closed; its own proxies, certificates and pool apply.

    Raises:
        ConfigurationError: the library is not installed, or a file that was named is unusable,
            or http_client is something else.
    """
    if http_client is not None:
        from hf_integrations.transport.engines.httpx import AsyncHttpxEngine

        return AsyncHttpxEngine(settings, http_client)
    if settings.kind == "auto":
        return _async_stdlib(settings)
    return _named(_ASYNC, settings)


def _named(makers: Mapping[str, Callable[[EngineSettings], E]], settings: EngineSettings) -> E:
    kind = settings.kind
    if kind not in makers:
        names = ", ".join(["auto", *makers])
        raise ConfigurationError(
            f"engine {kind!r} does not serve this client.", hint=f"Choose one of: {names}."
        )
    try:
        return makers[kind](settings)
    except ImportError as error:
        raise ConfigurationError(
            f"engine {kind!r} is not installed.",
            hint=f"Run `pip install {kind}`, or choose engine 'auto'.",
        ) from error


def _sync_stdlib(settings: EngineSettings) -> Engine:
    from hf_integrations.transport.engines.stdlib import StdlibEngine

    return StdlibEngine(settings)


def _sync_pyreqwest(settings: EngineSettings) -> Engine:
    from hf_integrations.transport.engines.pyreqwest import PyreqwestEngine

    return PyreqwestEngine(settings)


def _sync_httpx(settings: EngineSettings) -> Engine:
    from hf_integrations.transport.engines.httpx import HttpxEngine

    return HttpxEngine(settings)


def _async_stdlib(settings: EngineSettings) -> AsyncEngine:
    from hf_integrations.transport.engines.async_stdlib import AsyncStdlibEngine

    return AsyncStdlibEngine(settings)


def _async_aiohttp(settings: EngineSettings) -> AsyncEngine:
    from hf_integrations.transport.engines.aiohttp import AsyncAiohttpEngine

    return AsyncAiohttpEngine(settings)


def _async_httpx(settings: EngineSettings) -> AsyncEngine:
    from hf_integrations.transport.engines.httpx import AsyncHttpxEngine

    return AsyncHttpxEngine(settings)


_SYNC: Mapping[str, Callable[[EngineSettings], Engine]] = {
    "stdlib": _sync_stdlib,
    "pyreqwest": _sync_pyreqwest,
    "httpx": _sync_httpx,
}
_ASYNC: Mapping[str, Callable[[EngineSettings], AsyncEngine]] = {
    "stdlib": _async_stdlib,
    "aiohttp": _async_aiohttp,
    "httpx": _async_httpx,
}
