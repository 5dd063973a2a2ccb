"""Where documents come from: a folder of text files, or Python's own language reference."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from hf_integrations.errors import ValidationError


class Document(Struct, frozen=True):
    """One text.

    Attributes:
        source: its name, the same at each reading: a path within the folder, or a topic.
        text: all of it.
    """

    source: str
    text: str


def read_folder(folder: str | Path, pattern: str = "**/*") -> list[Document]:
    """Every text file of a folder, by name; hidden files and folders are left out.

    All are read before any is used, so that one bad file stops the work before it begins.

    Args:
        folder: the folder, or a single file.
        pattern: which files, as `Path.glob` understands it: `**/*.md` for Markdown only.

    Raises:
        ValidationError: there is no such folder, no text in it, or a file is not UTF-8 text.
    """
    root = Path(folder).expanduser()
    if root.is_file():
        root, paths = root.parent, [root]
    elif root.is_dir():
        paths = sorted(path for path in _glob(root, pattern) if _counts(path, root))
    else:
        raise ValidationError(f"There is no folder {str(folder)!r}.")
    documents = [Document(path.relative_to(root).as_posix(), _text(path)) for path in paths]
    return _some([each for each in documents if each.text.strip()], f"{str(folder)!r}")


def python_reference() -> list[Document]:
    """The chapters of Python's language reference that every CPython carries for `help()`.

    Source: the standard library's `pydoc_data.topics`.
    """
    from pydoc_data.topics import topics

    named = {f"python/{name}": text for name, text in sorted(topics.items())}
    return _some([Document(name, text) for name, text in named.items()], "pydoc_data.topics")


def _glob(root: Path, pattern: str) -> list[Path]:
    try:
        return list(root.glob(pattern))
    except (ValueError, NotImplementedError) as error:
        raise ValidationError(f"glob: {pattern!r} is no pattern within a folder.") from error


def _counts(path: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    return path.is_file() and not hidden


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    except OSError as error:
        raise ValidationError(f"{path} cannot be read: {error.strerror}.") from error
    if "\0" in text:
        raise ValidationError(
            f"{path} is not UTF-8 text.",
            hint="Convert it, or choose the files with a glob such as '**/*.md'.",
        )
    return text


def _some(documents: list[Document], place: str) -> list[Document]:
    if not documents:
        raise ValidationError(f"There is no text in {place}; nothing was stored.")
    return documents
