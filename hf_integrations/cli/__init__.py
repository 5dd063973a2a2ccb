"""`hfi`, the command line: documents in, answers out."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from hf_integrations.errors import HfError


def main() -> None:
    """Run a command; what goes wrong is one sentence, and the exit status says that it did.

    1: it did not work. 2: the command line is wrong. 130: Ctrl-C. 143: SIGTERM, after all that was
    started has been stopped.
    """
    try:
        signal.signal(signal.SIGTERM, _terminated)
        _run()
    except HfError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        _write_no_more()  # the reader, such as `head`, has seen enough
        sys.exit(141)
    except OSError as error:
        if error.filename is None:
            _write_no_more()
        where = error.filename or "the output cannot be written"
        _fail(f"{where}: {error.strerror or error}.")


def _run() -> None:
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:  # an import may swallow what it raises
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from hf_integrations.cli.app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit("Error: the command line needs its extra: pip install 'hf-integrations[cli]'")
    signal.signal(signal.SIGINT, heard)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal may lack a letter of a document
    try:
        app(prog_name="hfi")
    finally:
        sys.stdout.flush()  # here, where a full disk is still an error that can be told


def _fail(message: str) -> NoReturn:
    from hf_integrations.cli.plain import plain

    sys.exit(f"Error: {plain(message)}")


def _terminated(*_: object) -> NoReturn:
    """End as if the work were done, so that what was started is stopped."""
    sys.exit(128 + signal.SIGTERM)


def _write_no_more() -> None:
    """Nothing can be written any more, and Python would try once again at its end."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
