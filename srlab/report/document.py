"""A report before it is printed: headings, sentences, tables of values, figures.

Texts are plain: the renderer escapes them, whatever a stranger called a file. Cells hold values,
and their column says how they are printed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Align(StrEnum):
    """Where a column's cells stand."""

    LEFT = "left"
    RIGHT = "right"


class Style(StrEnum):
    """How a number is printed: as it is, with its sign, or as a probability."""

    PLAIN = "plain"
    SIGNED = "signed"
    PROBABILITY = "probability"


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `low` to `high`."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its 95% interval from `low` to `high`; nan where there is none."""

    value: float
    low: float
    high: float


Value = str | int | float | Span | Estimate | None
"""What a cell holds; None and nan are printed as a dash."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A value; `best` of its group is printed bold, `mark` is a sign that a note explains."""

    value: Value
    best: bool = False
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column's title, and how its values are printed."""

    title: str
    align: Align = Align.RIGHT
    decimals: int = 2
    style: Style = Style.PLAIN


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading; level 1 is a section."""

    text: str
    level: int = 1


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Sentences."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of values."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture: the name of its file, the PNG itself, and what it shows for those who cannot see.

    A file name is letters, digits, `-` and `.`; it is made here, never a stranger's.
    """

    name: str
    png: bytes
    caption: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something a reader must know before believing what stands above it."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Code:
    """Lines to be typed, or printed as they are."""

    text: str


Block = Heading | Paragraph | Bullets | Table | Figure | Note | Code


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """A file of rows that lies beside the report; its name is made here, never a stranger's."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """What `sha256sum NAME` prints."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where the numbers come from, and when the newest row was.

    `rows.csv` with its SHA-256 (hex), and the other files of rows.
    """

    rows_csv: bytes
    sha256: str
    newest: datetime
    files: tuple[DataFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report, ready to be printed in any format."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    provenance: Provenance

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))
