"""Whatever the surroundings do: one sentence, an exit status, and nothing left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hf_integrations.cli.plain import plain
from hf_integrations.ruvvector.programs import find_programs
from tests.cli.conftest import Run
from tests.interrupting import unmeasured

HFI = Path(sys.executable).with_name("hfi")

# `hfi emulator`, and Ctrl-C as a module is about to be loaded.
PRESSED = """
import signal, sys

class Press:
    def find_spec(self, name, path, target=None):
        if name == pressed_at:
            signal.raise_signal(signal.SIGINT)

pressed_at = sys.argv[1]
sys.argv = ["hfi", "emulator", "--port", "0"]
sys.meta_path.insert(0, Press())

from hf_integrations.cli import main
main()
"""


def test_the_command_line_starts_without_what_only_some_commands_need() -> None:
    """So `hfi --help`, a shell's completions and `hfi endpoints` are there at once."""
    heavy = ("numpy", "psycopg", "langchain_core", "llama_index", "starlette", "huggingface_hub")
    code = f"import sys, hf_integrations.cli.app; print({{*{heavy}}} & {{*sys.modules}})"
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_orders_to_a_terminal_are_taken_out_and_words_are_kept() -> None:
    """Colours, titles, bells, and what turns the direction of reading."""
    assert plain("a\x1b[31mb\x07c\x9b1md\u202ee\r") == "a[31mbc1mde"
    assert plain("Zeile\n\tzwei ü 中 👩\u200d🚀") == "Zeile\n\tzwei ü 中 👩\u200d🚀"


@pytest.mark.usefixtures("database")
def test_escapes_in_documents_do_not_reach_the_terminal(say: Run, folder: Path) -> None:
    """Neither by an answer, nor by a source, nor by a result."""
    (folder / "evil.md").write_text(
        "# Owl\x1b]0;owned\x07\n\nAn owl \x1b[31mhunts\x1b[0m at night."
    )
    say("ingest", str(folder))
    for command in ("ask", "search"):
        said = say(command, "When does an owl hunt?").stdout
        assert "at night" in said
        assert "\x1b" not in said
        assert "\x07" not in said


@pytest.mark.usefixtures("database")
def test_a_terminal_that_lacks_letters_gets_the_others(say: Run, folder: Path) -> None:
    """And JSON keeps them all."""
    (folder / "owl.md").write_text("# Eulen\n\nDie Eule jagt bei Nacht für Äpfel.")
    say("ingest", str(folder))
    for arguments in (("search", "Eule Nacht"), ("search", "Eule Nacht", "--json")):
        done = say(*arguments, letters="ascii")
        assert done.returncode == 0, done.stderr
        assert "jagt bei Nacht" in done.stdout
    assert "f\\u00fcr" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_one_sentence(ask: Run) -> None:
    """For what is printed, and for what is saved."""
    with Path("/dev/full").open("wb") as full:
        printed = ask("embed", "a text", out=full.fileno())
    saved = ask("embed", "a text", "--output", "/dev/full")

    for done in (printed, saved):
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert "No space left on device" in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_data_folder_that_cannot_be_written_is_one_sentence(inside: Run, folder: Path) -> None:
    """It is named, with what to do."""
    done = inside("ingest", str(folder), "--emulator", XDG_DATA_HOME="/dev/null/x")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: the folder /dev/null/x/hf_integrations/postgres")
    assert "DATABASE_URL" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("module", "status"),
    [
        ("typer", -signal.SIGINT),  # as our own libraries are loaded: the process is just gone
        ("rich.console", -signal.SIGINT),
        ("uvicorn", 130),  # as a command loads its own, and may have something to stop
    ],
)
def test_ctrl_c_ends_quietly_at_any_time(module: str, status: int) -> None:
    """Also at the very moment at which a library is loaded."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", PRESSED, module],
        capture_output=True, text=True, timeout=120, check=False, env=unmeasured(),
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_sigterm_stops_what_was_started(folder: Path, tmp_path: Path) -> None:
    """The embedded server does not stay up until the next run."""
    home = Path(os.environ["XDG_DATA_HOME"]) / "sigterm"
    kept = {name: value for name, value in unmeasured().items() if name != "DATABASE_URL"}
    process = subprocess.Popen(  # noqa: S603 - our own command
        [HFI, "chat", "--emulator"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=kept,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    process.stdin.write("hi\n")
    process.stdin.flush()
    assert process.stdout.read(2)  # it has begun
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (143, "")

    with subprocess.Popen(  # noqa: S603 - our own command
        [HFI, "ingest", str(folder), "--base-url", "http://127.0.0.1:1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=kept | {"XDG_DATA_HOME": str(home)},
    ) as process:  # fmt: skip
        place = home / "hf_integrations" / "postgres"
        while process.poll() is None and not (place / "data" / "postmaster.pid").exists():
            time.sleep(0.02)
        process.terminate()
        process.communicate(timeout=60)
    assert find_programs("").running(place) is None
