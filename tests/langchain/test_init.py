"""What is imported when."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hf_integrations.langchain as package


def run(code: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run(  # noqa: S603 - code of this file
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
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


@pytest.mark.parametrize("name", ["ChatHfInference", "HfInferenceEmbeddings", "HfInferenceLLM"])
def test_a_model_loads_no_database_driver_and_no_engine(name: str) -> None:
    """Each extra stands alone."""
    heavy = "('psycopg', 'numpy', 'starlette', 'llama_index', 'aiohttp', 'pyreqwest')"
    code = (
        "import sys, langchain_core.language_models.chat_models, langchain_core.vectorstores\n"
        f"before = set(sys.modules)\nfrom hf_integrations.langchain import {name}\n"
        f"print([one for one in {heavy} if one in set(sys.modules) - before])"
    )
    assert run(code) == "[]"


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
