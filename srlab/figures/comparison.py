"""The picture one shows around: images side by side, whole, and two places of them enlarged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from PIL import Image

from srlab.errors import ReportError, SizeMismatchError
from srlab.figures.fonts import drawable, printable
from srlab.figures.paper import COLOURS, INK, blank, letters, png
from srlab.image.color import replicate

Pixels = NDArray[np.uint8]

PLACES = 2
_DPI = 150
_WIDTH = 480
"""Dots of a column."""
_GAP, _LINE = 16, 30
_CUT = (64, 96)
"""Height and width of an enlarged place, in pixels of the image; smaller in a smaller image."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One image, uint8, with a title above and a caption under it."""

    title: str
    caption: str
    pixels: Pixels


def comparison_png(columns: Sequence[Column]) -> bytes:
    """A PNG of the columns, their whole images on top and the same places under them, enlarged.

    Places are enlarged by a whole factor with nearest neighbour, each in the frame of its box.
    They are where the first two images differ most. Raises ReportError for fewer than two columns,
    SizeMismatchError for images of unequal size.
    """
    if len(columns) < 2:
        raise ReportError("a comparison needs two images at least")
    for one, other in pairwise(columns):
        if one.pixels.shape[:2] != other.pixels.shape[:2]:
            raise SizeMismatchError(
                f"{one.title} is {one.pixels.shape[:2]} and {other.title} "
                f"{other.pixels.shape[:2]}; a comparison needs equal sizes"
            )
    first = columns[0].pixels
    plan = _Plan(
        cut=_cut_of(first),
        places=choose_places(first, columns[1].pixels),
        tall=round(_WIDTH * first.shape[0] / first.shape[1]),
    )
    width = len(columns) * (_WIDTH + _GAP) - _GAP
    figure = blank(width / _DPI, plan.height / _DPI, dpi=_DPI)
    for number, column in enumerate(columns):
        _draw(figure, column, plan, left=number * (_WIDTH + _GAP))
    return png(figure)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What all columns share: the size and corners of the places, how tall the whole image is."""

    cut: tuple[int, int]
    places: list[tuple[int, int]]
    tall: int

    @property
    def zoom(self) -> int:
        """The whole factor by which a place fills the column."""
        return max(1, _WIDTH // self.cut[1])

    @property
    def height(self) -> int:
        """Dots of the picture."""
        return 2 * _LINE + self.tall + PLACES * (self.cut[0] * self.zoom + _GAP) + _GAP


def _cut_of(pixels: Pixels) -> tuple[int, int]:
    return min(_CUT[0], pixels.shape[0]), min(_CUT[1], pixels.shape[1])


def choose_places(a: Pixels, b: Pixels) -> list[tuple[int, int]]:
    """Top left corners of the places where `a` and `b` differ most and that do not overlap."""
    difference = np.abs(_grey(a) - _grey(b))
    height, width = _cut_of(a)
    sums = np.pad(difference.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = (
        sums[height:, width:]
        - sums[:-height, width:]
        - sums[height:, :-width]
        + sums[:-height, :-width]
    )
    places = []
    for _ in range(PLACES):
        top, left = (int(n) for n in np.unravel_index(int(np.argmax(inside)), inside.shape))
        places.append((top, left))
        inside[
            max(0, top - height + 1) : top + height, max(0, left - width + 1) : left + width
        ] = -1.0
    return places


def _draw(figure: Figure, column: Column, plan: _Plan, *, left: int) -> None:
    height, width = plan.cut
    _write(figure, column.title, left, plan.height - _LINE + 9, bold=True)
    bottom = plan.height - _LINE - plan.tall
    whole = Image.fromarray(column.pixels).resize((_WIDTH, plan.tall), Image.Resampling.LANCZOS)
    _place(figure, np.asarray(whole), left, bottom)
    factor = _WIDTH / column.pixels.shape[1]
    for (top, beside), colour in zip(plan.places, COLOURS, strict=False):
        corner = left + beside * factor, bottom + plan.tall - (top + height) * factor
        _frame(figure, corner, (width * factor, height * factor), colour)
    _write(figure, column.caption, left, bottom - _LINE + 9)
    bottom -= _LINE
    for (top, beside), colour in zip(plan.places, COLOURS, strict=False):
        cut = column.pixels[top : top + height, beside : beside + width]
        enlarged = cut.repeat(plan.zoom, axis=0).repeat(plan.zoom, axis=1)
        bottom -= enlarged.shape[0] + _GAP // 2
        _place(figure, enlarged, left, bottom)
        size = enlarged.shape[1] - 2, enlarged.shape[0] - 2
        _frame(figure, (left + 1, bottom + 1), size, colour)
        bottom -= _GAP // 2


def _write(figure: Figure, text: str, left: int, bottom: int, *, bold: bool = False) -> None:
    text = drawable(printable(text))
    place = left / figure.bbox.width, bottom / figure.bbox.height
    properties = letters(text, points=9, bold=bold)
    written = figure.text(*place, text, fontproperties=properties, color=INK)
    written.set_parse_math(False)


def _place(figure: Figure, pixels: Pixels, left: int, bottom: int) -> None:
    figure.figimage(replicate(pixels), left, bottom, origin="upper")


def _frame(
    figure: Figure, corner: tuple[float, float], size: tuple[float, float], colour: str
) -> None:
    box = Rectangle(corner, *size, fill=False, edgecolor=colour, linewidth=1.5, transform=None)
    figure.add_artist(box)


def _grey(pixels: Pixels) -> NDArray[np.float64]:
    return pixels.mean(axis=2) if pixels.ndim == 3 else pixels.astype(np.float64)
