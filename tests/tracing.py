"""Where the measuring of coverage looks: at our code, and not at what runs the tests.

A tracer slows all Python code of a thread by half or more, whosever it is, and pytest, Hypothesis
and the libraries that are imported are a good part of a run. So it rests while they work: it looks
at our modules when they are imported, at fixtures, and at tests; of a property at the first cases.
Other threads are watched throughout. Without a tracer nothing of this does anything.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

import pytest

WATCHED_CASES = 30
# What our modules import and takes long. Loaded before them, it is loaded unwatched.
LIBRARIES = (
    "aiohttp", "huggingface_hub", "langchain_core.language_models.chat_models",
    "langchain_core.vectorstores", "llama_index.core", "openai", "pandas", "psycopg_pool",
    "starlette", "uvicorn",
)  # fmt: skip

_tracer = sys.gettrace()  # of the main thread, in which pytest works


class OurModules(PathFinder):
    """Finds our own modules, to be watched while they are loaded."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is; None for those of others."""
        if fullname.partition(".")[0] != "hf_integrations":
            return None
        spec = super().find_spec(fullname, path, target)
        if spec and type(spec.loader) is SourceFileLoader:
            spec.loader = WatchedLoader(spec.loader.name, spec.loader.path)
        return spec


class WatchedLoader(SourceFileLoader):
    """Loads a module while the tracer watches."""

    def exec_module(self, module: ModuleType) -> None:
        """Run its code."""
        before = sys.gettrace()
        sys.settrace(_tracer)
        try:
            super().exec_module(module)
        finally:
            sys.settrace(before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """Watch the modules that tests import, and nothing else."""
    if _tracer is None:
        return (yield)
    sys.settrace(None)
    sys.meta_path.insert(0, OurModules)
    try:
        for library in LIBRARIES:
            with suppress(ImportError):
                importlib.import_module(library)
        return (yield)
    finally:
        sys.meta_path.remove(OurModules)
        sys.settrace(_tracer)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop() -> Iterator[None]:
    """Let the tracer rest, but where it is woken."""
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(_tracer)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_fixture_setup() -> Iterator[None]:
    """Watch what a fixture does."""
    before = sys.gettrace()
    sys.settrace(_tracer)
    try:
        return (yield)
    finally:
        sys.settrace(before)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Watch how fixtures end."""
    sys.settrace(_tracer)
    try:
        return (yield)
    finally:
        sys.settrace(None)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Watch a test; of a property's cases the first."""
    handle = getattr(pyfuncitem.obj, "hypothesis", None)
    if handle is None:
        sys.settrace(_tracer)
        try:
            return (yield)
        finally:
            sys.settrace(None)
    inner, handle.inner_test = handle.inner_test, _watched(handle.inner_test)
    try:
        return (yield)
    finally:
        handle.inner_test = inner


def _watched(case: Callable[..., Any]) -> Callable[..., Any]:
    """A property whose first cases are watched."""
    left = WATCHED_CASES

    @functools.wraps(case)
    def watched(*values: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        sys.settrace(_tracer if left >= 0 else None)
        try:
            return case(*values, **named)
        finally:
            sys.settrace(None)

    return watched
