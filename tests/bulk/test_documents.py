"""Where documents come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from hf_integrations.bulk import Document, python_reference, read_folder
from hf_integrations.errors import ValidationError


def write(folder: Path, **files: str | bytes) -> Path:
    """Files by name: `_` stands for a dot, `__` for a slash."""
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_every_text_of_a_folder_is_read_by_name(tmp_path: Path) -> None:
    """Folders within count, and the order is that of the names."""
    write(tmp_path, b_txt="two", a_md="one", sub__c_rst="three")

    assert read_folder(tmp_path) == [
        Document("a.md", "one"),
        Document("b.txt", "two"),
        Document("sub/c.rst", "three"),
    ]


def test_a_single_file_is_a_corpus_too(tmp_path: Path) -> None:
    """Its name stands for itself."""
    assert read_folder(write(tmp_path, a_md="one") / "a.md") == [Document("a.md", "one")]


def test_a_pattern_chooses_the_files(tmp_path: Path) -> None:
    """What it leaves out may be anything."""
    write(tmp_path, a_md="one", b_bin=b"\xff\x00")

    assert [each.source for each in read_folder(tmp_path, "**/*.md")] == ["a.md"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    """A `.git` beside the documents is no document."""
    write(tmp_path, a_md="one", _git__config=b"\xff", _env="SECRET=1")

    assert [each.source for each in read_folder(tmp_path)] == ["a.md"]


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """Editors of some systems write one before the first letter."""
    assert read_folder(write(tmp_path, a_txt=b"\xef\xbb\xbfone"))[0].text == "one"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"text\x00text"], ids=["bytes", "nul"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    """One bad file stops the reading, and the message says which and what to do."""
    write(tmp_path, a_md="one", picture_png=content)

    with pytest.raises(ValidationError, match=r"picture\.png is not UTF-8 text.*glob"):
        read_folder(tmp_path)


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    """A folder without text is a mistake, not a corpus; blank files are no text."""
    with pytest.raises(ValidationError, match="no text"):
        read_folder(write(tmp_path, a_md=" \n"))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The message repeats what was asked for."""
    with pytest.raises(ValidationError, match="nowhere"):
        read_folder(tmp_path / "nowhere")


def test_a_pattern_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    """Patterns stay within the folder they were given with."""
    with pytest.raises(ValidationError, match="no pattern"):
        read_folder(write(tmp_path, a_md="one"), "/etc/*")


def test_pythons_reference_has_its_chapters() -> None:
    """Every CPython carries them, so there is always something to try."""
    documents = {each.source: each.text for each in python_reference()}

    assert len(documents) > 50
    assert "context manager" in documents["python/with"]
