"""`hfi`, the command line: documents in, answers out."""

from __future__ import annotations

import sys

from hf_integrations.errors import HfError


def main() -> None:
    """Run a command; what goes wrong is one sentence, and the exit status says that it did."""
    try:
        from hf_integrations.cli.app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit("Error: the command line needs its extra: pip install 'hf-integrations[cli]'")
    try:
        app()
    except HfError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
