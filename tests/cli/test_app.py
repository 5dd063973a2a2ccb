"""The commands, as a user runs them."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hf_integrations.emulator import Emulator
from hf_integrations.ruvvector import RuvVectorStore
from tests.cli.conftest import Run
from tests.interrupting import unmeasured

REFUSED = {
    "no token for the router": (["ingest", "{docs}"], "needs a token.*HF_TOKEN"),
    "an unreachable server": (
        ["ingest", "{docs}", "--base-url", "http://127.0.0.1:1"],
        "no answer from 127.0.0.1:1",
    ),
    "an empty corpus": (["ingest", "{empty}", "--emulator"], "no text in"),
    "a file that is no text": (["ingest", "{binary}", "--emulator"], "not UTF-8 text"),
    "a missing folder": (["demo", "--docs", "{docs}/nowhere"], "no folder"),
    "a database that is down": (
        ["ingest", "{docs}", "--emulator", "--database", "postgresql://127.0.0.1:1/x"],
        "cannot connect to PostgreSQL at 127.0.0.1, port 1",
    ),
    "a collection that is empty": (["ask", "what?", "--emulator"], "'docs' is empty.*hfi ingest"),
    "an unknown framework": (["ask", "what?", "--framework", "haystack"], "langchain, llama-index"),
    "an emulator and a server": (
        ["ingest", "{docs}", "--emulator", "--base-url", "http://127.0.0.1:1"],
        "--emulator stands with --base-url",
    ),
    "a token that is not there": (
        ["ingest", "{docs}", "--base-url", "http://127.0.0.1:1", "--token-env", "NOT_THERE"],
        "no 'NOT_THERE' in the environment",
    ),
    "a path that is too long": (["ingest", "x" * 5000, "--emulator"], "no usable path.*too long"),
    "a path of an unknown user": (["ingest", "~nobody-there/x", "--emulator"], "path|folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_work_is_one_sentence(
    case: str, inside: Run, folder: Path, tmp_path: Path, database: str
) -> None:
    """No traceback, an exit status that says so, and nothing half-stored."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary" / "a.txt").write_text("text")
    (tmp_path / "binary" / "b.png").write_bytes(b"\x89PNG\xff\x00")
    arguments, words = REFUSED[case]
    places = {"docs": folder, "empty": tmp_path / "empty", "binary": tmp_path / "binary"}

    done = inside(*(each.format(**places) for each in arguments))

    assert done.returncode == 1
    assert re.search(words, done.stderr.replace("\n", " "))
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    with RuvVectorStore(database) as store:
        assert store.count() == 0


def test_a_wrong_token_is_one_sentence_without_the_token(inside: Run, folder: Path) -> None:
    """The message says where the token came from, never what it is."""
    with Emulator(token="hf_right") as emulator:
        done = inside(
            "ingest", str(folder), HF_TOKEN="hf_wrong_secret", HF_INFERENCE_BASE_URL=emulator.url
        )

    assert done.returncode == 1
    assert "HF_TOKEN" in done.stderr
    assert "hf_wrong_secret" not in done.stderr + done.stdout


def test_a_model_the_server_does_not_have_is_named(inside: Run, folder: Path) -> None:
    """The message names the model that was asked for."""
    with Emulator(models=["org/there"]) as emulator:
        done = inside(
            "ingest", str(folder), "--embedding-model", "org/gone", "--base-url", emulator.url,
            "--token-env", "MY_TOKEN", MY_TOKEN="hf_mine",
        )  # fmt: skip

    assert done.returncode == 1
    assert "org/gone" in done.stderr
    assert "hf_mine" not in done.stderr


@pytest.mark.usefixtures("database")
def test_documents_go_in_and_answers_come_out(inside: Run, folder: Path) -> None:
    """The answer is taken from the right document, through either framework."""
    first = inside("ingest", str(folder), "--emulator")
    again = inside("ingest", str(folder), "--emulator")
    asked = inside(
        "ask", "How many eggs does a queen bee lay?", "--emulator", "--framework", "both"
    )
    in_json = inside("ask", "How many eggs does a queen bee lay?", "--emulator", "--json")

    assert "2 stored, 0 unchanged" in first.stdout
    assert "0 stored, 2 unchanged" in again.stdout
    assert asked.returncode == 0, asked.stderr
    for framework in ("LangChain", "LlamaIndex"):
        said = asked.stdout.partition(framework)[2]
        assert "two thousand eggs" in said
        assert "bees.md" in said
    [found] = json.loads(in_json.stdout)
    assert "two thousand eggs" in found["answers"][0]["text"]
    assert found["answers"][0]["sources"][0]["name"] == "bees.md"


