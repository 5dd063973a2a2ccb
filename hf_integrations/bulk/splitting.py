"""A text becomes pieces that are small enough to embed and whole enough to answer from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from hf_integrations.errors import ValidationError

PIECE = 1_000  # characters: some 250 tokens, which every embedding model takes whole
HEADING = 200  # characters; a longer line is text, as each piece under it would carry it
_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
_UNDERLINE = re.compile(r"([*=\-~^#\"'+.`])\1{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Piece(Struct, frozen=True):
    """A part of a text.

    Attributes:
        text: the part, with the heading it stands under before it.
        heading: that heading, or nothing.
    """

    text: str
    heading: str = ""


def split(text: str, size: int = PIECE) -> list[Piece]:
    """The pieces of a text, in order: whole paragraphs under one heading, as many as fit.

    A paragraph that does not fit is cut between its lines or sentences, and a longer one of these
    between its words. Nothing is lost but the space between, and headings stand with each piece.

    >>> text = chr(10).join(["# Tea", "", "Green.", "", "Black."])
    >>> [piece.text.split() for piece in split(text, size=8)]
    [['Tea', 'Green.'], ['Tea', 'Black.']]

    Args:
        text: plain text, Markdown or reStructuredText; headings are those with `#` or underlined,
            of at most 200 characters.
        size: the most characters of a piece, without its heading.
    """
    if size < 1:
        raise ValidationError(f"size must be 1 or more, not {size}.")
    return list(_pieces(text.replace("\r\n", "\n"), size))


def _pieces(text: str, size: int) -> Iterator[Piece]:
    heading, kept = "", ""
    for paragraph in _PARAGRAPH.split(text.strip("\n")):
        title, body = _title(paragraph)
        if title:
            yield from _piece(heading, kept)
            heading, kept = title, ""
        for part in _parts(body, size):
            if kept and len(kept) + len(part) + 2 > size:
                yield from _piece(heading, kept)
                kept = ""
            kept = f"{kept}\n\n{part}" if kept else part
    yield from _piece(heading, kept)


def _piece(heading: str, body: str) -> Iterator[Piece]:
    if body or heading:
        yield Piece(f"{heading}\n\n{body}".strip() if heading else body, heading)


def _title(paragraph: str) -> tuple[str, str]:
    """A heading and what follows it in the same paragraph."""
    first, _, rest = paragraph.partition("\n")
    if len(first) > HEADING:
        return "", paragraph
    if re.match(r"#{1,6} \S", first):
        return first.lstrip("#").strip(), rest
    line, _, after = rest.partition("\n")
    if first.strip() and not first[0].isspace() and _UNDERLINE.fullmatch(line.strip()):
        return first.strip(), after
    return "", paragraph


def _parts(paragraph: str, size: int) -> Iterator[str]:
    """A paragraph, or what it must be cut into."""
    body = paragraph.strip("\n")
    if not body.strip():
        return
    if len(body) <= size:
        yield body
        return
    for pattern in (r"\n", _SENTENCE_END, r"\s+"):
        units = re.split(pattern, body)
        if len(units) > 1 and max(map(len, units)) <= size:
            yield from _packed(units, size, "\n" if pattern == r"\n" else " ")
            return
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _packed(units: list[str], size: int, joint: str) -> Iterator[str]:
    kept = ""
    for unit in units:
        if kept and len(kept) + len(joint) + len(unit) > size:
            yield kept
            kept = unit
        else:
            kept = f"{kept}{joint}{unit}" if kept else unit
    yield kept
