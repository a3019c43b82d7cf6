"""Strips: a sample's whole hr with a box, and the same cut of lr, each sr and hr, enlarged.

A cut is enlarged by a whole factor with nearest neighbour and placed pixel by pixel: what looks
blurred on paper was blurred by the upscaler. Where to cut is decided by the images alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from srlab.errors import ReportError, SizeMismatchError
from srlab.figures.fonts import drawable, printable
from srlab.figures.paper import INK, WIDTH_INCHES, blank, letters, png
from srlab.image.color import replicate

Pixels = NDArray[np.uint8]

CUT = (32, 64)
"""Height and width of a cut in hr pixels; made smaller until the scale divides it."""

_DPI = 300
_GAP = 18
_LINE = 38
_HEAD = 46
_BOX = (("#000000", 2.0), ("#F0E442", 1.0))
"""A bright line on a dark one is seen on any picture."""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One sample, uint8: hr, lr and the sr images to show, and a text under each of the tiles.

    The tiles are: the whole hr, lr, each of `upscaled`, hr; `captions` has a line for each.
    """

    hr: Pixels
    lr: Pixels
    upscaled: tuple[Pixels, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Window:
    """A cut: top left corner and size, in hr pixels, all multiples of the scale."""

    top: int
    left: int
    height: int
    width: int

    def of(self, pixels: Pixels, *, shrunk: int = 1) -> Pixels:
        """The cut of an image that is `shrunk` times smaller than hr."""
        top, left, height, width = (
            n // shrunk for n in (self.top, self.left, self.height, self.width)
        )
        return pixels[top : top + height, left : left + width]


def strips_png(strips: Sequence[Strip], *, titles: Sequence[str]) -> bytes:
    """A PNG of the text width: the strips under one another, `titles` above the tiles.

    Raises ReportError for no strip or a wrong number of texts, SizeMismatchError for images that
    do not belong together.
    """
    for strip in strips:
        _check(strip, len(titles))
    if not strips:
        raise ReportError("strips of no image; name at least one")
    tile = _tile_size(len(titles))
    row_height = tile[0] + _LINE + _GAP
    height = _HEAD + row_height * len(strips)
    figure = blank(WIDTH_INCHES, height / _DPI, dpi=_DPI)
    canvas = _Canvas(figure, tile, height)
    for column, title in enumerate(titles):
        canvas.write(title, column, _HEAD - 12, bold=True)
    for row, strip in enumerate(strips):
        top = _HEAD + row * row_height
        window = choose_window(strip)
        canvas.place_whole(strip.hr, window, top)
        for column, pixels in enumerate(_cuts(strip, window), start=1):
            canvas.place_cut(pixels, column, top)
        for column, caption in enumerate(strip.captions):
            canvas.write(caption, column, top + tile[0] + _LINE - 6)
    return png(figure)


def choose_window(strip: Strip) -> Window:
    """Where the sr images differ most from one another; a single one: from hr. Always the same."""
    scale = strip.hr.shape[0] // strip.lr.shape[0]
    shown = strip.upscaled if len(strip.upscaled) > 1 else (*strip.upscaled, strip.hr)
    levels = np.stack([_grey(pixels) for pixels in shown])
    spread = levels.max(axis=0) - levels.min(axis=0)
    height, width = (
        min(wanted, side) // scale * scale
        for wanted, side in zip(CUT, strip.hr.shape[:2], strict=True)
    )
    sums = np.pad(spread.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = (
        sums[height:, width:]
        - sums[:-height, width:]
        - sums[height:, :-width]
        + sums[:-height, :-width]
    )[::scale, ::scale]
    row, column = np.unravel_index(int(np.argmax(inside)), inside.shape)
    return Window(top=int(row) * scale, left=int(column) * scale, height=height, width=width)


def enlarge(pixels: Pixels, factor: int) -> Pixels:
    """Every pixel as a square of `factor` by `factor`."""
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def _check(strip: Strip, tiles: int) -> None:
    if len(strip.captions) != tiles or len(strip.upscaled) + 3 != tiles:
        raise ReportError(
            f"a strip of {len(strip.upscaled)} sr images has {len(strip.upscaled) + 3} tiles; came "
            f"{tiles} titles and {len(strip.captions)} captions"
        )
    for pixels in strip.upscaled:
        if pixels.shape[:2] != strip.hr.shape[:2]:
            raise SizeMismatchError(
                f"sr is {pixels.shape[:2]} but hr is {strip.hr.shape[:2]}; expected equal sizes"
            )


def _grey(pixels: Pixels) -> NDArray[np.float64]:
    return pixels.mean(axis=2) if pixels.ndim == 3 else pixels.astype(np.float64)


def _cuts(strip: Strip, window: Window) -> list[Pixels]:
    scale = strip.hr.shape[0] // strip.lr.shape[0]
    lr = enlarge(window.of(strip.lr, shrunk=scale), scale)
    return [lr, *(window.of(pixels) for pixels in (*strip.upscaled, strip.hr))]


def _tile_size(columns: int) -> tuple[int, int]:
    """Height and width of a tile in dots: so many fill the text width."""
    width = (round(WIDTH_INCHES * _DPI) - _GAP * (columns - 1)) // columns
    return width * CUT[0] // CUT[1], width


class _Canvas:
    """A figure on which tiles are placed by row and column, in dots from the top left."""

    def __init__(self, figure: Figure, tile: tuple[int, int], height: int) -> None:
        self._figure, self._tile, self._height = figure, tile, height

    def place_cut(self, pixels: Pixels, column: int, top: int) -> None:
        """A cut, enlarged by the largest whole factor that fits, from the tile's top left."""
        factor = max(1, min(self._tile[0] // pixels.shape[0], self._tile[1] // pixels.shape[1]))
        self._place(enlarge(pixels, factor), self._left(column), top)

    def place_whole(self, pixels: Pixels, window: Window, top: int) -> None:
        """The whole image in the first tile, made to fit, with a box around the window."""
        factor = min(self._tile[0] / pixels.shape[0], self._tile[1] / pixels.shape[1])
        height, width = (max(1, round(side * factor)) for side in pixels.shape[:2])
        small = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS)
        self._place(np.asarray(small), 0, top)
        corner = window.left * factor, self._height - top - (window.top + window.height) * factor
        size = window.width * factor, window.height * factor
        for colour, points in _BOX:
            box = Rectangle(
                corner, *size, fill=False, edgecolor=colour, linewidth=points, transform=None
            )
            self._figure.add_artist(box)

    def write(self, text: str, column: int, bottom: int, *, bold: bool = False) -> None:
        """A line with its base `bottom` dots from the top, shortened to the tile's width."""
        text = drawable(printable(text))
        place = self._left(column) / self._figure.bbox.width, 1 - bottom / self._height
        written = self._figure.text(
            *place, text, fontproperties=letters(text, bold=bold), color=INK
        )
        written.set_parse_math(False)
        _shorten(written, text, self._tile[1])

    def _place(self, pixels: Pixels, left: int, top: int) -> None:
        bottom = self._height - top - pixels.shape[0]
        self._figure.figimage(replicate(pixels), left, bottom, origin="upper")

    def _left(self, column: int) -> int:
        return column * (self._tile[1] + _GAP)


def _shorten(written: Text, text: str, width: int) -> None:
    """Take letters out of the middle until the line fits."""
    keep = len(text)
    while written.get_window_extent().width > width and keep > 3:
        keep -= 1
        head = (keep + 1) // 2
        written.set_text(f"{text[:head]}…{text[len(text) - keep // 2 :]}")
