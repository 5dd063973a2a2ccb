"""What the documents show runs, what they say is there, and what is made from code is as made."""

from __future__ import annotations

import gc
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
import typer.main

import hf_integrations
from hf_integrations import errors
from hf_integrations.cli.app import app
from tests.postgres import database, postgres_dsn

__all__ = ["database", "postgres_dsn"]

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINK = re.compile(r"\]\((?!https?://)([^)#]+)|(?:src|srcset)=\"(?!https?://)([^\"]+)")
NOT_RUN = re.compile(r"<!-- not run: \S.*-->")
FILE = re.compile(r"\b((?:[a-z_]+/)+[a-z_]+\.(?:py|sh|json|yml))\b")
PLACES = (".", "hf_integrations", "tests", "hf_integrations/transport")
COMMAND = re.compile(r"`(hfi [a-z][^`]*)`")

# How a block of each kind is judged; any other one says above it why it is not run.
JUDGED = {"python", "sh", "toml", "{toctree}"}


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """The blocks of a page: kind, text, and the line above."""
    lines, above, kind = page.read_text(encoding="utf-8").splitlines(), "", None
    block: list[str] = []
    for line in lines:
        if not line.startswith("```"):
            block.append(line)
        elif kind is None:
            above, kind, block = next((one for one in reversed(block) if one), ""), line[3:], []
        else:
            yield kind, "\n".join([*block, ""]), above
            kind, block = None, []
    assert kind is None, "a block has no end"


def pieces(kind: str) -> list[Any]:
    """Every block of a kind, with where it stands."""
    return [
        pytest.param(text, id=f"{page.name} {number}")
        for page in PAGES
        for number, (found, text, _) in enumerate(blocks(page))
        if found == kind
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_code_of_a_page_runs_from_top_to_bottom(
    page: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one namespace, as a reader would type it, without a token and without a network.

    What it opens it closes: a warning of something left open is an error of its page.
    """
    monkeypatch.setenv("DATABASE_URL", database)
    names: dict[str, object] = {"__name__": "page"}
    for number, (kind, text, _) in enumerate(blocks(page)):
        if kind == "python":
            code = compile(text, f"{page.name}, block {number}", "exec", dont_inherit=True)
            exec(code, names)  # noqa: S102
    names.clear()
    gc.collect()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_block_escapes(page: Path) -> None:
    """It is run, or a line above it says why it is not."""
    for kind, text, above in blocks(page):
        assert kind in JUDGED or NOT_RUN.fullmatch(above), text


@pytest.mark.parametrize("text", pieces("sh"))
def test_the_commands_of_a_page_are_right(text: str) -> None:
    """Targets, extras, commands and options exist; they are run by the tests of each."""
    for line in text.splitlines():
        match shlex.split(line, comments=True):
            case ["make", *targets]:
                assert dry_run(targets) == 0, line
            case ["pip", "install", *packages]:
                assert set(packages) <= {*installable(packages), "jupyterlab"}, line
            case ["hfi", *words]:
                assert parsed(words), line
            case [".venv/bin/hfi", *words]:
                assert parsed(words), line
            case words:
                assert words in ([], ["cd", "hf_integrations"]) or words[0] == "git", line


@pytest.mark.parametrize("text", pieces("toml"))
def test_the_settings_of_a_page_are_toml(text: str) -> None:
    """And an entry point is one of a group that is read."""
    groups = tomllib.loads(text)["project"]["entry-points"]

    assert set(groups) <= set(PROJECT["project"]["entry-points"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_that_a_page_speaks_of_are_there(page: Path) -> None:
    """Each `hfi command` with its options."""
    for line in COMMAND.findall(page.read_text(encoding="utf-8")):
        words = re.sub(r"…|\bDSN\b|\|.*$|; .*$", " x", line.removesuffix(" …"))
        assert parsed(shlex.split(words)[1:]), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Within the project, at least."""
    for found in LINK.findall(page.read_text(encoding="utf-8")):
        target = "".join(found)
        made = target.startswith("reference/")  # by `make docs`
        assert made or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_a_page_speaks_of_are_there(page: Path) -> None:
    """By the end of their path, in the package, the tests, or the project."""
    for name in FILE.findall(page.read_text(encoding="utf-8")):
        assert any((ROOT / place / name).exists() for place in PLACES), name


@pytest.mark.parametrize(
    ("maker", "page"),
    [("make_tasks", "tasks.md"), ("make_settings", "settings.md"), ("make_layers", "layers.svg")],
)
def test_a_page_is_as_it_is_made(maker: str, page: str) -> None:
    """Run `python docs/make_….py` when it is not."""
    made = run_path(str(DOCS / f"{maker}.py"))
    write = made.get("page") or made["picture"]

    assert write() == (DOCS / page).read_text(encoding="utf-8")


def test_the_plots_of_the_readme_show_the_figures_of_the_benchmarks() -> None:
    """Run `python docs/make_glance.py` when they do not."""
    made = run_path(str(DOCS / "make_glance.py"))

    for name, path in made["PICTURES"].items():
        assert made["picture"](made["INK"][name]) == path.read_text(encoding="utf-8")


def test_the_comparison_has_the_ratios_of_the_benchmarks() -> None:
    """Of each question of the plot, for each peer."""
    made = run_path(str(DOCS / "make_glance.py"))
    text = (DOCS / "comparison.md").read_text(encoding="utf-8")

    for peer in ("huggingface_hub", "openai"):
        ratios = {f"{made['ratio'](question, peer):.1f} ×" for question in made["QUESTIONS"]}
        row = re.search(rf"^\| {peer} \|(.*)\|$", text, re.MULTILINE)
        assert row is not None
        assert {cell.strip() for cell in row[1].split("|")} == ratios


def test_every_error_has_its_entry() -> None:
    """By its name, once; and the page knows no other."""
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.HfError)
    }
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    entries = re.findall(r"^### (\w+)$", page, re.MULTILINE)

    assert sorted(entries) == sorted(kinds - {"HfError"})
    assert set(re.findall(r"^    errors\.(\w+): ", page, re.MULTILINE)) == set(entries)


