"""Install each extra alone in a fresh environment, and import what it is for.

`make extras` runs this; it takes minutes, so no test does. `tests/test_package.py` shows the same
in seconds by refusing the imports of the other extras.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
IMPORTS = {
    "": "from hf_integrations import HfInferenceClient, AsyncHfInferenceClient",
    "langchain": "from hf_integrations.langchain import ChatHfInference, HfInferenceEmbeddings",
    "llama-index": "from hf_integrations.llama_index import HfInferenceLLM, HfInferenceEmbedding",
    "ruvvector": "from hf_integrations import ruvvector as r; r.RuvVectorStore('postgresql://localhost/x').close()",
    "emulator": "from hf_integrations.emulator import Emulator; Emulator().start().close()",
    "cli": "from hf_integrations.cli.app import app",
    "local": "from hf_integrations import ruvvector as r; r.embedded_postgres('{tmp}/pg').close()",
    "media": "import PIL, soundfile",
    "otel": "from hf_integrations.telemetry import OpenTelemetry; OpenTelemetry().tracer",
    "prometheus": "from hf_integrations.telemetry import PrometheusMetrics as p; p().text()",
}


def main() -> int:
    """Try each extra, or those named; the number of failures."""
    failures = 0
    for extra in sys.argv[1:] or list(IMPORTS):
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder, "bin", "python"))
            wanted = f"{ROOT}[{extra}]" if extra else str(ROOT)
            install = [python, "-m", "pip", "install", "--quiet", wanted]
            statement = [python, "-c", IMPORTS[extra].replace("{tmp}", folder)]
            done = _runs(install) and _runs(statement)
            failures += not done
            sys.stdout.write(f"{extra or 'base'}: {'ok' if done else 'FAILED'}\n")
            sys.stdout.flush()
    return failures


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own command


if __name__ == "__main__":
    sys.exit(main())