@pytest.mark.usefixtures("database")
def test_folders_stand_side_by_side_and_deleted_files_go(say: Run, tmp_path: Path) -> None:
    """Files of equal names are told apart; a second run skips what is unchanged."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "readme.md").write_text(f"This is folder {name}.")
    (tmp_path / "one" / "old.md").write_text("This will go.")
    for name in ("one", "two"):
        assert say("ingest", str(tmp_path / name)).returncode == 0
    (tmp_path / "one" / "old.md").unlink()
    again = json.loads(say("ingest", str(tmp_path / "one"), "--json").stdout)
    found = json.loads(say("search", "folder", "--json").stdout)

    assert (again["skipped"], again["stored"], again["removed"]) == (1, 0, 1)
    assert sorted(hit["text"] for hit in found) == ["This is folder one.", "This is folder two."]


@pytest.mark.usefixtures("database")
def test_search_finds_by_meaning_by_words_and_by_both(say: Run, folder: Path) -> None:
    """Best first, within a filter; in lines with tabs where a program reads them."""
    say("ingest", str(folder))
    for mode in ("vector", "text", "hybrid"):
        lines = say("search", "queen bee eggs", "--mode", mode).stdout.splitlines()
        score, source, text = lines[0].split("\t")
        assert float(score) > 0
        assert (source, "two thousand" in text) == ("bees.md", True)
    filtered = say("search", "queen bee eggs", "--filter", '{"source": "tea.md"}', "--json").stdout
    assert [hit["metadata"]["source"] for hit in json.loads(filtered)] == ["tea.md"]
    for wrong in (("--mode", "magic"), ("--filter", "{source")):
        assert say("search", "x", *wrong).stderr.startswith("Error: --")


@pytest.mark.usefixtures("database")
def test_vectors_of_different_origin_are_not_compared(inside: Run, folder: Path) -> None:
    """What the emulator embedded is not asked with another model."""
    inside("ingest", str(folder), "--emulator")

    done = inside("ask", "Eggs?", "--emulator", "--embedding-model", "org/other")

    assert done.returncode == 1
    assert "was embedded by emulator:sentence-transformers/all-MiniLM-L6-v2" in done.stderr


@pytest.mark.usefixtures("database")
def test_the_demo_answers_from_pythons_reference(hfi: Run, inside: Run) -> None:
    """Out of the box; a second run embeds nothing."""
    first, again = hfi("demo"), inside("demo")

    assert first.returncode == 0, first.stderr
    assert "Served by the emulator" in first.stdout
    assert first.stderr == ""
    assert "evaluated from left to right when the function definition is" in " ".join(
        first.stdout.split()
    )
    assert first.stdout.count("python/") >= 3
    assert " 0 stored" in again.stdout


@pytest.mark.usefixtures("database")
def test_the_demo_takes_a_folder(inside: Run, folder: Path) -> None:
    """With questions of the caller's, or with questions after the headings."""
    named = inside("demo", "--docs", str(folder), "--question", "How hot is water for green tea?")
    made = inside("demo", "--docs", str(folder))
    (folder.parent / "other").mkdir()
    (folder.parent / "other" / "owl.md").write_text("# Owls\n\nAn owl hunts at night.")
    other = json.loads(inside("demo", "--docs", str(folder.parent / "other"), "--json").stdout)

    assert {s["name"] for s in other["answers"][0]["answers"][0]["sources"]} == {"owl.md"}
    assert "eighty degrees" in named.stdout
    assert "What is said about Bees?" in made.stdout


def test_the_emulator_runs_until_it_is_interrupted() -> None:
    """It says where it listens, answers, and ends quietly."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [Path(sys.executable).with_name("hfi"), "emulator", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**unmeasured(), "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    said = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert f"http://127.0.0.1:{port}" in said
    assert process.returncode in (0, 130)


def test_a_port_that_is_taken_is_one_sentence(hfi: Run) -> None:
    """The message names the port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = hfi("emulator", "--port", port)

    assert done.returncode == 1
    assert port in done.stderr
    assert "Traceback" not in done.stderr
