"""Where documents come from: a folder of text files, or Python's own language reference."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from hf_integrations.errors import ValidationError


class Document(Struct, frozen=True):
    """One text.

    Attributes:
        source: its name, the same at each reading: a path within the folder, or a topic.
        text: all of it.
        corpus: what tells documents of one folder from those of another with the same names.
    """

    source: str
    text: str
    corpus: str = ""


def read_folder(folder: str | Path, pattern: str = "**/*") -> list[Document]:
    """Every text file of a folder, by name; hidden files and folders are left out.

    All are read before any is used, so that one bad file stops the work before it begins.

    Args:
        folder: the folder, or a single file.
        pattern: which files, as `Path.glob` understands it: `**/*.md` for Markdown only.

    Raises:
        ValidationError: there is no such folder, no text in it, or a file is not UTF-8 text.
    """
    place = _resolved(folder)
    root = place.parent if place.is_file() else place
    paths = [place] if place.is_file() else sorted(_matching(root, pattern))
    corpus = corpus_of(folder)
    documents = [Document(path.relative_to(root).as_posix(), _text(path), corpus) for path in paths]
    return _some([each for each in documents if each.text.strip()], f"{str(folder)!r}")


def corpus_of(folder: str | Path) -> str:
    """The corpus of a folder's documents, or of a file's: made from its place, without saying it.

    Raises:
        ValidationError: there is no such folder or file.
    """
    place = _resolved(folder)
    root = place.parent if place.is_file() else place
    return sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def gone_from(folder: str | Path) -> Callable[[str], bool]:
    """Says of a source that was read from this folder once, whether it has no text there any more.

    For a single file, nothing else is looked at.
    """
    place = _resolved(folder)
    if place.is_file():
        return lambda source: False
    return lambda source: not _has_text(place / source)


def python_reference() -> list[Document]:
    """The chapters of Python's language reference that every CPython carries for `help()`.

    Source: the standard library's `pydoc_data.topics`.
    """
    from pydoc_data.topics import topics

    named = {f"python/{name}": text for name, text in sorted(topics.items())}
    return _some([Document(name, text) for name, text in named.items()], "pydoc_data.topics")


def _has_text(path: Path) -> bool:
    try:
        return path.is_file() and bool(_text(path).strip())
    except ValidationError:  # no text any more
        return False


def _resolved(folder: str | Path) -> Path:
    try:
        place = Path(folder).expanduser().resolve()
        if place.is_file() or place.is_dir():
            return place
    except (OSError, RuntimeError, ValueError) as error:  # too long, no such user, a zero byte
        reason = getattr(error, "strerror", None) or str(error)
        raise ValidationError(f"{str(folder)[:100]!r} is no usable path: {reason}.") from error
    raise ValidationError(f"There is no folder {str(folder)!r}.")


def _matching(root: Path, pattern: str) -> list[Path]:
    try:
        return [path for path in _glob(root, pattern) if _counts(path, root)]
    except OSError as error:
        raise ValidationError(f"{root} cannot be read: {error.strerror}.") from error


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
