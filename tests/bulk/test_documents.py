"""Where documents come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from hf_integrations.bulk import Document, gone_from, python_reference, read_folder
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

    corpus = read_folder(tmp_path)[0].corpus
    assert read_folder(tmp_path) == [
        Document("a.md", "one", corpus),
        Document("b.txt", "two", corpus),
        Document("sub/c.rst", "three", corpus),
    ]


def test_a_folder_has_a_corpus_of_its_own_whatever_way_leads_there(tmp_path: Path) -> None:
    """Files of equal names are told apart, and the place itself is not said."""
    (tmp_path / "link").symlink_to(write(tmp_path / "one", a_md="text"))
    write(tmp_path / "two", a_md="text")
    one, link, file, two = (
        read_folder(tmp_path / name)[0].corpus for name in ("one", "link", "one/a.md", "two")
    )

    assert one == link == file != two
    assert len(one) == 12
    assert "one" not in one


def test_a_source_is_gone_when_it_has_no_text_any_more(tmp_path: Path) -> None:
    """Deleted, emptied or made something else; of a single file's neighbours nothing is said."""
    write(tmp_path, a_md="one", b_md=" ", c_md=b"\xff")
    gone = gone_from(tmp_path)

    assert [gone(name) for name in ("a.md", "b.md", "c.md", "d.md")] == [False, True, True, True]
    assert not gone_from(tmp_path / "a.md")("d.md")


@pytest.mark.parametrize(
    "path", ["x" * 5000, "~nobody-of-this-name/docs", "a\0b"], ids=["long", "user", "zero"]
)
def test_a_path_that_can_be_none_is_refused(path: str) -> None:
    """In a sentence, whatever the system calls it."""
    with pytest.raises(ValidationError, match=r"no usable path|no folder"):
        read_folder(path)


def test_a_single_file_is_a_corpus_too(tmp_path: Path) -> None:
    """Its name stands for itself."""
    assert read_folder(write(tmp_path, a_md="one") / "a.md")[0].source == "a.md"


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
