"""What the documents show runs."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

import pytest

from tests.postgres import database, postgres_dsn

__all__ = ["database", "postgres_dsn"]

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.filterwarnings("default")  # a page may leave open what a process would close
def test_the_code_of_a_page_runs_from_top_to_bottom(
    page: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one namespace, as a reader would type it, without a token and without a network."""
    monkeypatch.setenv("DATABASE_URL", database)
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    names: dict[str, object] = {"__name__": "page"}
    for number, block in enumerate(blocks):
        code = compile(block, f"{page.name}, block {number}", "exec", dont_inherit=True)
        exec(code, names)  # noqa: S102


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Within the project, at least."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_page_of_tasks_is_that_of_the_table() -> None:
    """Run `python docs/make_tasks.py` when it is not."""
    made = run_path(str(ROOT / "docs/make_tasks.py"))
    assert made["page"]() == (ROOT / "docs/tasks.md").read_text(encoding="utf-8")


def test_the_page_of_settings_is_that_of_the_settings() -> None:
    """Run `python docs/make_settings.py` when it is not."""
    made = run_path(str(ROOT / "docs/make_settings.py"))
    assert made["page"]() == (ROOT / "docs/settings.md").read_text(encoding="utf-8")
