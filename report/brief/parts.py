"""What a document is made of: parts in their order, which the writers of Word and PDF set each in its way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SHORT_ROW_COUNT = 14
"""A table of no more rows is not cut by the end of a page."""
Align = Literal["left", "right"]


def printable(text: str) -> str:
    """Return a text without the characters that no document may hold; names come from open feeds."""
    return _UNPRINTABLE.sub("", text)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a section."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text; a `notice` stands out, a `lead` says the most important thing."""

    text: str
    kind: Literal["text", "lead", "notice", "note"] = "text"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, how it is set, and its width beside the others'."""

    head: str
    width: float = 1.0
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    """A table with a numbered caption; its head is repeated on each page.

    Attributes:
        rows: a text for each column; a line break begins a second line of the cell.
        total: the last row is the sum of those above.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture (PNG) as wide as the text, with a numbered caption and a text for those who do not see it."""

    png: bytes = field(repr=False)
    caption: str
    alternative: str


@dataclass(frozen=True)
class Card:
    """What there is to say of a site, on one page: names and values."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PageBreak:
    """The heading that follows begins a page."""


Part = Heading | Paragraph | Bullets | Table | Picture | Card | PageBreak


@dataclass(frozen=True)
class Document:
    """A document: what programs and page heads call it, its parts, and the words that writers add.

    Attributes:
        language: as BCP 47 has it, such as fr-CA.
        footer: stands at the foot of each page.
        figure, table, page: words with {number}, of pages also {pages}.
    """

    title: str
    subtitle: str
    language: str
    footer: str
    figure: str
    table: str
    page: str
    between: str
    parts: tuple[Part, ...]