def test_the_reference_has_every_public_name() -> None:
    """Of the package and of its parts, or says where else it stands."""
    made = run_path(str(DOCS / "make_reference.py"))
    missing = set(hf_integrations.__all__) - made["documented"]()

    assert missing <= made["ELSEWHERE"]
    pages = made["pages"]()
    assert "temperature: float | None = None" in pages["langchain.md"]
    assert ">>> " in pages["client.md"]
    assert "context" not in re.search(r"^complete\((.*?)\)", pages["client.md"], re.M | re.S)[1]  # type: ignore[index]


def test_every_page_is_in_the_site() -> None:
    """In the list of pages of docs/index.md."""
    listed = re.findall(r"^[\w/]+$", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(path.stem for path in DOCS.glob("*.md") if path.stem != "index") == sorted(
        name for name in listed if "/" not in name
    )


def dry_run(targets: list[str]) -> int:
    """How `make -n` ends."""
    done = subprocess.run(  # noqa: S603
        ["make", "-n", *targets],  # noqa: S607
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode


def installable(packages: list[str]) -> Iterator[str]:
    """Those that are ours, with extras that there are."""
    for package in packages:
        found = re.fullmatch(r"hf-integrations(?:\[([\w,-]+)\])?", package)
        extras = set((found[1] or "").split(",")) - {""} if found else {"?"}
        if extras <= set(PROJECT["project"]["optional-dependencies"]):
            yield package


def parsed(words: list[str]) -> bool:
    """Whether the command line takes these words; nothing is run."""
    command: Any = typer.main.get_command(app)
    context = command.context_class(command, info_name="hfi")
    while hasattr(command, "get_command") and words and words[0] != "--help":
        found = command.get_command(context, words[0])
        if found is None:
            return False
        command, words = found, words[1:]
        context = command.context_class(command, info_name=command.name, parent=context)
    if words != ["--help"] and not hasattr(command, "get_command"):
        command.parse_args(context, list(words))
    return True
