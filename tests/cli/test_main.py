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

HFI = Path(sys.executable).with_name("hfi")


def test_orders_to_a_terminal_are_taken_out_and_words_are_kept() -> None:
    """Colours, titles, bells, and what turns the direction of reading."""
    assert plain("a\x1b[31mb\x07c\x9b1md\u202ee\r") == "a[31mbc1mde"
    assert plain("Zeile\n\tzwei ü 中 👩\u200d🚀") == "Zeile\n\tzwei ü 中 👩\u200d🚀"


def test_escapes_in_documents_do_not_reach_the_terminal(ask: Run, folder: Path) -> None:
    """Neither by an answer, nor by a source, nor by a result."""
    (folder / "evil.md").write_text(
        "# Owl\x1b]0;owned\x07\n\nAn owl \x1b[31mhunts\x1b[0m at night."
    )
    ask("ingest", str(folder))
    for command in ("ask", "search"):
        said = ask(command, "When does an owl hunt?").stdout
        assert "at night" in said
        assert "\x1b" not in said
        assert "\x07" not in said


def test_a_terminal_that_lacks_letters_gets_the_others(ask: Run, folder: Path) -> None:
    """And JSON keeps them all."""
    (folder / "owl.md").write_text("# Eulen\n\nDie Eule jagt bei Nacht für Äpfel.")
    ask("ingest", str(folder))
    for arguments in (("ask", "Eule Nacht"), ("search", "Eule Nacht", "--json")):
        done = ask(*arguments, PYTHONIOENCODING="ascii", LC_ALL="C")
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


def test_a_data_folder_that_cannot_be_written_is_one_sentence(hfi: Run, folder: Path) -> None:
    """It is named, with what to do."""
    done = hfi("ingest", str(folder), "--emulator", DATABASE_URL="", XDG_DATA_HOME="/dev/null/x")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: the folder /dev/null/x/hf_integrations/postgres")
    assert "DATABASE_URL" in done.stderr
    assert done.stderr.count("\n") == 1


def test_ctrl_c_ends_quietly_at_any_time(tmp_path: Path) -> None:
    """Also while libraries are being loaded."""
    for delay in (0.2, 0.5, 0.9):
        process = subprocess.Popen(  # noqa: S603 - our own command
            [HFI, "emulator", "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(delay)  # there is nothing to wait for: any time will do
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:  # Python swallows it where it ends an object; once more
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        # Before our first line Python itself is being started, and answers for itself.
        assert "hf_integrations/cli" not in said or "Traceback" not in said
        assert process.returncode in (0, 1, 130, -signal.SIGINT)


def test_sigterm_stops_what_was_started(folder: Path, tmp_path: Path) -> None:
    """The embedded server does not stay up until the next run."""
    home = Path(os.environ["XDG_DATA_HOME"]) / "sigterm"
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
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
