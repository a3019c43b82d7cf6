"""A `Document` as Markdown that pandoc and GitHub read alike.

Every text is escaped: names come from strangers. Tables are pipe tables; the dashes under a
heading tell pandoc how wide a column is where a table has to be wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from srlab.figures.fonts import printable
from srlab.report import phrases
from srlab.report.document import (
    Align,
    Block,
    Bullets,
    Cell,
    Code,
    Column,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Table,
)

FIGURES = "figures"
PAGE_COLUMNS = 100
"""Letters on a line of the page: a table whose lines are longer is wrapped."""

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#|$^~@&]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
"""What begins markup; of addresses, which some readers turn into links, the first sign of one."""
_WIDEST = 44


def to_markdown(document: Document) -> str:
    """The whole document; figures are referred to as `figures/NAME`."""
    parts = [f"# {escape(document.title)}", escape(document.subtitle)]
    parts += [_block(block) for block in document.blocks]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """`text` so that Markdown, HTML and LaTeX see letters in it and nothing else, on one line."""
    return _ACTIVE.sub(r"\\\1", printable(text))


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {escape(block.text)}"
        case Paragraph():
            return escape(block.text)
        case Bullets():
            return "\n".join(f"- {escape(item)}" for item in block.items)
        case Table():
            return _table(block)
        case Figure():
            return f'![{escape(block.caption)}]({FIGURES}/{block.name} "{_quoted(block.alt)}")'
        case Note():
            return f"> **Note.** {escape(block.text)}"
        case Code():
            return _code(block.text)


def _quoted(text: str) -> str:
    return escape(text).replace('"', '\\"')


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(
        printable(line) if line.strip() == line else line for line in text.split("\n")
    )
    return f"{fence}\n{lines}\n{fence}"


def _table(table: Table) -> str:
    cells = [
        [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    titles = [escape(column.title) for column in table.columns]
    widths = [_widest(column) for column in zip(titles, *cells, strict=True)]
    if sum(widths) + 3 * len(widths) > PAGE_COLUMNS:  # wrapped: shares of the width, with some air
        narrow = [max(title.split(), key=len, default="") for title in titles]
        widths = [_widest(column) + 3 for column in zip(narrow, *cells, strict=True)]
    rule = [_dashes(column, width) for column, width in zip(table.columns, widths, strict=True)]
    lines = [_line(titles, table.columns, widths), _join(rule)]
    lines += [_line(row, table.columns, widths) for row in cells]
    return "\n".join([*lines, "", f"Table: {escape(table.caption)}"])


def _widest(texts: Sequence[str]) -> int:
    return min(_WIDEST, max(3, *map(len, texts)))


def _cell(cell: Cell, column: Column) -> str:
    text = escape(phrases.cell_text(cell, column))
    return f"**{text}**" if cell.best and text else text


def _dashes(column: Column, width: int) -> str:
    if column.align is Align.RIGHT:
        return "-" * (width - 1) + ":"
    return ":" + "-" * (width - 1)


def _line(cells: Iterable[str], columns: tuple[Column, ...], widths: list[int]) -> str:
    return _join(
        cell.rjust(width) if column.align is Align.RIGHT else cell.ljust(width)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    )


def _join(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
