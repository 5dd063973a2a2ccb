"""The public names, and what loading them costs and needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hf_integrations.llama_index as package
from tests.interrupting import unmeasured


def run(code: str, environment: dict[str, str] | None = None) -> str:
    """What a fresh Python prints for a program, which must not fail."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
"""


def test_every_public_name_is_there() -> None:
    """And no other."""
    for name in package.__all__:
        assert getattr(package, name).__name__ == name
    assert dir(package) == package.__all__
    with pytest.raises(AttributeError, match="nothing"):
        package.nothing  # noqa: B018


def test_importing_the_package_loads_nothing() -> None:
    """Neither the framework nor the database's driver; nor does one class load the others'."""
    program = (
        "import sys, hf_integrations.llama_index\n"
        "print([m for m in ('llama_index', 'psycopg', 'numpy') if m in sys.modules])\n"
        "from hf_integrations.llama_index import HfInferenceLLM\n"
        "print([m for m in ('psycopg', 'psycopg_pool', 'langchain_core') if m in sys.modules])"
    )
    assert run(program, unmeasured()).splitlines() == ["[]", "[]"]


def test_without_psycopg_the_store_says_what_to_install() -> None:
    """And the models work."""
    program = WITHOUT.format(missing={"psycopg", "psycopg_pool"}) + (
        "from hf_integrations.errors import ConfigurationError\n"
        "from hf_integrations.llama_index import HfInferenceEmbedding, HfInferenceLLM\n"
        "try:\n"
        "    from hf_integrations.llama_index import RuvVectorStore\n"
        "    RuvVectorStore('postgresql://localhost')\n"
        "except ConfigurationError as error:\n"
        "    print(error)\n"
    )
    assert "pip install 'hf-integrations[ruvvector]'" in run(program)


def test_without_llama_index_each_name_says_what_to_install() -> None:
    """In one sentence."""
    program = WITHOUT.format(missing={"llama_index"}) + (
        "import hf_integrations.llama_index as package\n"
        "from hf_integrations.errors import ConfigurationError\n"
        "for name in package.__all__:\n"
        "    try:\n"
        "        getattr(package, name)\n"
        "    except ConfigurationError as error:\n"
        "        print(error)\n"
    )
    lines = run(program).splitlines()
    assert len(lines) == 8
    assert all("pip install 'hf-integrations[llama-index]'" in line for line in lines)


def test_another_missing_module_is_not_blamed_on_llama_index() -> None:
    """It flies as it is."""
    program = WITHOUT.format(missing={"msgspec"}) + (
        "try:\n"
        "    from hf_integrations.llama_index import HfInferenceLLM\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error.name)\n"
    )
    assert run(program) == "msgspec"


def test_nothing_leaves_the_machine() -> None:
    """LlamaIndex's tokeniser and splitter come with it: no name is looked up, no host asked."""
    program = (
        "import sys\n"
        "def audit(event, arguments):\n"
        "    if event == 'socket.getaddrinfo' and arguments[0] != '127.0.0.1':\n"
        "        raise SystemExit(f'looked up {arguments[0]}')\n"
        "    if event == 'socket.connect' and arguments[1][0] != '127.0.0.1':\n"
        "        raise SystemExit(f'connected to {arguments[1]}')\n"
        "sys.addaudithook(audit)\n"
        "from llama_index.core import Document\n"
        "from llama_index.core.node_parser import SentenceSplitter\n"
        "from hf_integrations.emulator import Emulator\n"
        "from hf_integrations.llama_index import HfInferenceEmbedding, HfInferenceLLM\n"
        "nodes = SentenceSplitter().get_nodes_from_documents([Document(text='A. B. ' * 999)])\n"
        "with Emulator() as emulator:\n"
        "    whom = {'model': 'org/m', 'base_url': emulator.url, 'token': 'hf_test'}\n"
        "    HfInferenceEmbedding(**whom)(nodes)\n"
        "    print(HfInferenceLLM(**whom).complete('Hello').text)\n"
    )
    assert run(program, unmeasured()).startswith("Hello")
