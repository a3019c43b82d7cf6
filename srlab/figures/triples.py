"""Triples: the whole original, small and upscaled image of a sample, with what was said of each.

Two triples stand side by side. The small image is enlarged to the size of the others, pixel by
pixel; then all three are enlarged by a whole factor with nearest neighbour, or, where they are
larger than their place, shrunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from srlab.errors import ReportError, SizeMismatchError
from srlab.figures.sheet import WIDTH, Pixels, Sheet, enlarge, fitted

SIDE = 320
"""Dots that the longer side of a picture may have."""
_ABREAST = 2
_GAP = 12
_LINE = 36
_AIR = 30
_BASE = 9
"""Dots between the base of a line and the end of its space."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One of the three, uint8, with a title above and lines under it."""

    pixels: Pixels
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Triple:
    """A sample: its title, and original, small and upscaled image in this order."""

    title: str
    pictures: tuple[Picture, Picture, Picture]


def triples_png(triples: Sequence[Triple]) -> bytes:
    """A PNG of the text width with the triples from left to right and from top to bottom.

    Raises ReportError for no triple, SizeMismatchError for images that do not belong together.
    """
    if not triples:
        raise ReportError("a figure of no image; name at least one")
    drawn = [[_drawn(triple, number) for number in range(3)] for triple in triples]
    rows = [range(start, min(start + _ABREAST, len(triples))) for start in _starts(triples)]
    heights = [_height([triples[i] for i in row], [drawn[i] for i in row]) for row in rows]
    sheet = Sheet(sum(heights) + _AIR * (len(rows) - 1))
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for column, number in enumerate(row):
            _draw(sheet, triples[number], drawn[number], (column * _column(), top))
        top += height + _AIR
    return sheet.png()


def _starts(triples: Sequence[Triple]) -> range:
    return range(0, len(triples), _ABREAST)


def _column() -> int:
    """Dots from the left of one triple to the left of the next."""
    return WIDTH // _ABREAST


def _drawn(triple: Triple, number: int) -> Pixels:
    """A picture at the size in which it is printed."""
    height, width = triple.pictures[0].pixels.shape[:2]
    pixels = triple.pictures[number].pixels
    factor = height // pixels.shape[0]
    if (pixels.shape[0] * factor, pixels.shape[1] * factor) != (height, width):
        raise SizeMismatchError(
            f"{triple.title}: a picture of {pixels.shape[:2]} beside an original of "
            f"{(height, width)}; expected its size, or a whole part of it"
        )
    return fitted(enlarge(pixels, factor), SIDE, SIDE)


def _height(triples: Sequence[Triple], drawn: Sequence[Sequence[Pixels]]) -> int:
    """Dots of a row: two lines of titles, the tallest picture, the lines under it."""
    lines = max(len(picture.lines) for triple in triples for picture in triple.pictures)
    tallest = max(pixels.shape[0] for pictures in drawn for pixels in pictures)
    return (2 + lines) * _LINE + tallest


def _draw(sheet: Sheet, triple: Triple, drawn: Sequence[Pixels], corner: tuple[int, int]) -> None:
    left, top = corner
    base = top + _LINE - _BASE
    sheet.write(triple.title, (left, base), width=3 * SIDE + 2 * _GAP, bold=True)
    for number, (picture, pixels) in enumerate(zip(triple.pictures, drawn, strict=True)):
        beside = left + number * (SIDE + _GAP)
        sheet.write(picture.title, (beside, base + _LINE), width=SIDE)
        sheet.place(pixels, beside, top + 2 * _LINE)
        below = top + 2 * _LINE + pixels.shape[0]
        for line, text in enumerate(picture.lines, start=1):
            sheet.write(text, (beside, below + line * _LINE - _BASE), width=SIDE)
