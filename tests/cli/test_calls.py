"""The commands that ask a service: chat, embed, run, models, health, bench; and completions."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hf_integrations.emulator import Emulator
from tests.cli.conftest import Run

HFI = Path(sys.executable).with_name("hfi")


def test_a_conversation_remembers_what_was_said(say: Run, emulator: Emulator) -> None:
    """Each line is a turn with the turns before it; /reset forgets them, /quit ends."""
    done = say("chat", "--system", "Be short.", stdin="hi\n\nand you?\n/reset\nwho?\n/quit\nno\n")
    talks = [request.json["messages"] for request in emulator.requests]

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 3
    roles = [[message["role"][0] for message in talk] for talk in talks]
    assert roles == [["s", "u"], ["s", "u", "a", "u"], ["s", "u"]]
    assert talks[1][2]["content"] == done.stdout.splitlines()[0]


def test_one_message_is_one_turn(say: Run) -> None:
    """Given, or piped in; in JSON with what it cost."""
    piped = say("chat", "-", "--max-tokens", "4", stdin="Say hello.\nNow.")
    said = json.loads(say("chat", "hi", "--json").stdout)

    assert piped.stdout.strip()
    assert said["text"].startswith("Hello")
    assert said["usage"]["total_tokens"] > 0
    assert say("chat", " ").stderr.startswith("Error: There is no message")


def test_a_terminal_is_asked_and_an_error_does_not_end_it(
    there: tuple[str, ...], emulator: Emulator
) -> None:
    """As somebody types: prompt, failed turn, answer, end."""
    emulator.fail_next("invalid")
    master, slave = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - our own command
        [HFI, "chat", *there], stdin=slave, stdout=slave, stderr=slave, close_fds=True,
        env=os.environ | {"MY_TOKEN": "hf_mine", "TERM": "xterm", "COLUMNS": "200"},
    ) as process:  # fmt: skip
        os.close(slave)
        seen = b""
        for typed, awaited in ((b"hi\n", b"Error: "), (b"hi\n", b"help you?"), (b"\x04", b"")):
            while not seen.rstrip().endswith(b">"):
                seen += os.read(master, 4096)
            os.write(master, typed)
            seen = b""
            while awaited not in seen:
                seen += os.read(master, 4096)
        assert process.wait(timeout=60) == 0
    os.close(master)


def test_texts_become_vectors(say: Run, tmp_path: Path) -> None:
    """In lines, in JSON, or in a file for numpy."""
    file = tmp_path / "vectors.npy"
    lines = say("embed", "green tea", "black tea", "a truck").stdout.splitlines()
    found = json.loads(say("embed", "-", "--json", stdin="green tea\nblack tea\n").stdout)
    say("embed", "green tea", "black tea", "--output", str(file))

    near = [float(line.split("\t")[0]) for line in lines]
    assert near[0] == 1.0
    assert near[1] > near[2]
    assert [each["text"] for each in found] == ["green tea", "black tea"]
    assert np.load(file) == pytest.approx(np.array([each["vector"] for each in found]), abs=1e-6)


def test_any_task_runs(say: Run, tmp_path: Path) -> None:
    """Text in and labels out, a picture into a file, parameters by name."""
    picture = tmp_path / "owl.png"
    labels = say(
        "run", "text-classification", "I love it.", "--model", "org/m", "--param", "top_k=1"
    )
    made = say(
        "run", "text-to-image", "an owl", "--model", "black-forest-labs/FLUX.1-dev",
        "--provider", "hf-inference", "--output", str(picture),
    )  # fmt: skip
    answer = say(
        "run", "question-answering", '{"question": "Who?", "context": "It was Ann."}',
        "--model", "org/m", "--json",
    )  # fmt: skip
    bare = say("run", "summarization", "Tea is hot. It is made of leaves.")
    unknown = say("run", "text-to-imag", "an owl")
    wrong = say("run", "text-classification", "x", "--param", "top_k")

    assert json.loads(labels.stdout)[0]["label"]
    assert made.stdout.strip() == str(picture)
    assert picture.read_bytes()[1:4] == b"PNG"
    assert json.loads(answer.stdout)[0]["answer"] == "Ann"
    assert "Tea is hot." in bare.stdout
    assert (unknown.returncode, "Did you mean text-to-image" in unknown.stderr) == (1, True)
    assert "--param top_k=3" in wrong.stderr


def test_models_are_listed(inside: Run) -> None:
    """Those that chat with prices, and the Hub's of a task."""
    chatting = inside("models", "llama", "--emulator").stdout
    drawing = json.loads(
        inside("models", "--emulator", "--task", "text-to-image", "--limit", "2", "--json").stdout
    )

    assert [line.split("\t")[0] for line in chatting.splitlines()] == [
        "meta-llama/Llama-3.3-70B-Instruct"
    ]
    assert len(drawing) == 2
    assert {each["pipeline_tag"] for each in drawing} == {"text-to-image"}


@pytest.mark.usefixtures("database")
def test_health_tells_what_answers_and_what_does_not(inside: Run) -> None:
    """And the exit status says whether all of it is well."""
    well = inside(
        "health", "--emulator", "--model", "org/m", "--embedding-model", "org/e", "--json"
    )
    with Emulator(models=["org/there"]) as small:
        ill = inside(
            "health", "--model", "org/gone", "--base-url", small.url, "--token-env", "MY_TOKEN",
            MY_TOKEN="hf_mine",
        )  # fmt: skip

    assert well.returncode == 0, well.stderr
    found = {each["name"]: each for each in json.loads(well.stdout)}
    assert list(found) == ["api", "token", "providers", "chat", "embedding", "database"]
    assert found["api"]["detail"].endswith("/health answers")
    assert found["token"]["ok"]
    assert found["embedding"]["detail"] == "384 numbers"
    assert ill.returncode == 1
    assert "chat\tFAILED\t" in ill.stdout
    assert "database\twell\t" in ill.stdout


def test_bench_measures(say: Run) -> None:
    """Calls, streams, calls side by side, embeddings."""
    done = say("bench", "--calls", "2", "--at-once", "4", "--texts", "8", "--json")
    found = json.loads(done.stdout)

    assert (found["calls"], found["at_once"], found["texts"]) == (2, 4, 8)
    for figure in ("call_ms", "first_token_ms", "calls_per_second", "texts_per_second"):
        assert found[figure] > 0


def test_shells_can_complete(inside: Run) -> None:
    """The script names what it calls, and that answers."""
    script = inside("completions", "bash").stdout
    offered = inside(COMP_WORDS="hfi em", COMP_CWORD="1", _HFI_COMPLETE="complete_bash").stdout

    assert "_HFI_COMPLETE=complete_bash" in script
    assert set(offered.split()) == {"embed", "emulator"}
    assert "not for 'csh'" in inside("completions", "csh").stderr
