"""What is imported when."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hf_integrations.langchain as package
from tests.interrupting import unmeasured


def run(code: str, environment: dict[str, str] | None = None) -> str:
    """What a fresh Python prints."""
    done = subprocess.run(  # noqa: S603 - code of this file
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, timeout=120, env=environment,
    )  # fmt: skip
    return done.stdout.strip()


def test_every_name_is_there() -> None:
    """As it is listed."""
    for name in package.__all__:
        assert getattr(package, name).__name__ == name
    assert dir(package) == sorted(package.__all__)


def test_an_unknown_name_is_an_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="Telepathy"):
        _ = package.Telepathy


def test_a_model_loads_no_database_driver_and_no_engine() -> None:
    """Each extra stands alone; each class is loaded in a process of its own."""
    heavy = "('psycopg', 'numpy', 'starlette', 'llama_index', 'aiohttp', 'pyreqwest')"
    code = (
        "import os, sys, langchain_core.language_models.chat_models, langchain_core.vectorstores\n"
        "import hf_integrations.langchain as package\n"
        "before = set(sys.modules)\n"
        "for name in ('ChatHfInference', 'HfInferenceEmbeddings', 'HfInferenceLLM'):\n"
        "    if not (child := os.fork()):\n"
        "        getattr(package, name)\n"
        f"        loaded = [one for one in {heavy} if one in set(sys.modules) - before]\n"
        "        print(name, loaded, flush=True)\n"
        "        os._exit(0)\n"
        "    os.waitpid(child, 0)"
    )
    assert run(code, unmeasured()).splitlines() == [
        "ChatHfInference []", "HfInferenceEmbeddings []", "HfInferenceLLM []",
    ]  # fmt: skip


def test_without_psycopg_the_store_says_what_to_install() -> None:
    """In one sentence, when it is made."""
    code = (
        "import sys\nsys.modules['psycopg'] = None\n"
        "from langchain_core.embeddings import FakeEmbeddings\n"
        "from hf_integrations.langchain import RuvVectorStore\n"
        "try:\n    RuvVectorStore(FakeEmbeddings(size=3))\n"
        "except Exception as error:\n    print(type(error).__name__, error)"
    )
    assert run(code) == (
        "ConfigurationError RuvVectorStore needs psycopg: pip install 'hf-integrations[ruvvector]'"
    )
